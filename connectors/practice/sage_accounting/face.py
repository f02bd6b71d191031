"""Sage Accounting's face: consent, tokens of five minutes and the API v3.1.

A British business: books in GBP, its own numbers on sales documents. The user's lead
business is the second, small one, so that a call without `X-Business` is seen to go
wrong; the control API changes the first alone.
"""

import uuid
from collections.abc import Callable
from typing import Any

from .. import books
from ..books import Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import Choice, Grant, OAuthRules, OAuthServer, Previous, TokenRefused
from ..policies import Policies, Scope
from ..quotas import Quota
from ..seed import seed
from ..wire import Request, Response, Route, json_response
from . import documents, records, refusals, render
from .business import Business
from .refusals import Refused, record_not_found

API = "/v3.1"
OTHER = "Quayside Sundries Ltd"
SCOPE = "full_access"
DOCUMENTS = ("sales_invoices", "sales_credit_notes", "purchase_invoices")
LISTS = (
    *DOCUMENTS,
    *("contacts", "contact_payments", "ledger_accounts", "bank_accounts"),
    *("products", "tax_rates"),
)
Call = Callable[[Business, Request], Response]


class Hexes:
    """Long hexadecimal ids, as the vendor's."""

    def next(self, table: str) -> str:
        return uuid.uuid4().hex

    def seen(self, table: str, record_id: str) -> None:
        return None


class Consent(OAuthServer):
    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        return super().token_body(grant, request) | {
            "refresh_token_expires_in": self.rules.refresh_seconds,
            "scope": grant.scope,
            "requested_by_id": grant.id,
        }


class SageAccounting(Face):
    slug = "sage_accounting"
    title = "Sage Accounting"
    token_path = r"^/token$"  # noqa: S105 - a path
    quotas = (
        Quota("minute", 100, 60, path=r"^/v3\.1/"),
        Quota("day", 2500, 86_400, path=r"^/v3\.1/"),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        other = Ledger(self.company(OTHER), self.policies(), ledger.store.now)
        seed(other, empty=True)
        self.lead = other.company.id
        self.businesses = {each.company.id: Business(each) for each in (ledger, other)}
        self.consent = Consent(
            ledger,
            self.title,
            OAuthRules(
                access_seconds=300,
                refresh_seconds=2_678_400,
                previous=Previous.DIES,
                scopes=frozenset((SCOPE, "readonly")),
                needs_scope=SCOPE,
                basic_auth=False,
            ),
            companies=[Choice(ledger.company.id, ledger.company.name)],
        )
        self.oauth = self.consent

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Hexes(),
            names=Scope.NONE,
            numbers={},
            numbering={Kind.SALES_INVOICE: "SI-", Kind.CREDIT_NOTE: "SCN-"},
            name_length=100,
        )

    @classmethod
    def company(cls, name: str) -> books.Company:
        id = uuid.uuid5(uuid.NAMESPACE_URL, f"practice:{name}").hex
        return books.Company(id=id, name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        grant = self.consent.issue(self.ledger.company.id, SCOPE)
        return {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "company_id": grant.company,
        }

    def sample(self) -> dict[str, str]:
        return super().sample() | {"tax_code": render.TAXES["Z"]}

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/oauth2/auth/central", self.consent.authorize),
            Route("POST", "/oauth2/auth/central", self.consent.authorize),
            Route("POST", "/token", self.consent.token),
            Route("POST", "/revoke", self.consent.revoke),
            self._route("GET", "businesses", self._businesses),
            self._route("GET", "businesses/{id}", self._business),
            self._route("GET", "financial_settings", _settings),
            *(self._route("GET", path, _lister(path)) for path in LISTS),
            *(route for path in DOCUMENTS for route in self._of_documents(path)),
            self._route("POST", "contacts", _create_contact),
            self._route("GET", "contacts/{id}", _contact),
            self._route("PUT", "contacts/{id}", _update_contact),
            self._route("POST", "products", _create_product),
            self._route("POST", "contact_payments", _pay),
            self._route("GET", "contact_payments/{id}", _payment),
            self._route("DELETE", "contact_payments/{id}", _end_payment),
            self._route("POST", "contact_allocations", _allocate),
            self._route("DELETE", "contact_allocations/{id}", _take_off),
        ]

    def _of_documents(self, path: str) -> list[Route]:
        one = f"{path}/{{id}}"
        return [
            self._route("POST", path, _creator(path)),
            self._route("GET", one, _reader(path)),
            self._route("PUT", one, _updater(path)),
            self._route("DELETE", one, _ender(path)),
            self._route("POST", f"{one}/release", _releaser(path)),
        ]

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call)

        return Route(method, f"{API}/{path}", handle)

    def _called(self, request: Request, call: Call) -> Response:
        try:
            self.consent.grant_of(request)
        except TokenRefused:
            return refusals.unauthorized().response()
        business = self.businesses.get(request.header("X-Business", self.lead))
        try:
            if business is None:
                raise record_not_found()
            with business.ledger.store.change():
                return call(business, request)
        except Refused as error:
            return error.response()

    def _businesses(self, business: Business, request: Request) -> Response:
        """Those that the user may open; the lead business is not among the grant's."""
        shown = [self.businesses[self.ledger.company.id].described()]
        return json_response({"$total": len(shown), "$next": None, "$items": shown})

    def _business(self, business: Business, request: Request) -> Response:
        found = self.businesses.get(request.params["id"])
        if found is None:
            raise record_not_found()
        return json_response(found.described())

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.refused(error).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        if request.path in ("/token", "/revoke"):
            return json_response({"error": "server_error"}, failure.status)
        if failure.reason == "body":
            return refusals.plain("The body is not JSON.", "ParseError", 400)
        if failure.status == 429:
            return refusals.plain("Too many requests.", "TooManyRequests", 429)
        if failure.reason in ("not_found", "method"):
            return refusals.plain("No such path.", "NotFound", failure.status)
        return refusals.plain("Unexpected error.", "UnexpectedError", failure.status)


# --- calls


def _settings(business: Business, request: Request) -> Response:
    return json_response(business.settings())


def _lister(path: str) -> Call:
    return lambda business, request: json_response(business.listed(path, request))


def _found(business: Business, path: str, request: Request) -> books.Document:
    row = business.ledger.documents.find(request.params["id"])
    if row is None or row.kind is not render.KINDS[path]:
        raise record_not_found()
    return row


def _shown(business: Business, row: books.Document, status: int = 200) -> Response:
    return json_response(render.document(business.ledger, row), status)


def _creator(path: str) -> Call:
    def call(business: Business, request: Request) -> Response:
        sent = documents.parsed(path, request.json(), new=True)
        return _shown(business, documents.create(business.ledger, path, sent), 201)

    return call


def _reader(path: str) -> Call:
    def call(business: Business, request: Request) -> Response:
        row = _found(business, path, request)
        if request.arg("mark_as_sent", "true") != "false":
            row = documents.mark_seen(business.ledger, row)
        return _shown(business, row)

    return call


def _updater(path: str) -> Call:
    def call(business: Business, request: Request) -> Response:
        row = _found(business, path, request)
        sent = documents.parsed(path, request.json(), new=False)
        return _shown(business, documents.update(business.ledger, path, row, sent))

    return call


def _ender(path: str) -> Call:
    def call(business: Business, request: Request) -> Response:
        row = _found(business, path, request)
        row = documents.end(business.ledger, row, request.arg("void_reason"))
        if row.kind.is_purchase:
            return Response(status=204)
        return _shown(business, row)

    return call


def _releaser(path: str) -> Call:
    def call(business: Business, request: Request) -> Response:
        row = _found(business, path, request)
        return _shown(business, business.ledger.documents.post(row.id), 201)

    return call


def _create_contact(business: Business, request: Request) -> Response:
    row = records.create_contact(business.ledger, request.json())
    return json_response(render.contact(row), 201)


def _contact(business: Business, request: Request) -> Response:
    row = business.ledger.parties.find(request.params["id"])
    if row is None:
        raise record_not_found()
    return json_response(render.contact(row))


def _update_contact(business: Business, request: Request) -> Response:
    row = business.ledger.parties.find(request.params["id"])
    if row is None:
        raise record_not_found()
    row = records.update_contact(business.ledger, row, request.json())
    return json_response(render.contact(row))


def _create_product(business: Business, request: Request) -> Response:
    row = records.create_product(business.ledger, request.json())
    return json_response(render.product(business.ledger, row), 201)


def _pay(business: Business, request: Request) -> Response:
    row = records.create_payment(business.ledger, request.json())
    return json_response(render.payment(business.ledger, row), 201)


def _payment(business: Business, request: Request) -> Response:
    row = business.ledger.settlements.payments.find(request.params["id"])
    if row is None:
        raise record_not_found()
    return json_response(render.payment(business.ledger, row))


def _end_payment(business: Business, request: Request) -> Response:
    if business.ledger.settlements.payments.find(request.params["id"]) is None:
        raise record_not_found()
    business.ledger.settlements.delete(request.params["id"])
    return Response(status=204)


def _allocate(business: Business, request: Request) -> Response:
    contact, rows = records.allocate(business.ledger, request.json())
    return json_response(render.allocation(business.ledger, rows, contact), 201)


def _take_off(business: Business, request: Request) -> Response:
    first = business.ledger.settlements.allocations.find(request.params["id"])
    if first is None:
        raise record_not_found()
    business.ledger.settlements.remove(first.id)
    return Response(status=204)
