"""OAuth 2.0: consent, exchange, rotating refresh, client credentials.

The rules of the grants come from oauthlib and requests-oauthlib; the requests travel by
our own transport, so that tokens enjoy its time-outs, guard and redaction. An
`OAuth2Session` never makes an API call: its automatic refresh would post the API
request's body to the token endpoint.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient
from requests_oauthlib import OAuth2Session

from connectors.base import AuthorizeRequest
from connectors.errors import ConnectorError, Reauthorise, Unreadable
from connectors.services import Clock, Tokens
from connectors.transport.address_guard import at_practice
from connectors.transport.answer import Answer
from connectors.transport.clock_skew import refuse_wrong_clock
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect

# What RFC 6749 names when the grant itself is no good. All else may pass by itself and
# must not cost the connection.
_GRANT_REFUSED = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "access_denied"}
)
_REFRESH_LIFETIMES = (
    "x_refresh_token_expires_in",
    "refresh_token_expires_in",
    "refresh_expires_in",
)
_MARGIN = 60


class ClientAuth(StrEnum):
    """How the token endpoint learns who the app is."""

    BASIC = "basic"
    BODY = "body"
    # A signed assertion in the form says it all.
    ASSERTION = "assertion"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2Provider:
    """A vendor's OAuth 2.0 as declarations. `grant_refused`: vendor words, beside those
    of RFC 6749, that mean a person must connect again. `token_headers` go with each
    call to the token endpoint, `extra` with each authorize URL."""

    authorize_url: str = ""
    token_url: str
    revoke_url: str = ""
    scopes: tuple[str, ...] = ()
    pkce: bool = True
    client_auth: ClientAuth = ClientAuth.BASIC
    extra: Mapping[str, str] = field(default_factory=dict)
    token_headers: Mapping[str, str] = field(default_factory=dict)
    grant_refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAnswer:
    """`raw` is the whole answer, for what vendors add to it (a data centre, an id)."""

    tokens: Tokens = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)


class OAuth2Client:
    """One app at one vendor. Every call raises `Reauthorise` when the grant is refused,
    `PlatformDown` or `Retry` when the endpoint has a bad day, `Unreadable` when it
    answers something else; never `InDoubt`."""

    def __init__(
        self,
        provider: OAuth2Provider,
        transport: HttpTransport,
        *,
        client_id: str,
        client_secret: str = "",
    ) -> None:
        self.provider = provider
        self.transport = transport
        self.client_id = client_id
        self.client_secret = client_secret
        transport.redactor.learn(client_secret)

    def authorize(self, *, state: str, redirect_uri: str) -> AuthorizeRequest:
        session = OAuth2Session(
            self.client_id,
            redirect_uri=redirect_uri,
            scope=list(self.provider.scopes) or None,
            pkce="S256" if self.provider.pkce else None,
        )
        url, _ = session.authorization_url(
            self.provider.authorize_url, state=state, **self.provider.extra
        )
        practice = self.transport.config.practice_url
        return AuthorizeRequest(
            url=at_practice(url, practice) if practice else url,
            verifier=session._code_verifier or "" if self.provider.pkce else "",
        )

    def exchange(
        self, callback: Mapping[str, str], *, redirect_uri: str, verifier: str = ""
    ) -> TokenAnswer:
        """Turns the callback's query parameters into tokens."""
        if callback.get("error") or not callback.get("code"):
            raise Reauthorise(
                f"{self.transport.label} did not give access"
                f"{_because(callback)}. Connect again to retry.",
                where=self.transport.where("grant"),
            )
        body = WebApplicationClient(self.client_id).prepare_request_body(
            code=callback["code"],
            redirect_uri=redirect_uri,
            include_client_id=False,
            code_verifier=verifier or None,
        )
        return self._fetch("grant", body)

    def refresh(self, tokens: Tokens, *, redirect_uri: str = "") -> TokenAnswer:
        """A vendor that sends no new refresh token goes on with the old one. Some want
        the redirect address again."""
        if not tokens.refresh:
            raise Reauthorise(
                f"{self.transport.label} is not connected. Connect it.",
                where=self.transport.where("refresh"),
            )
        body = WebApplicationClient(self.client_id).prepare_refresh_body(
            refresh_token=tokens.refresh
        )
        more = {"redirect_uri": redirect_uri} if redirect_uri else {}
        return self._fetch("refresh", body, old=tokens, more=more)

    def client_credentials(self) -> TokenAnswer:
        body = BackendApplicationClient(self.client_id).prepare_request_body(
            include_client_id=False, scope=list(self.provider.scopes) or None
        )
        return self._fetch("client_credentials", body)

    def token_request(self, operation: str, form: Mapping[str, str]) -> TokenAnswer:
        """Any other grant (a signed assertion, a password)."""
        return self._fetch(operation, "", more=dict(form))

    def revoke(self, tokens: Tokens, *, as_json: bool = False) -> None:
        """Ends the grant there. A token that is gone already is no error."""
        fields = {"token": tokens.refresh or tokens.access}
        self.transport.redactor.learn_tokens(tokens)
        self.transport.call(
            "revoke",
            "POST",
            self.provider.revoke_url,
            json=fields if as_json else None,
            form=None if as_json else fields | self._body_auth(),
            headers=self._headers(),
            effect=Effect.READ,
            authorised=False,
        )

    def _fetch(
        self,
        operation: str,
        body: str,
        *,
        old: Tokens | None = None,
        more: Mapping[str, str] | None = None,
    ) -> TokenAnswer:
        form = dict(parse_qsl(body, keep_blank_values=True)) | dict(more or {})
        self.transport.redactor.learn(*(form.get(n, "") for n in _FORM_SECRETS))
        # READ: a lost answer is a bad day, for the old tokens stay. One attempt: a code
        # or a single-use refresh token sent twice looks like theft to some vendors.
        answer = self.transport.call(
            operation,
            "POST",
            self.provider.token_url,
            form=form | self._body_auth(),
            headers=self._headers(),
            effect=Effect.READ,
            attempts=1,
            authorised=False,
        )
        return self._tokens(answer, old)

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "application/json"} | dict(self.provider.token_headers)
        if self.provider.client_auth is ClientAuth.BASIC:
            headers["Authorization"] = basic(self.client_id, self.client_secret)
        return headers

    def _body_auth(self) -> dict[str, str]:
        if self.provider.client_auth is not ClientAuth.BODY:
            return {}
        secret = {"client_secret": self.client_secret} if self.client_secret else {}
        return {"client_id": self.client_id} | secret

    def _tokens(self, answer: Answer, old: Tokens | None) -> TokenAnswer:
        raw = self._understood(answer)
        tokens = tokens_from(raw, self.transport.services.clock, old=old)
        self.transport.redactor.learn_tokens(tokens)
        return TokenAnswer(tokens=tokens, raw=raw)

    def _understood(self, answer: Answer) -> dict[str, Any]:
        raw = answer.json_object()
        if answer.ok and isinstance(raw.get("access_token"), str):
            return raw
        if str(raw.get("error", "")) in _GRANT_REFUSED | self.provider.grant_refused:
            if self.provider.client_auth is ClientAuth.ASSERTION:
                now = self.transport.services.clock.now()
                refuse_wrong_clock(answer, now, label=self.transport.label)
            raise Reauthorise(
                f"{self.transport.label} no longer accepts this connection"
                f"{_because(raw)}. Connect it again.",
                where=answer.where,
            )
        raise self._not_understood(answer)

    def _not_understood(self, answer: Answer) -> ConnectorError:
        return Unreadable(
            f"{self.transport.label} gave no access token (HTTP {answer.status}, "
            f"exchange {answer.where.exchange}).",
            where=answer.where,
        )


_FORM_SECRETS = (
    "code",
    "code_verifier",
    "refresh_token",
    "client_secret",
    "client_assertion",
    "assertion",
    "password",
)


def tokens_from(
    raw: Mapping[str, Any], clock: Clock, *, old: Tokens | None = None
) -> Tokens:
    """Tokens end a little early here, so that none runs out on its way."""
    now = clock.now()
    refresh_life = next((raw[n] for n in _REFRESH_LIFETIMES if raw.get(n)), None)
    same = old.refresh_expires_at if old else None
    return Tokens(
        access=str(raw["access_token"]),
        refresh=str(raw.get("refresh_token") or (old.refresh if old else "")),
        expires_at=_end(now, raw.get("expires_in"), early=True),
        refresh_expires_at=_end(now, refresh_life, early=False) or same,
        session=old.session if old else {},
    )


def basic(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _end(now: datetime, seconds: object, *, early: bool) -> datetime | None:
    try:
        life = int(str(seconds))
    except ValueError:
        return None
    margin = min(_MARGIN, life // 5) if early else 0
    return now + timedelta(seconds=life - margin)


def _because(answer: Mapping[str, Any]) -> str:
    said = str(answer.get("error_description") or answer.get("error") or "")
    return f" ({said[:200]})" if said else ""
