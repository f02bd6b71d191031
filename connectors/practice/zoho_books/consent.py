"""Zoho's consent: refresh tokens that stay, and refusals that answer HTTP 200."""

from dataclasses import replace
from typing import Any

from ..oauth import Grant, OAuthError, OAuthRules, OAuthServer, Previous, TokenRefused
from ..wire import Request, Response, json_response

FOR_EVER = 10 * 365 * 86_400
LOCATION, ACCOUNTS = "eu", "https://accounts.zoho.eu"
RULES = OAuthRules(
    access_seconds=3600,
    refresh_seconds=FOR_EVER,
    previous=Previous.KEPT,
    basic_auth=False,
)
_WORDS = {"invalid_grant": "invalid_code"}
_SCHEMES = ("zoho-oauthtoken", "bearer")


class Consent(OAuthServer):
    def callback_parameters(self, company: str) -> dict[str, str]:
        return {"location": LOCATION, "accounts-server": ACCOUNTS}

    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        body = {
            "access_token": grant.access,
            "api_domain": request.base_url,
            "token_type": "Bearer",
            "expires_in": self.rules.access_seconds,
        }
        if request.form().get("grant_type") == "authorization_code":
            body["refresh_token"] = grant.refresh
        return body

    def error(self, error: OAuthError) -> Response:
        return json_response({"error": _WORDS.get(error.code, error.code)})

    def revoke(self, request: Request) -> Response:
        """By the query, and without a word of who asks."""
        grant = self._grants.get(self._by_token.get(request.arg("token"), ""))
        if grant is None:
            return json_response({"error": "invalid_code"})
        self._keep(replace(grant, revoked=True))
        return json_response({"status": "success"})

    def grant_of(self, request: Request) -> Grant:
        scheme, _, token = request.header("Authorization").partition(" ")
        if scheme.lower() not in _SCHEMES or not token:
            raise TokenRefused("missing")
        return self.check(token.strip())
