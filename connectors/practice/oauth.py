"""The OAuth2 authorization server that faces share.

A face makes one `OAuthServer` with its `OAuthRules`, sets it as `self.oauth`, routes
its vendor's paths to `authorize`, `token` and `revoke`, and checks API calls with
`grant_of(request)` or `check(token)`. What differs by vendor is a hook to override:
`callback_parameters` (the company's id, on some), `token_body`, `error`.

Codes live for five minutes, work once, and are bound to client, redirect address and
PKCE challenge. Grants and tokens are kept in the ledger, so they outlive a restart.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

from .codec import decode, encode
from .consent import consent_page, refusal_page
from .ledger import Ledger
from .wire import BadBody, Request, Response, json_response, redirect

CODE_SECONDS = 300


class Previous(StrEnum):
    """What becomes of a refresh token when it was used."""

    KEPT = "kept"  # it does not rotate at all
    LIVES_UNTIL_NEXT = "lives_until_next"  # works until its successor was used
    DIES = "dies"  # single use


@dataclass(frozen=True, slots=True)
class Client:
    id: str = "practice-client"
    secret: str = "practice-secret"  # noqa: S105 - a practice ledger has no secrets


@dataclass(frozen=True, slots=True)
class OAuthRules:
    """`scopes` empty: any. `needs_scope`: one of them must be asked for."""

    access_seconds: int = 3600
    refresh_seconds: int = 8_726_400
    previous: Previous = Previous.LIVES_UNTIL_NEXT
    scopes: frozenset[str] = frozenset()
    needs_scope: str = ""
    pkce_required: bool = False
    body_auth: bool = True
    basic_auth: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """One consent: a client's access to one company. Times are epoch seconds."""

    id: str
    client: str
    company: str
    scope: str = ""
    access: str = ""
    access_until: float = 0
    refresh: str = ""
    previous: str = ""
    refresh_until: float = 0
    older: tuple[str, ...] = ()
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    client: str
    redirect_uri: str
    company: str
    scope: str
    challenge: str
    method: str
    until: float


class TokenRefused(Exception):
    """`reason`: missing, unknown, expired, revoked. Worded by the face as a 401."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OAuthError(Exception):
    """An error of the token end point: an RFC 6749 code and a description."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Choice:
    """A company that the consent page offers."""

    id: str
    name: str


@dataclass
class OAuthServer:
    ledger: Ledger
    title: str
    rules: OAuthRules = OAuthRules()
    client: Client = Client()
    companies: Sequence[Choice] = ()
    _codes: dict[str, Code] = field(default_factory=dict)
    _grants: dict[str, Grant] = field(default_factory=dict)
    _by_token: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._load()

    def _load(self) -> None:
        for value in self.ledger.recall_all("oauth.grant."):
            self._index(decode(Grant, value))

    # --- hooks

    def offered(self) -> Sequence[Choice]:
        company = self.ledger.company
        return self.companies or (Choice(company.id, company.name),)

    def callback_parameters(self, company: str) -> dict[str, str]:
        """More that the redirect brings beside `code` and `state`."""
        return {}

    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        return {
            "token_type": "Bearer",
            "access_token": grant.access,
            "expires_in": self.rules.access_seconds,
            "refresh_token": grant.refresh,
        }

    def error(self, error: OAuthError) -> Response:
        body = {"error": error.code, "error_description": error.description}
        return json_response(body, error.status)

    # --- consent

    def authorize(self, request: Request) -> Response:
        """GET shows the page, POST (the page's form) decides."""
        asked = {key: values[0] for key, values in request.query.items()}
        if request.method == "POST":
            asked = asked | request.form()
        problem = self._unsafe(asked)
        if problem:
            return refusal_page(self.title, problem)
        error = self._bad_question(asked)
        if error:
            return self._back(asked, {"error": error})
        if request.method != "POST":
            return consent_page(self.title, asked, self.offered())
        return self._decided(asked)

    def _unsafe(self, asked: dict[str, str]) -> str:
        """What must never be answered by a redirect."""
        if asked.get("client_id") != self.client.id:
            return "The client_id is not known here."
        address = urlsplit(asked.get("redirect_uri", ""))
        if address.scheme not in ("http", "https") or not address.hostname:
            return "The redirect_uri is not an absolute address."
        return "The redirect_uri has a fragment." if address.fragment else ""

    def _bad_question(self, asked: dict[str, str]) -> str:
        scopes = set(asked.get("scope", "").split())
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        if self.rules.scopes and not scopes <= self.rules.scopes:
            return "invalid_scope"
        if self.rules.needs_scope and self.rules.needs_scope not in scopes:
            return "invalid_scope"
        if self.rules.pkce_required and not asked.get("code_challenge"):
            return "invalid_request"
        method = asked.get("code_challenge_method", "plain")
        return "" if method in ("plain", "S256") else "invalid_request"

    def _decided(self, asked: dict[str, str]) -> Response:
        if asked.get("decision") != "allow":
            return self._back(asked, {"error": "access_denied"})
        company = asked.get("company") or self.offered()[0].id
        if company not in {choice.id for choice in self.offered()}:
            return refusal_page(self.title, "That company is not known here.")
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(
            client=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            company=company,
            scope=asked.get("scope", ""),
            challenge=asked.get("code_challenge", ""),
            method=asked.get("code_challenge_method", "plain"),
            until=self._now() + CODE_SECONDS,
        )
        return self._back(asked, {"code": code, **self.callback_parameters(company)})

    def _back(self, asked: dict[str, str], answer: dict[str, str]) -> Response:
        if "state" in asked:
            answer = answer | {"state": asked["state"]}
        address = asked["redirect_uri"]
        return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(answer)}")

    # --- token end point

    def token(self, request: Request) -> Response:
        try:
            form = request.form()
            client = self.client_of(request, form)
            with self.ledger.store.change():
                grant = self._granted(client, form)
            return json_response(self.token_body(grant, request)).with_headers(
                ("Cache-Control", "no-store")
            )
        except BadBody as error:
            return self.error(OAuthError("invalid_request", str(error)))
        except OAuthError as error:
            return self.error(error)

    def revoke(self, request: Request) -> Response:
        """RFC 7009 with a form, or `{"token": ...}` as JSON; ends the whole grant."""
        try:
            is_json = request.content_type == "application/json"
            form = request.json() if is_json else request.form()
            self.client_of(request, form)
            grant = self._grants.get(self._by_token.get(str(form.get("token")), ""))
            if grant is not None:
                self._keep(replace(grant, revoked=True))
        except (BadBody, AttributeError) as error:
            return self.error(OAuthError("invalid_request", str(error)))
        except OAuthError as error:
            return self.error(error)
        return Response(status=200)

    def client_of(self, request: Request, form: dict[str, str]) -> str:
        """The client by Basic or body, as the rules allow. Raises `OAuthError`."""
        given = self._basic(request) if self.rules.basic_auth else None
        if given is None and self.rules.body_auth and "client_id" in form:
            given = (form["client_id"], form.get("client_secret", ""))
        if given != (self.client.id, self.client.secret):
            raise OAuthError("invalid_client", "Unknown client or wrong secret.", 401)
        return self.client.id

    def _basic(self, request: Request) -> tuple[str, str] | None:
        kind, _, value = request.header("Authorization").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            text = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        name, _, secret = text.partition(":")
        return name, secret

    def _granted(self, client: str, form: dict[str, str]) -> Grant:
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._from_code(client, form)
        if kind == "refresh_token":
            return self._refreshed(form.get("refresh_token", ""))
        raise OAuthError("unsupported_grant_type", f"Not offered: {kind}.")

    def _from_code(self, client: str, form: dict[str, str]) -> Grant:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.until < self._now() or code.client != client:
            raise OAuthError("invalid_grant", "The code is unknown or too old.")
        if code.redirect_uri != form.get("redirect_uri"):
            raise OAuthError("invalid_grant", "The redirect_uri is another.")
        if code.challenge and code.challenge != _challenge(
            form.get("code_verifier", ""), code.method
        ):
            raise OAuthError("invalid_grant", "The code_verifier does not fit.")
        return self.issue(code.company, code.scope)

    def _refreshed(self, token: str) -> Grant:
        grant = self._grants.get(self._by_token.get(token, ""))
        if grant is None or grant.revoked or grant.refresh_until < self._now():
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        if token not in (grant.refresh, grant.previous):
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        fresh = replace(grant, **self._fresh_access(grant))
        if self.rules.previous is Previous.KEPT:
            return self._keep(fresh)
        lives = self.rules.previous is Previous.LIVES_UNTIL_NEXT
        return self._keep(
            replace(
                fresh,
                refresh=_token("r"),
                previous=token if lives else "",
                refresh_until=self._now() + self.rules.refresh_seconds,
            )
        )

    # --- tokens

    def issue(self, company: str, scope: str = "") -> Grant:
        """A grant without a consent page, for `credentials()`."""
        grant = Grant(
            id=secrets.token_hex(8),
            client=self.client.id,
            company=company,
            scope=scope or self.rules.needs_scope,
            access=_token("a"),
            access_until=self._now() + self.rules.access_seconds,
            refresh=_token("r"),
            refresh_until=self._now() + self.rules.refresh_seconds,
        )
        return self._keep(grant)

    def grant_of(self, request: Request) -> Grant:
        """By `Authorization: Bearer`. Raises `TokenRefused`."""
        kind, _, token = request.header("Authorization").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise TokenRefused("missing")
        return self.check(token.strip())

    def check(self, token: str) -> Grant:
        """The grant of an access token that still works. Raises `TokenRefused`."""
        grant = self._grants.get(self._by_token.get(token, ""))
        if grant is None or token in (grant.refresh, grant.previous):
            raise TokenRefused("unknown")
        if grant.revoked:
            raise TokenRefused("revoked")
        if token in grant.older or grant.access_until < self._now():
            raise TokenRefused("expired")
        return grant

    def expire_all(self) -> None:
        for grant in list(self._grants.values()):
            self._keep(replace(grant, access_until=0))

    def revoke_all(self) -> None:
        for grant in list(self._grants.values()):
            self._keep(replace(grant, revoked=True))

    def _fresh_access(self, grant: Grant) -> dict[str, Any]:
        return {
            "access": _token("a"),
            "access_until": self._now() + self.rules.access_seconds,
            "older": (*grant.older, grant.access)[-5:],
        }

    def _keep(self, grant: Grant) -> Grant:
        with self.ledger.store.lock:
            self._index(grant)
            self.ledger.remember(f"oauth.grant.{grant.id}", encode(grant))
            return grant

    def _index(self, grant: Grant) -> None:
        self._grants[grant.id] = grant
        for token in (grant.access, grant.refresh, grant.previous, *grant.older):
            if token:
                self._by_token[token] = grant.id

    def _now(self) -> float:
        return self.ledger.store.now().timestamp()


def _token(kind: str) -> str:
    return f"practice-{kind}-{secrets.token_urlsafe(24)}"


def _challenge(verifier: str, method: str) -> str:
    if method == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
