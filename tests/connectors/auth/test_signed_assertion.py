import json
from base64 import urlsafe_b64decode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from connectors.auth.signed_assertion import BadKey, signed_assertion

CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def signed(key: str, algorithm: str) -> list[str]:
    token = signed_assertion(
        {"iss": "app"}, key_pem=key, key_id="cert-1", algorithm=algorithm
    )
    return token.split(".")


def test_header_and_claims_stand_before_the_signature() -> None:
    header, claims, _ = signed(pem(CURVE_KEY), "ES256")
    assert json.loads(decoded(header)) == {
        "typ": "JWT",
        "alg": "ES256",
        "kid": "cert-1",
    }
    assert json.loads(decoded(claims)) == {"iss": "app"}


def test_an_ecdsa_signature_is_two_halves() -> None:
    header, claims, given = signed(pem(CURVE_KEY), "ES256")
    raw = decoded(given)
    assert len(raw) == 64
    halves = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    content = f"{header}.{claims}".encode()
    signature = encode_dss_signature(*halves)
    CURVE_KEY.public_key().verify(signature, content, ec.ECDSA(hashes.SHA256()))


def test_an_rsa_signature_is_pss() -> None:
    header, claims, given = signed(pem(RSA_KEY), "PS256")
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
    content = f"{header}.{claims}".encode()
    RSA_KEY.public_key().verify(decoded(given), content, pss, hashes.SHA256())
    with pytest.raises(InvalidSignature):
        RSA_KEY.public_key().verify(decoded(given), b"x", pss, hashes.SHA256())


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        ("nonsense", "ES256"),
        (pem(CURVE_KEY), "PS256"),
        (pem(RSA_KEY), "ES256"),
        (pem(RSA_KEY), "RS256"),
    ],
)
def test_a_key_that_does_not_fit_is_named(key: str, algorithm: str) -> None:
    with pytest.raises(BadKey):
        signed(key, algorithm)
