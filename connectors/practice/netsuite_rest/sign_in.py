"""Who may call: bearer tokens by signed assertion, and OAuth 1.0 headers."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ..ledger import Ledger
from ..netsuite.rules import ACCOUNT_ID, tokens_of
from ..wire import Request

ACCESS_SECONDS = 3600
CLOCK_SKEW = 300
TOKEN_PATH = "/services/rest/auth/oauth2/v1/token"  # noqa: S105 - a path
AUDIENCE = f"https://1234567-sb1.suitetalk.api.netsuite.com{TOKEN_PATH}"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_KEYS = "netsuite.certificate"
_ACCESS = "netsuite.access"


class SignInRefused(Exception):
    """`code` is the word of RFC 6749."""

    def __init__(self, code: str = "invalid_grant") -> None:
        super().__init__(code)
        self.code = code


class SignIn:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._nonces: set[str] = set()

    def certificate(self) -> dict[str, str]:
        """Made once: the client, and a private key that a real account never sees."""
        kept = self.ledger.recall(_KEYS)
        if kept is None:
            key = ec.generate_private_key(ec.SECP256R1())
            pem = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            kept = {
                "client_id": secrets.token_hex(32),
                "certificate_id": secrets.token_urlsafe(24),
                "private_key": pem.decode(),
                "algorithm": "ES256",
            }
            self.ledger.remember(_KEYS, kept)
        return dict(kept)

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Raises `SignInRefused`."""
        if form.get("grant_type") != "client_credentials":
            raise SignInRefused("unsupported_grant_type")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise SignInRefused("invalid_request")
        self._check_assertion(form.get("client_assertion", ""))
        access = secrets.token_urlsafe(48)
        self.ledger.remember(_ACCESS, {access: time.time() + ACCESS_SECONDS})
        return {
            "access_token": access,
            "expires_in": str(ACCESS_SECONDS),
            "token_type": "bearer",
        }

    def knows(self, request: Request) -> bool:
        kind, _, proof = request.header("Authorization").partition(" ")
        if kind == "Bearer":
            ends = (self.ledger.recall(_ACCESS) or {}).get(proof, 0)
            return float(ends) > time.time()
        return kind == "OAuth" and self._signed(request, proof)

    def expire(self) -> None:
        self.ledger.remember(_ACCESS, {})

    def revoke(self) -> None:
        self.expire()
        self.ledger.remember(_KEYS, {})
        self.ledger.remember("netsuite.tokens", {})

    def _check_assertion(self, assertion: str) -> None:
        kept = self.ledger.recall(_KEYS) or {}
        parts = assertion.split(".")
        if not kept or len(parts) != 3:
            raise SignInRefused
        try:
            header, claims = (json.loads(_decoded(part)) for part in parts[:2])
            self._verify(parts, kept["private_key"])
        except (ValueError, InvalidSignature) as error:
            raise SignInRefused from error
        now = time.time()
        right = (
            header.get("alg") == "ES256"
            and header.get("kid") == kept["certificate_id"]
            and claims.get("iss") == kept["client_id"]
            and claims.get("aud") == AUDIENCE
            and "rest_webservices" in str(claims.get("scope")).split(",")
            and abs(claims.get("iat", 0) - now) < CLOCK_SKEW
            and now < claims.get("exp", 0) <= claims["iat"] + ACCESS_SECONDS
        )
        if not right:
            raise SignInRefused("invalid_request")

    def _verify(self, parts: list[str], pem: str) -> None:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - made here
        raw = _decoded(parts[2])
        halves = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
        signed = ".".join(parts[:2]).encode()
        signature = encode_dss_signature(*halves)
        key.public_key().verify(signature, signed, ec.ECDSA(hashes.SHA256()))

    def _signed(self, request: Request, proof: str) -> bool:
        """RFC 5849, over the address as the caller wrote it."""
        known = self.ledger.recall("netsuite.tokens") or {}
        given = {}
        for pair in proof.split(","):
            name, _, value = pair.strip().partition("=")
            given[name] = unquote(value.strip('"'))
        signature, realm = given.pop("oauth_signature", ""), given.pop("realm", "")
        if not known or realm != ACCOUNT_ID or given.get("oauth_nonce") in self._nonces:
            return False
        if given.get("oauth_consumer_key") != known["consumer_key"]:
            return False
        self._nonces.add(str(given.get("oauth_nonce")))
        query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        pairs = sorted((_esc(n), _esc(v)) for n, v in [*given.items(), *query])
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        url = f"{request.base_url}{request.path}"
        base = "&".join((request.method, _esc(url), _esc(joined)))
        key = f"{_esc(known['consumer_secret'])}&{_esc(known['token_secret'])}"
        digest = hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()
        fresh = abs(int(given.get("oauth_timestamp", 0)) - time.time()) < CLOCK_SKEW
        right = base64.b64encode(digest).decode()
        return fresh and hmac.compare_digest(signature, right)


def credentials_of(sign_in: SignIn) -> dict[str, str]:
    """Both proofs; the certificate comes first."""
    return {
        "account_id": ACCOUNT_ID,
        **sign_in.certificate(),
        **tokens_of(sign_in.ledger),
    }


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _esc(text: str) -> str:
    return quote(text, safe="-._~")
