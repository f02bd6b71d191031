"""Entra ID: tokens for a service, and for a person who allowed it."""

from typing import Any

from ..oauth import Grant, OAuthError, OAuthServer
from ..wire import Request

API = "https://api.businesscentral.dynamics.com"
SERVICE_SCOPE = f"{API}/.default"
LOCKED = "bc.locked"


class Consent(OAuthServer):
    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        body = super().token_body(grant, request)
        if grant.scope == SERVICE_SCOPE:
            body.pop("refresh_token")
        return body

    def _granted(self, client: str, form: dict[str, str]) -> Grant:
        if form.get("grant_type") != "client_credentials":
            return super()._granted(client, form)
        if form.get("scope") != SERVICE_SCOPE:
            raise OAuthError("invalid_scope", "A service asks for .default alone.")
        if self.ledger.recall(LOCKED):
            raise OAuthError("unauthorized_client", "The application was removed.")
        return self.issue(self.ledger.company.id, SERVICE_SCOPE)
