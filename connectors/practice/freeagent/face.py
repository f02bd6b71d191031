"""FreeAgent's face: consent, tokens of an hour and the API v2.

A British company: books in GBP. Categories have the nominal codes of the practice
books instead of the vendor's own ranges, so that they are mapped without help.
"""

from collections.abc import Callable
from typing import Any

from .. import books
from ..books import AccountType, Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import Grant, OAuthRules, OAuthServer, Previous, TokenRefused
from ..policies import Integers, Policies, Scope
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response, text_response
from . import asking, documents, records, refusals, render
from .refusals import Refused
from .render import Pages

API = "/v2"
Call = Callable[[Pages, Request], Response]


class Consent(OAuthServer):
    def token_body(self, grant: Grant, request: Request) -> dict[str, Any]:
        return super().token_body(grant, request) | {
            "token_type": "bearer",
            "refresh_token_expires_in": self.rules.refresh_seconds,
        }


class FreeAgent(Face):
    slug = "freeagent"
    title = "FreeAgent"
    token_path = r"^/v2/token_endpoint$"  # noqa: S105 - a path
    quotas = (
        Quota("minute", 120, 60, path=r"^/v2/(?!token_endpoint)", retry_after=True),
        Quota("hour", 3600, 3600, path=r"^/v2/(?!token_endpoint)", retry_after=True),
        Quota("refresh", 15, 60, path=r"^/v2/token_endpoint$", retry_after=True),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.consent = Consent(
            ledger,
            self.title,
            OAuthRules(
                refresh_seconds=631_151_957, previous=Previous.DIES, body_auth=False
            ),
        )
        self.oauth = self.consent

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Integers(),
            names=Scope.NONE,
            numbers={Kind.SALES_INVOICE: Scope.KIND, Kind.CREDIT_NOTE: Scope.KIND},
            numbering={Kind.SALES_INVOICE: "", Kind.CREDIT_NOTE: "CN "},
        )

    @classmethod
    def company(cls, name: str) -> books.Company:
        """Known by its part of the vendor's address."""
        kept = "".join(c for c in name.casefold() if c.isascii() and c.isalnum())
        return books.Company(id=kept, name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        grant = self.consent.issue(self.ledger.company.id)
        return {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "company_id": grant.company,
        }

    def sample(self) -> dict[str, str]:
        """Categories are named by their nominal codes, taxes by their rates."""
        kept = super().sample()
        accounts = self.ledger.accounts
        return kept | {
            "account": accounts.get(kept["account"]).code,
            "expense_account": accounts.get(kept["expense_account"]).code,
            "item": self.ledger.items.get(kept["item"]).code,
            "tax_code": "0.0",
        }

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/v2/approve_app", self.consent.authorize),
            Route("POST", "/v2/approve_app", self.consent.authorize),
            Route("POST", "/v2/token_endpoint", self.consent.token),
            self._route("GET", "company", _company),
            self._route("GET", "users/me", _user),
            self._route("GET", "categories", _categories),
            self._route("GET", "bank_accounts", _banks),
            self._route("GET", "price_list_items", _prices),
            self._route("GET", "contacts", _contacts),
            self._route("POST", "contacts", _create_contact),
            self._route("GET", "contacts/{id}", _contact),
            self._route("PUT", "contacts/{id}", _update_contact),
            *(route for path in render.KINDS for route in self._of_documents(path)),
            self._route("GET", "bank_transaction_explanations", _explanations),
            self._route("POST", "bank_transaction_explanations", _explain),
            self._route("DELETE", "bank_transaction_explanations/{id}", _unexplain),
            self._route("POST", "credit_note_reconciliations", _reconcile),
            self._route("DELETE", "credit_note_reconciliations/{id}", _take_off),
        ]

    def _of_documents(self, path: str) -> list[Route]:
        one = f"{path}/{{id}}"
        return [
            self._route("GET", path, _lister(path)),
            self._route("POST", path, _creator(path)),
            self._route("GET", one, _reader(path)),
            self._route("PUT", one, _updater(path)),
            self._route("DELETE", one, _deleter(path)),
            self._route("PUT", f"{one}/transitions/{{to}}", _mover(path)),
        ]

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call)

        return Route(method, f"{API}/{path}", handle)

    def _called(self, request: Request, call: Call) -> Response:
        if not request.header("User-Agent"):
            return refusals.single("User-Agent is missing", 400)
        try:
            self.consent.grant_of(request)
        except TokenRefused:
            return refusals.single("Access token not recognised", 401)
        pages = Pages(self.ledger, f"{request.base_url}{API}")
        try:
            with self.ledger.store.change():
                return call(pages, request)
        except Refused as error:
            return error.response()

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.refused(error).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.status == 429:
            return text_response("You must not exceed 120 requests per 60 seconds", 429)
        if request.path == "/v2/token_endpoint":
            return json_response({"error": "server_error"}, failure.status)
        if failure.reason == "body":
            return refusals.single("The body is not JSON", 400)
        if failure.reason in ("not_found", "method"):
            return refusals.not_found()
        return refusals.single("Something went wrong", failure.status)


# --- calls


def _company(pages: Pages, request: Request) -> Response:
    return json_response({"company": pages.company()})


def _user(pages: Pages, request: Request) -> Response:
    user = {
        "url": pages.url("users", "1"),
        "first_name": "Practice",
        "last_name": "Bookkeeper",
        "email": "books@practice.example",
        "role": "Director",
        "permission_level": pages.ledger.company.extra.get("permission_level", 8),
    }
    return json_response({"user": user})


def _categories(pages: Pages, request: Request) -> Response:
    return json_response(pages.categories())


def _banks(pages: Pages, request: Request) -> Response:
    rows = [r for r in pages.ledger.accounts.table if r.type is AccountType.BANK]
    return asking.answer(
        request, "bank_accounts", rows, lambda r: pages.bank(r, primary=r is rows[0])
    )


def _prices(pages: Pages, request: Request) -> Response:
    rows = list(pages.ledger.items.table)
    return asking.answer(request, "price_list_items", rows, pages.price)


def _contacts(pages: Pages, request: Request) -> Response:
    rows = asking.contacts(pages.ledger, request)
    return asking.answer(request, "contacts", rows, pages.contact)


def _created(name: str, body: dict[str, Any]) -> Response:
    response = json_response({name: body}, 201)
    return response.with_headers(("Location", body["url"]))


def _create_contact(pages: Pages, request: Request) -> Response:
    row = records.create_contact(pages.ledger, request.json())
    return _created("contact", pages.contact(row))


def _contact(pages: Pages, request: Request) -> Response:
    row = pages.ledger.parties.find(request.params["id"])
    return (
        json_response({"contact": pages.contact(row)}) if row else refusals.not_found()
    )


def _update_contact(pages: Pages, request: Request) -> Response:
    row = pages.ledger.parties.find(request.params["id"])
    if row is None:
        return refusals.not_found()
    records.update_contact(pages.ledger, row, request.json())
    return Response(status=200)


def _lister(path: str) -> Call:
    nested = f"nested_{render.NAMES[path]}_items"

    def call(pages: Pages, request: Request) -> Response:
        items = request.arg(nested) == "true"
        rows = list(asking.documents(pages.ledger, path, request))
        return asking.answer(
            request, path, rows, lambda row: pages.document(row, items=items)
        )

    return call


def _found(pages: Pages, path: str, request: Request) -> books.Document | None:
    row = pages.ledger.documents.find(request.params["id"])
    return row if row is not None and row.kind is render.KINDS[path] else None


def _creator(path: str) -> Call:
    def call(pages: Pages, request: Request) -> Response:
        sent = documents.parsed(path, request.json(), new=True)
        row = documents.create(pages.ledger, path, sent)
        return _created(render.NAMES[path], pages.document(row))

    return call


def _reader(path: str) -> Call:
    def call(pages: Pages, request: Request) -> Response:
        row = _found(pages, path, request)
        if row is None:
            return refusals.not_found()
        return json_response({render.NAMES[path]: pages.document(row)})

    return call


def _updater(path: str) -> Call:
    def call(pages: Pages, request: Request) -> Response:
        row = _found(pages, path, request)
        if row is None:
            return refusals.not_found()
        sent = documents.parsed(path, request.json(), new=False)
        documents.update(pages.ledger, path, row, sent)
        return Response(status=200)

    return call


def _deleter(path: str) -> Call:
    def call(pages: Pages, request: Request) -> Response:
        row = _found(pages, path, request)
        if row is None:
            return refusals.not_found()
        pages.ledger.documents.delete(row.id)
        return Response(status=200)

    return call


def _mover(path: str) -> Call:
    def call(pages: Pages, request: Request) -> Response:
        row = _found(pages, path, request)
        if row is None:
            return refusals.not_found()
        documents.transition(pages.ledger, row, request.params["to"])
        return Response(status=200)

    return call


def _explanations(pages: Pages, request: Request) -> Response:
    found = map(pages.explanation, asking.payments(pages.ledger, request))
    rows = [row for row in found if row is not None]
    return asking.answer(request, "bank_transaction_explanations", rows, dict)


def _explain(pages: Pages, request: Request) -> Response:
    row = records.explain(pages.ledger, request.json())
    return _created("bank_transaction_explanation", pages.explanation(row) or {})


def _unexplain(pages: Pages, request: Request) -> Response:
    if pages.ledger.settlements.payments.find(request.params["id"]) is None:
        return refusals.not_found()
    pages.ledger.settlements.delete(request.params["id"])
    return Response(status=200)


def _reconcile(pages: Pages, request: Request) -> Response:
    row = records.reconcile(pages.ledger, request.json())
    return _created("credit_note_reconciliation", pages.reconciliation(row))


def _take_off(pages: Pages, request: Request) -> Response:
    if pages.ledger.settlements.allocations.find(request.params["id"]) is None:
        return refusals.not_found()
    pages.ledger.settlements.remove(request.params["id"])
    return Response(status=200)
