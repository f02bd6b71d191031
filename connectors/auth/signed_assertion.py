"""Signed assertions (JWT, RFC 7515) by which a program proves itself with a private key
in place of a secret: RSA-PSS and ECDSA."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# Algorithm -> hash, and bytes of each half of an ECDSA signature.
_HASHES: dict[str, tuple[hashes.HashAlgorithm, int]] = {
    "PS256": (hashes.SHA256(), 0),
    "PS384": (hashes.SHA384(), 0),
    "PS512": (hashes.SHA512(), 0),
    "ES256": (hashes.SHA256(), 32),
    "ES384": (hashes.SHA384(), 48),
    "ES512": (hashes.SHA512(), 66),
}
ALGORITHMS = tuple(_HASHES)


class BadKey(ValueError):
    """Not a private key that this algorithm can use."""


def signed_assertion(
    claims: Mapping[str, object], *, key_pem: str, key_id: str, algorithm: str
) -> str:
    """Raises `BadKey`."""
    header = {"typ": "JWT", "alg": algorithm, "kid": key_id}
    signed = b".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    return b".".join(
        (signed, _encoded(_signature(signed, key_pem, algorithm)))
    ).decode()


def _signature(content: bytes, key_pem: str, algorithm: str) -> bytes:
    if algorithm not in _HASHES:
        raise BadKey(f"{algorithm} is none of {', '.join(ALGORITHMS)}.")
    try:
        key = serialization.load_pem_private_key(key_pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey("The private key cannot be read.") from error
    digest, half = _HASHES[algorithm]
    if isinstance(key, rsa.RSAPrivateKey) and not half:
        pss = padding.PSS(padding.MGF1(digest), salt_length=digest.digest_size)
        return key.sign(content, pss, digest)
    if isinstance(key, ec.EllipticCurvePrivateKey) and half:
        return _halves(key.sign(content, ec.ECDSA(digest)), half)
    raise BadKey(f"The private key is not one for {algorithm}.")


def _halves(signature: bytes, half: int) -> bytes:
    """JWTs write both numbers of an ECDSA signature side by side, without ASN.1."""
    first, second = decode_dss_signature(signature)
    try:
        return first.to_bytes(half, "big") + second.to_bytes(half, "big")
    except OverflowError as error:
        raise BadKey("The private key is on another curve.") from error


def _encoded(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
