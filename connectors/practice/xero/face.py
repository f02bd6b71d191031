"""Xero's face: consent, tokens, connections and the Accounting API, on one address.

A British organisation: books in GBP, tax types of both sides. The consent page offers
a second, small organisation, so that reconnecting to another one can be tried; the
control API changes the first alone.
"""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from .. import books
from ..books import Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import Choice, Grant, OAuthRules, OAuthServer, TokenRefused
from ..policies import Guids, Policies, Scope
from ..quotas import Quota
from ..seed import seed
from ..shape import GUID
from ..wire import Request, Response, Route, json_response, text_response
from . import refusals
from .organisation import SHAPES, Organisation, framed
from .refusals import BadRequest, bad_request, invalid, unauthorized

API = "/api.xro/2.0"
OTHER = "Quayside Sundries Ltd"
GRANULAR = (
    "offline_access openid profile email accounting.invoices accounting.payments "
    "accounting.contacts accounting.settings accounting.settings.read "
    "accounting.invoices.read accounting.payments.read accounting.contacts.read "
    "accounting.attachments accounting.attachments.read"
).split()
SCOPE = (
    "offline_access accounting.invoices accounting.payments accounting.contacts "
    "accounting.settings.read"
)
LISTS = (
    *("Invoices", "CreditNotes", "Payments", "Contacts"),
    *("Accounts", "Items", "TaxRates", "Currencies"),
)
Call = Callable[[Organisation, Request], Response | None]


def tenant_id(name: str) -> str:
    """One name has one for ever."""
    return str(uuid5(NAMESPACE_URL, f"practice:{name}"))


class Consent(OAuthServer):
    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        return super().token_body(grant, request) | {"scope": grant.scope}


class Xero(Face):
    slug = "xero"
    title = "Xero"
    token_path = r"^/connect/token$"  # noqa: S105 - a path
    max_body = 3_500_000
    quotas = (
        Quota("minute", 60, 60, path=r"^/api\.xro/", retry_after=True),
        Quota("day", 5000, 86_400, path=r"^/api\.xro/", retry_after=True),
        Quota("concurrent", 5, 0, path=r"^/api\.xro/"),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        other = Ledger(self.company(OTHER), self.policies(), ledger.store.now)
        seed(other, empty=True)
        self.tenants = {each.company.id: Organisation(each) for each in (ledger, other)}
        self.consent = Consent(
            ledger,
            self.title,
            OAuthRules(
                access_seconds=1800,
                refresh_seconds=60 * 86_400,
                scopes=frozenset(GRANULAR),
                needs_scope="offline_access",
            ),
            companies=[
                Choice(each.company.id, each.company.name) for each in (ledger, other)
            ],
        )
        self.oauth = self.consent

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Guids(),
            names=Scope.ALL,
            numbers={Kind.SALES_INVOICE: Scope.KIND, Kind.CREDIT_NOTE: Scope.KIND},
            number_length=255,
            name_length=255,
        )

    @classmethod
    def company(cls, name: str) -> books.Company:
        return books.Company(id=tenant_id(name), name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        grant = self.consent.issue(self.ledger.company.id, SCOPE)
        return {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "tenant_id": grant.company,
        }

    def sample(self) -> dict[str, str]:
        """Lines name accounts, items and taxes by code; payments a bank by its id."""
        kept = super().sample()
        ledger = self.ledger
        return kept | {
            "account": ledger.accounts.get(kept["account"]).code,
            "expense_account": ledger.accounts.get(kept["expense_account"]).code,
            "item": ledger.items.get(kept["item"]).code,
            "tax_code": "ZERORATEDOUTPUT",
        }

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/identity/connect/authorize", self.consent.authorize),
            Route("POST", "/identity/connect/authorize", self.consent.authorize),
            Route("POST", "/connect/token", self.consent.token),
            Route("POST", "/connect/revocation", self.consent.revoke),
            # The guide writes them small, the OpenAPI file and the SDKs with a capital.
            *(
                route
                for name in ("connections", "Connections")
                for route in (
                    Route("GET", f"/{name}", self._connections),
                    Route("DELETE", f"/{name}/{{id}}", self._disconnect),
                )
            ),
            self._route("GET", "Organisation", _organisation),
            *(self._route("GET", name, _lister(name)) for name in LISTS),
            *(self._route("PUT", name, _sender(name)) for name in SHAPES),
            *(
                self._route("POST", name, _sender(name))
                for name in ("Invoices", "CreditNotes", "Contacts")
            ),
            *(
                route
                for name in ("Invoices", "CreditNotes", "Contacts")
                for route in self._single(name)
            ),
            self._route("GET", "Payments/{id}", _reader("Payments")),
            self._route("POST", "Payments/{id}", _ender("Payments")),
            self._route("POST", "BatchPayments/{id}", _ender("BatchPayments")),
            self._route("PUT", "CreditNotes/{id}/Allocations", _allocate),
            self._route("DELETE", "CreditNotes/{id}/Allocations/{at}", _take_off),
        ]

    def _single(self, name: str) -> list[Route]:
        path = f"{name}/{{id}}"
        return [
            self._route("GET", path, _reader(name)),
            self._route("POST", path, _changer(name)),
        ]

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call)

        return Route(method, f"{API}/{path}", handle)

    def _called(self, request: Request, call: Call) -> Response:
        try:
            grant = self.consent.grant_of(request)
        except TokenRefused as error:
            return self._unauthorized(error)
        tenant = request.header("xero-tenant-id")
        if tenant != grant.company or self._disconnected(grant):
            return unauthorized("AuthenticationUnsuccessful", 403)
        if request.params.get("id") and not GUID.fullmatch(request.params["id"]):
            return _crash()
        try:
            answer = call(self.tenants[tenant], request)
        except BadRequest as error:
            return bad_request(error)
        if answer is None:
            return text_response("The resource you're looking for cannot be found", 404)
        return answer

    def _unauthorized(self, error: TokenRefused) -> Response:
        detail = refusals.token_detail(error.reason, self.ledger.store.now())
        return unauthorized(detail)

    # --- connections

    def _connections(self, request: Request) -> Response:
        try:
            grant = self.consent.grant_of(request)
        except TokenRefused as error:
            return self._unauthorized(error)
        if self._disconnected(grant):
            return json_response([])
        company = self.tenants[grant.company].ledger.company
        made = company.created_at.isoformat()
        row = {
            "id": _connection_id(grant),
            "authEventId": _connection_id(grant),
            "tenantId": company.id,
            "tenantType": "ORGANISATION",
            "tenantName": company.name,
            "createdDateUtc": made,
            "updatedDateUtc": made,
        }
        return json_response([row])

    def _disconnect(self, request: Request) -> Response:
        try:
            grant = self.consent.grant_of(request)
        except TokenRefused as error:
            return self._unauthorized(error)
        if request.params["id"] != _connection_id(grant) or self._disconnected(grant):
            return Response(status=404)
        self.ledger.remember(f"xero.disconnected.{grant.id}", True)
        return Response(status=204)

    def _disconnected(self, grant: Grant) -> bool:
        return bool(self.ledger.recall(f"xero.disconnected.{grant.id}", False))

    # --- failures and the last touch

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return invalid([{"ValidationErrors": refusals.refused(error).errors()}])

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.reason == "body":
            return bad_request(refusals.bad_body(failure.detail))
        if failure.status == 429:
            problem = failure.quota.name if failure.quota else "minute"
            response = text_response("", 429)
            return response.with_headers(("X-Rate-Limit-Problem", problem))
        if request.path.startswith("/connect/"):
            return json_response({"error": "server_error"}, failure.status)
        if failure.reason in ("not_found", "method"):
            return text_response("The resource you're looking for cannot be found", 404)
        return _crash(failure.status)

    def finished(self, request: Request, response: Response) -> Response:
        """What is left of each limit; here always plenty."""
        return response.with_headers(
            ("X-DayLimit-Remaining", "4900"),
            ("X-MinLimit-Remaining", "59"),
            ("X-AppMinLimit-Remaining", "9900"),
        )


def _connection_id(grant: Grant) -> str:
    return str(uuid5(NAMESPACE_URL, f"practice:{grant.id}"))


def _crash(status: int = 500) -> Response:
    """In XML, as the vendor was seen to answer."""
    text = (
        "<ApiException><ErrorNumber>500</ErrorNumber>"
        "<Type>UnknownErrorException</Type>"
        "<Message>An error occurred in Xero</Message></ApiException>"
    )
    return text_response(text, status, "text/xml; charset=utf-8")


def _organisation(tenant: Organisation, request: Request) -> Response:
    rows = tenant.list("Organisations", request)
    return json_response(framed(tenant.ledger, rows))


def _lister(name: str) -> Call:
    def call(tenant: Organisation, request: Request) -> Response:
        return json_response(framed(tenant.ledger, tenant.list(name, request)))

    return call


def _reader(name: str) -> Call:
    def call(tenant: Organisation, request: Request) -> Response | None:
        found = tenant.one(name, request.params["id"], request)
        return json_response(framed(tenant.ledger, found)) if found else None

    return call


def _sender(name: str) -> Call:
    return lambda tenant, request: tenant.send(name, request)


def _changer(name: str) -> Call:
    return lambda tenant, request: tenant.change(name, request.params["id"], request)


def _ender(name: str) -> Call:
    return lambda tenant, request: tenant.end_payment(
        name, request.params["id"], request
    )


def _allocate(tenant: Organisation, request: Request) -> Response | None:
    return tenant.allocate(request.params["id"], request)


def _take_off(tenant: Organisation, request: Request) -> Response | None:
    return tenant.take_off(request.params["id"], request.params["at"])
