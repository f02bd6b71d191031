"""OAuth 1.0 with fixed tokens (token-based authentication), HMAC-SHA256.

The signature covers the address that is really called, so that a practice ledger, or a
relay before it, verifies it by the Host header.
"""

from collections.abc import Iterable

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

from connectors.errors import Reauthorise
from connectors.transport.answer import Answer
from connectors.transport.outgoing import Outgoing


class OAuth1Tokens:
    """Signs each attempt anew: a nonce is good once."""

    def __init__(
        self,
        *,
        consumer_key: str,
        consumer_secret: str,
        token_id: str,
        token_secret: str,
        realm: str = "",
        label: str,
    ) -> None:
        self._label = label
        self._secrets = (consumer_secret, token_secret)
        self._client = Client(
            consumer_key,
            client_secret=consumer_secret,
            resource_owner_key=token_id,
            resource_owner_secret=token_secret,
            signature_method=SIGNATURE_HMAC_SHA256,
            realm=realm or None,
        )

    def sign(self, request: Outgoing) -> bool:
        _, headers, _ = self._client.sign(request.url, http_method=request.method)
        request.headers["Authorization"] = headers["Authorization"]
        return False

    def refuses(self, answer: Answer) -> bool:
        return answer.status == 401

    def renew(self) -> None:
        raise Reauthorise(
            f"{self._label} does not accept these tokens. Enter new ones."
        )

    def secrets(self) -> Iterable[str]:
        return self._secrets
