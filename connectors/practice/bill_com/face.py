"""Bill.com's face: sessions that end when idle, and the v3 API of one organisation.

An American service with British practice books: amounts are in GBP, and countries of
addresses are told. `settings`: `unique_numbers` refuses a number that is taken;
`role` other than ADMINISTRATOR keeps the organisation's name from the user.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..books import Company, Direction, Document, Kind, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Integers, Policies, RoundPer, Scope, TaxPolicy
from ..quotas import Quota
from ..sessions import Sessions
from ..wire import Request, Response, Route, json_response
from . import asking, names, refusals, render, shapes, writes
from .asking import Filter, Row
from .names import own, wire
from .refusals import Refused
from .writes import FORMS, Form

ROOT = "/connect/v3"
USER, PASSWORD = "finsync@practice.example", "practice-password"
DEVELOPER_KEY = "01PRACTICEDEVELOPERKEY"
SEATS, IDLE_SECONDS = 1000, 35 * 60
ADMINISTRATOR = "ADMINISTRATOR"
_NUMBERS = {
    Kind.SALES_INVOICE: "invoiceNumber",
    Kind.CREDIT_NOTE: "referenceNumber",
    Kind.SUPPLIER_INVOICE: "invoice.invoiceNumber",
}
Call = Callable[[Request], Response]
Rows = Callable[[Sequence[Filter]], Iterable[Row]]


class Bill(Face):
    slug = "bill_com"
    title = "Bill.com"
    token_path = r"/login$"  # noqa: S105 - a path
    quotas = (
        Quota("logins", 200, 3600, path=r"/login$"),
        Quota("hour", 20_000, 3600, path=r"^/connect/v3/"),
        Quota("concurrent", 3, 0, path=r"^/connect/v3/"),
    )

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.sessions = Sessions(ledger.store.now, seats=SEATS, idle=IDLE_SECONDS)

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            ids=Integers(start=1001, shared=True),
            names=Scope.NONE,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.PARTY,
            },
            numbering={Kind.SALES_INVOICE: ""},
            tax=TaxPolicy(per=RoundPer.DOCUMENT),
        )

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id=names.ORGANISATION, name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget("bill.locked")
        return {
            "developer_key": DEVELOPER_KEY,
            "username": USER,
            "password": PASSWORD,
            "organization_id": self.ledger.company.id,
            "home_currency": self.ledger.company.currency,
            "country": self.ledger.company.country,
            "fallback_email": "nobody@practice.example",
            "fallback_address": "1 Practice Street, Bristol, BS1 1AA",
        }

    def sample(self) -> dict[str, str]:
        kept = super().sample()
        prefixes = {
            "customer": names.CUSTOMER,
            "supplier": names.VENDOR,
            "item": names.ITEM,
            "tax_code": names.ITEM,
        }
        return {
            name: wire(prefixes.get(name, names.ACCOUNT), id)
            for name, id in kept.items()
        }

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("POST", f"{ROOT}/login", self.log_in),
            self._route("POST", "logout", self.log_out),
            self._route("GET", "login/session", self.session),
            self._route("GET", "organizations/{id}", self.organisation),
            *self._of_parties(),
            *(route for form in FORMS for route in self._of_form(form)),
            *self._of_payments(),
            self._list("classifications/chart-of-accounts", self._accounts),
            self._list("classifications/items", self._items),
        ]

    def _of_parties(self) -> list[Route]:
        routes: list[Route] = []
        for path, (role, _, _) in writes.PARTIES.items():
            routes += [
                self._list(path, self._parties(role)),
                self._route("POST", path, self._party_maker(path, role)),
                self._route("GET", f"{path}/{{id}}", self._party_reader(role)),
            ]
        return routes

    def _of_form(self, form: Form) -> list[Route]:
        one = f"{form.path}/{{id}}"
        return [
            self._list(form.path, self._documents(form)),
            self._route("POST", form.path, self._maker(form)),
            self._route("GET", one, self._reader(form)),
            self._route("PUT", one, self._replacer(form)),
            self._route("POST", f"{one}/archive", self._archiver(form)),
        ]

    def _of_payments(self) -> list[Route]:
        return [
            self._route("POST", "invoices/record-payment", self.record_receipt),
            self._route("POST", "bills/record-payment", self.record_payout),
            self._route("POST", "payments/{id}/void", self.void_payment),
            self._list("receivable-payments", self._payments(Direction.RECEIVED)),
            self._list("payments", self._payments(Direction.MADE)),
        ]

    def _list(self, path: str, rows: Rows) -> Route:
        name = path.rpartition("/")[2]
        return self._route("GET", path, lambda asked: asking.page(name, asked, rows))

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            self._require_session(request)
            with self.ledger.store.change():
                return call(request)

        return Route(method, f"{ROOT}/{path}", handle)

    def _require_session(self, request: Request) -> None:
        if request.header("devKey") != DEVELOPER_KEY:
            raise refusals.no_developer()
        if not self.sessions.alive(request.header("sessionId")):
            raise refusals.no_session()

    # --- getting in

    def log_in(self, request: Request) -> Response:
        sent = writes.parsed(shapes.LOGIN, request.json())
        if sent["devKey"] != DEVELOPER_KEY:
            raise refusals.no_developer()
        is_right = (sent["username"], sent["password"]) == (USER, PASSWORD)
        is_here = sent["organizationId"] == self.ledger.company.id
        if not (is_right and is_here) or self.ledger.recall("bill.locked"):
            raise refusals.no_entry()
        return json_response(
            {
                "sessionId": self.sessions.open(),
                "organizationId": self.ledger.company.id,
                "userId": names.USER_ID,
                "trusted": False,
            }
        )

    def log_out(self, request: Request) -> Response:
        self.sessions.close(request.header("sessionId"))
        return Response(status=200)

    def session(self, request: Request) -> Response:
        told = {"organizationId": self.ledger.company.id, "userId": names.USER_ID}
        return json_response(told | {"mfaStatus": "DISABLED", "mfaBypass": False})

    def organisation(self, request: Request) -> Response:
        company = self.ledger.company
        if company.extra.get("role", ADMINISTRATOR) != ADMINISTRATOR:
            raise refusals.no_right()
        if request.params["id"] != company.id:
            raise refusals.not_found()
        address = {"line1": "1 Quay Street", "city": "Bristol"}
        return json_response(
            {
                "id": company.id,
                "archived": False,
                "name": company.name,
                "address": address | {"country": company.country},
            }
        )

    # --- master data

    def _parties(self, role: Role) -> Rows:
        return lambda _: (
            render.party(row, role) for row in self.ledger.parties.in_role(role)
        )

    def _party_maker(self, path: str, role: Role) -> Call:
        def call(request: Request) -> Response:
            row = writes.create_party(self.ledger, path, request.json())
            return json_response(render.party(row, role), 201)

        return call

    def _party_reader(self, role: Role) -> Call:
        def call(request: Request) -> Response:
            id = own(names.PARTIES[role], request.params["id"])
            row = self.ledger.parties.find(id)
            if row is None or role not in row.roles:
                raise refusals.not_found()
            return json_response(render.party(row, role))

        return call

    def _accounts(self, asked: Sequence[Filter]) -> Iterable[Row]:
        return map(render.account, self.ledger.accounts.table)

    def _items(self, asked: Sequence[Filter]) -> Iterable[Row]:
        """Taxes are items too."""
        yield from map(render.item, self.ledger.items.table)
        for row in self.ledger.tax_codes.table:
            yield render.tax(self.ledger, row)

    # --- documents

    def _documents(self, form: Form) -> Rows:
        def rows(asked: Sequence[Filter]) -> Iterable[Row]:
            for row in self._candidates(form, asked):
                yield render.read_document(self.ledger, row)

        return rows

    def _candidates(self, form: Form, asked: Sequence[Filter]) -> Iterable[Document]:
        """By their number at once, all others by looking through them."""
        for each in asked:
            if (each.field, each.operator) == (_NUMBERS[form.kind], "eq"):
                return self.ledger.documents.numbered(form.kind, each.value)
        return self.ledger.documents.of_kind(form.kind)

    def _maker(self, form: Form) -> Call:
        def call(request: Request) -> Response:
            row = writes.create_document(self.ledger, form, request.json())
            return json_response(render.document(self.ledger, row), 201)

        return call

    def _reader(self, form: Form) -> Call:
        def call(request: Request) -> Response:
            row = self._document(form, request)
            return json_response(render.read_document(self.ledger, row))

        return call

    def _replacer(self, form: Form) -> Call:
        def call(request: Request) -> Response:
            id = self._document(form, request).id
            row = writes.replace_document(self.ledger, form, id, request.json())
            return json_response(render.document(self.ledger, row))

        return call

    def _archiver(self, form: Form) -> Call:
        def call(request: Request) -> Response:
            found = self._document(form, request)
            row = writes.archive_document(self.ledger, found)
            return json_response(render.document(self.ledger, row))

        return call

    def _document(self, form: Form, request: Request) -> Document:
        id = own(names.DOCUMENTS[form.kind], request.params["id"])
        row = self.ledger.documents.find(id)
        if row is None or row.kind is not form.kind:
            raise refusals.not_found()
        return row

    # --- payments

    def record_receipt(self, request: Request) -> Response:
        row = writes.record_receipt(self.ledger, request.json())
        return json_response(render.recorded_receipt(self.ledger, row))

    def record_payout(self, request: Request) -> Response:
        row = writes.record_payout(self.ledger, request.json())
        return json_response(render.recorded_payout(self.ledger, row))

    def void_payment(self, request: Request) -> Response:
        id = own(names.PAYOUT, request.params["id"])
        row = writes.void_payment(self.ledger, id, request.json())
        return json_response(render.payout(self.ledger, row))

    def _payments(self, direction: Direction) -> Rows:
        return lambda _: (
            render.payment(self.ledger, row)
            for row in self.ledger.settlements.payments
            if row.direction is direction
        )

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.worded(error).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.reason == "body":
            return Refused("JSON parse error", code="", category="REQUEST").response()
        if failure.reason in ("not_found", "method"):
            return Refused(
                "API not supported.", code="BDC_1121", status=failure.status
            ).response()
        code, said = "", "Something went wrong."
        if failure.status == 429:
            code, said = _SPENT[failure.quota.name if failure.quota else "concurrent"]
        return Refused(said, code=code, status=failure.status).response()

    def expire_tokens(self) -> None:
        self.sessions.close_all()

    def revoke_grants(self) -> None:
        self.ledger.remember("bill.locked", True)
        self.sessions.close_all()


_HOUR = ("BDC_1144", "Max number of allowed requests per hour reached: 20000.")
_SPENT = {
    "hour": _HOUR,
    "logins": ("BDC_1144", "Max number of allowed logins per hour reached: 200."),
    "concurrent": (
        "BDC_1322",
        "Max number of concurrent requests per organization reached.",
    ),
}
