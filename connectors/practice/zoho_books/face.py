"""Zoho Books' face: consent, tokens of an hour, and the API of version 3."""

from collections.abc import Callable, Iterable
from typing import Any

from ..books import Company, Kind
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..oauth import TokenRefused
from ..policies import Integers, Policies, RoundPer, Scope, TaxPolicy
from ..quotas import Quota
from ..wire import Request, Response, Route
from . import refusals
from .asking import Call, Node, dated, fits, listing, since, told
from .consent import LOCATION, RULES, Consent
from .forms import FORMS, PURSES, Form, Purse
from .refusals import BROKEN, NOT_A_MEMBER, NOT_ALLOWED, Refused
from .render import Renderer
from .writes import Writes

API = "/books/v3"
ORGANISATION_ID = "10234695"
_API_PATHS = r"^/books/"
CREDITS = next(form for form in FORMS if form.kind is Kind.CREDIT_NOTE)
_CODES = {"minute": 44, "day": 45, "concurrent": 1070}


class ZohoBooks(Face):
    slug = "zoho_books"
    title = "Zoho Books"
    token_path = r"^/oauth/v2/token$"  # noqa: S105 - a path
    quotas = (
        Quota("minute", 100, 60, path=_API_PATHS),
        Quota("day", 2000, 86_400, path=_API_PATHS),
        Quota("concurrent", 5, 0, path=_API_PATHS),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.render = Renderer(ledger)
        self.writes = Writes(ledger, self.render)
        self.consent = Consent(ledger, self.title, RULES)
        self.oauth = self.consent

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Integers(start=982000000567001, shared=True),
            names=Scope.ALL,
            numbers={Kind.SALES_INVOICE: Scope.KIND, Kind.CREDIT_NOTE: Scope.KIND},
            numbering={Kind.SALES_INVOICE: "INV-", Kind.CREDIT_NOTE: "CN-"},
            tax=TaxPolicy(per=RoundPer.LINE),
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=ORGANISATION_ID, name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        grant = self.consent.issue(self.ledger.company.id)
        return {
            "client_id": self.consent.client.id,
            "client_secret": self.consent.client.secret,
            "access_token": grant.access,
            "refresh_token": grant.refresh,
            "company_id": self.ledger.company.id,
            "data_centre": LOCATION,
        }

    # --- routes

    def routes(self) -> list[Route]:
        routes = [
            Route("GET", "/oauth/v2/auth", self.consent.authorize),
            Route("POST", "/oauth/v2/auth", self.consent.authorize),
            Route("POST", "/oauth/v2/token", self.consent.token),
            Route("POST", "/oauth/v2/token/revoke", self.consent.revoke),
            self._route("GET", "organizations", self._organisations, anyones=True),
            self._route("GET", "contacts/{id}", self._contact),
            self._route("POST", "contacts", self._create_contact),
            self._route("POST", "items", self._create_item),
            self._route("GET", "invoices/{id}/payments", self._invoice_payments),
            *self._of_refunds(),
            self._route("GET", "creditnotes/{id}/invoices", self._credited),
            self._route("POST", "creditnotes/{id}/invoices", self._apply_credits),
            self._route(
                "DELETE", "creditnotes/{id}/invoices/{laid}", self._release_credit
            ),
        ]
        lists: tuple[tuple[str, str, Callable[[Request], Iterable[Node]]], ...] = (
            ("contacts", "contacts", self._contacts),
            ("chartofaccounts", "chartofaccounts", self._accounts),
            ("settings/taxes", "taxes", self._taxes),
            ("settings/currencies", "currencies", lambda _: self.render.currencies()),
            ("items", "items", self._items),
        )
        routes += [
            self._route("GET", path, listing(key, rows)) for path, key, rows in lists
        ]
        for form in FORMS:
            routes += self._of_form(form)
        for purse in PURSES:
            routes += self._of_purse(purse)
        return routes

    def _of_form(self, form: Form) -> list[Route]:
        def rows(request: Request) -> Iterable[Node]:
            return self._documents(form, request)

        def shown(request: Request) -> Response:
            row = self.writes.document(form, request.params["id"])
            return told("success", {form.key: self.render.document(form, row)})

        def created(request: Request) -> Response:
            row = self.writes.create(form, request)
            message = f"The {form.what.lower()} has been created."
            node = self.render.document(form, row)
            return told(message, {form.key: node}, status=201)

        def upserted(request: Request) -> Response:
            row, new = self.writes.upsert(form, request)
            node = self.render.document(form, row)
            return told("success", {form.key: node}, status=201 if new else 200)

        def updated(request: Request) -> Response:
            row = self.writes.update(form, request.params["id"], request)
            return told("success", {form.key: self.render.document(form, row)})

        def deleted(request: Request) -> Response:
            self.writes.delete(form, request.params["id"])
            return told(f"The {form.what.lower()} has been deleted.")

        def stepped(request: Request) -> Response:
            named = request.params
            self.writes.step(form, named["id"], named["status"])
            return told(f"{form.what} status has been changed to {named['status']}.")

        one = f"{form.path}/{{id}}"
        return [
            self._route("GET", form.path, listing(form.path, rows)),
            self._route("POST", form.path, created),
            self._route("PUT", form.path, upserted),
            self._route("GET", one, shown),
            self._route("PUT", one, updated),
            self._route("DELETE", one, deleted),
            self._route("POST", f"{one}/status/{{status}}", stepped),
        ]

    def _of_refunds(self) -> list[Route]:
        """Before the credit notes themselves, for `refunds` is no id."""
        key, of_one = "creditnote_refunds", "creditnotes/{id}/refunds"
        return [
            self._route("GET", "creditnotes/refunds", listing(key, self._refunds)),
            self._route("GET", of_one, listing(key, self._refunds_of)),
            self._route("POST", of_one, self._refund),
            self._route("DELETE", f"{of_one}/{{refund}}", self._delete_refund),
        ]

    def _of_purse(self, purse: Purse) -> list[Route]:
        def rows(request: Request) -> Iterable[Node]:
            return self._payments(purse, request)

        def shown(request: Request) -> Response:
            row = self.writes.payment(purse, request.params["id"])
            return told("success", {purse.key: self.render.payment(purse, row)})

        def created(request: Request) -> Response:
            row = self.writes.create_payment(purse, request)
            node = self.render.payment(purse, row)
            return told("The payment has been recorded.", {purse.key: node}, status=201)

        def updated(request: Request) -> Response:
            id = request.params["id"]
            row = self.writes.update_payment(purse, id, request)
            return told("success", {purse.key: self.render.payment(purse, row)})

        def deleted(request: Request) -> Response:
            self.writes.delete_payment(purse, request.params["id"])
            return told("The payment has been deleted.")

        one = f"{purse.path}/{{id}}"
        return [
            self._route("GET", purse.path, listing(purse.path, rows)),
            self._route("POST", purse.path, created),
            self._route("GET", one, shown),
            self._route("PUT", one, updated),
            self._route("DELETE", one, deleted),
        ]

    def _route(
        self, method: str, path: str, call: Call, *, anyones: bool = False
    ) -> Route:
        def handle(request: Request) -> Response:
            return self._called(request, call, anyones=anyones)

        return Route(method, f"{API}/{path}", handle)

    def _called(self, request: Request, call: Call, *, anyones: bool) -> Response:
        try:
            self.consent.grant_of(request)
        except TokenRefused:
            said = "You are not authorized to perform this operation"
            return Refused(NOT_ALLOWED, said, status=401).response()
        try:
            if not anyones and request.arg("organization_id") != self.ledger.company.id:
                said = "This user is not associated with the organization."
                raise Refused(NOT_A_MEMBER, said)
            with self.ledger.store.change():
                return call(request)
        except Refused as error:
            return error.response()

    # --- calls

    def _organisations(self, request: Request) -> Response:
        return told("success", {"organizations": [self.render.organisation()]})

    def _contacts(self, request: Request) -> Iterable[Node]:
        for row in self.ledger.parties.table:
            node = self.render.contact_row(row)
            kinds = {name: node[name] for name in ("contact_name", "contact_type")}
            active = request.arg("filter_by") != "Status.Active" or row.active
            if active and fits(request, **kinds):
                yield node

    def _contact(self, request: Request) -> Response:
        row = self.ledger.parties.find(request.params["id"])
        if row is None:
            raise refusals.not_there("Contact")
        return told("success", {"contact": self.render.contact(row)})

    def _create_contact(self, request: Request) -> Response:
        row = self.writes.create_contact(request)
        node = self.render.contact(row)
        return told("The contact has been added.", {"contact": node}, status=201)

    def _accounts(self, request: Request) -> Iterable[Node]:
        every = request.arg("filter_by") != "AccountType.Active"
        rows = (row for row in self.ledger.accounts.table if row.active or every)
        return map(self.render.account, rows)

    def _taxes(self, request: Request) -> Iterable[Node]:
        return map(self.render.tax, self.ledger.tax_codes.table)

    def _items(self, request: Request) -> Iterable[Node]:
        rows = (r for r in self.ledger.items.table if fits(request, name=r.name))
        return map(self.render.item, rows)

    def _create_item(self, request: Request) -> Response:
        row = self.writes.create_item(request)
        return told(
            "The item has been added.", {"item": self.render.item(row)}, status=201
        )

    def _documents(self, form: Form, request: Request) -> Iterable[Node]:
        for row in self.ledger.documents.of_kind(form.kind):
            node = self.render.row(form, row)
            names = (form.number, "reference_number", "status", form.party)
            kept = dated(request, row) and fits(request, **{n: node[n] for n in names})
            # Credit notes cannot be asked for by their time of change.
            if kept and (row.kind.is_credit or since(request, row.updated_at)):
                yield node

    def _payments(self, purse: Purse, request: Request) -> Iterable[Node]:
        for row in self.ledger.settlements.payments:
            if row.direction is not purse.direction or not dated(request, row):
                continue
            if self.render.is_refund(row):
                continue
            # Nor can payments received.
            received = purse.documents == "invoices"
            if received or since(request, row.updated_at):
                yield self.render.payment_row(purse, row)

    def _invoice_payments(self, request: Request) -> Response:
        row = self.writes.document(FORMS[0], request.params["id"])
        return told("success", {"payments": self.render.invoice_payments(row)})

    def _refunds(self, request: Request) -> Iterable[Node]:
        for credit in self.ledger.documents.of_kind(Kind.CREDIT_NOTE):
            yield from self.render.refunds(credit)

    def _refunds_of(self, request: Request) -> Iterable[Node]:
        credit = self.writes.document(CREDITS, request.params["id"])
        return self.render.refunds(credit)

    def _refund(self, request: Request) -> Response:
        row = self.writes.refund(CREDITS, request.params["id"], request)
        node = {"creditnote_refund": self.render.refund(row, request.params["id"])}
        return told("The refund has been saved.", node, status=201)

    def _delete_refund(self, request: Request) -> Response:
        named = request.params
        self.writes.delete_refund(CREDITS, named["id"], named["refund"])
        return told("The refund has been deleted.")

    def _credited(self, request: Request) -> Response:
        row = self.writes.document(CREDITS, request.params["id"])
        return told("success", {"invoices_credited": self.render.credited(row)})

    def _release_credit(self, request: Request) -> Response:
        named = request.params
        self.writes.release_credit(CREDITS, named["id"], named["laid"])
        return told("The credits applied have been deleted.")

    def _apply_credits(self, request: Request) -> Response:
        self.writes.apply_credits(CREDITS, request.params["id"], request)
        return told("Credits have been applied to the invoice(s).")

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.of_ledger(error, what="Record").response()

    def failure(self, request: Request, failure: Failure) -> Response:
        code = BROKEN
        if failure.status == 429:
            code = _CODES[failure.quota.name if failure.quota else "minute"]
        said = failure.detail or failure.reason
        return Refused(code, said, status=failure.status).response()
