"""SAP Business One's face: log-in, company, and the Service Layer's entity sets.

Two cookies make a session; without the second a load balancer would not find it again.
Totals are computed by the company, tax on each row. A cancelled document stays, beside
the one that took it back.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from .. import odata
from ..books import Company
from ..errors import LedgerError
from ..face import Face, Failure
from ..ledger import Ledger
from ..policies import Policies, Prefixed, Scope
from ..sessions import NoSeat, Sessions
from ..wire import BadBody, Request, Response, Route, Router, json_response
from . import batch, refusals, render, shapes, writes
from .names import FIELDS, PAYMENT_SETS, SETS, group_code
from .refusals import Refused

ROOT = "/b1s/v2"
USER, PASSWORD = "manager", "practice-password"
NODE = ".node1"
SEATS, IDLE_SECONDS = 10, 30 * 60
PAGE = 20
Row = dict[str, Any]


class SapBusinessOne(Face):
    slug = "sap_business_one"
    title = "SAP Business One"
    token_path = r"/Login$"  # noqa: S105 - a path

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.sessions = Sessions(ledger.store.now, seats=SEATS, idle=IDLE_SECONDS)

    @classmethod
    def policies(cls) -> Policies:
        return Policies(ids=Prefixed({"parties": "BP"}), names=Scope.NONE, numbers={})

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id="SBOPRACTICE", name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget("b1.locked")
        return {
            "base_url": base_url,
            "company_db": self.ledger.company.id,
            "user": USER,
            "password": PASSWORD,
        }

    def sample(self) -> dict[str, str]:
        books = self.ledger
        kept = super().sample()
        tax = books.tax_codes.get(kept["tax_code"])
        codes = ("account", "expense_account", "bank")
        return kept | {
            "item": books.items.get(kept["item"]).code,
            "tax_code": group_code(tax, purchase=False),
            **{name: books.accounts.get(kept[name]).code for name in codes},
        }

    # --- routes

    def routes(self) -> list[Route]:
        return [
            Route("POST", f"{ROOT}/Login", self.log_in),
            Route("POST", f"{ROOT}/Logout", self.log_out),
            Route("POST", f"{ROOT}/$batch", self._inside(self.batched)),
            *self._inner_routes(),
        ]

    def _inner_routes(self) -> list[Route]:
        inside = self._inside
        routes = [
            Route("*", f"{ROOT}/CompanyService_GetCompanyInfo", inside(self.info)),
            Route("*", f"{ROOT}/CompanyService_GetAdminInfo", inside(self.admin)),
        ]
        for name in (*SETS, *PAYMENT_SETS):
            one = f"{ROOT}/{name}({{key}})"
            routes.append(Route("POST", f"{one}/Cancel", inside(self._cancel(name))))
        for name in self._sources():
            path = f"{ROOT}/{name}"
            routes.append(Route("GET", f"{path}({{key}})", inside(self._one(name))))
            routes.append(Route("GET", path, inside(self._many(name))))
            routes.append(Route("POST", path, inside(self._create(name))))
        return routes

    def _inside(self, handle: Callable[[Request], Response]) -> Any:
        def guarded(request: Request) -> Response:
            if not self._known(request):
                return refusals.no_session()
            return handle(request)

        return guarded

    def _known(self, request: Request) -> bool:
        pairs = (c.strip().partition("=") for c in request.header("Cookie").split(";"))
        cookies = {name: value for name, _, value in pairs}
        session = cookies.get("B1SESSION", "")
        return cookies.get("ROUTEID") == NODE and self.sessions.alive(session)

    # --- getting in

    def log_in(self, request: Request) -> Response:
        sent = writes.parsed(shapes.LOGIN, request.json(), "Login")
        if sent["CompanyDB"] != self.ledger.company.id:
            return refusals.response("-304", "Fail to get DB Credentials from SLD", 401)
        is_right = (sent["UserName"], sent["Password"]) == (USER, PASSWORD)
        if not is_right or self.ledger.recall("b1.locked"):
            message = "Login failed: user name or password is incorrect"
            return refusals.response("100000027", message, 401)
        try:
            session = self.sessions.open()
        except NoSeat:
            return refusals.response("-1101", "Number of licensed users exceeded", 500)
        body = {
            "@odata.context": f"{request.base_url}{ROOT}/$metadata#B1Sessions/$entity",
            "SessionId": session,
            "Version": "1000280",
            "SessionTimeout": IDLE_SECONDS // 60,
        }
        return json_response(body).with_headers(
            ("Set-Cookie", f"B1SESSION={session}; HttpOnly; SameSite=None"),
            ("Set-Cookie", f"ROUTEID={NODE}; path=/"),
        )

    def log_out(self, request: Request) -> Response:
        if not self._known(request):
            return refusals.no_session()
        for pair in request.header("Cookie").split(";"):
            name, _, value = pair.strip().partition("=")
            if name == "B1SESSION":
                self.sessions.close(value)
        return Response(status=204)

    def info(self, request: Request) -> Response:
        body = {"CompanyName": self.ledger.company.name, "Version": 1000280}
        return json_response(body)

    def admin(self, request: Request) -> Response:
        company = self.ledger.company
        return json_response(
            {
                "CompanyName": company.name,
                "Country": company.country,
                "LocalCurrency": company.currency,
                "SystemCurrency": company.currency,
            }
        )

    # --- entity sets

    def _sources(self) -> dict[str, Callable[[], Iterable[Row]]]:
        books = self.ledger
        sources: dict[str, Callable[[], Iterable[Row]]] = {
            "BusinessPartners": lambda: (
                render.partner(books, row) for row in books.parties.table
            ),
            "ChartOfAccounts": lambda: (
                render.account(books, row) for row in books.accounts.table
            ),
            "VatGroups": lambda: (
                group
                for row in books.tax_codes.table
                for group in render.groups(books, row)
            ),
            "Items": lambda: (render.item(books, row) for row in books.items.table),
            "Currencies": lambda: (
                {"Code": code, "Name": code} for code in books.company.currencies
            ),
        }
        for name in SETS:
            sources[name] = self._documents(name)
        for name in PAYMENT_SETS:
            sources[name] = self._payments(name)
        return sources

    def _documents(self, name: str) -> Callable[[], Iterable[Row]]:
        def rows() -> Iterable[Row]:
            for row in self.ledger.documents.of_kind(SETS[name]):
                yield render.document(self.ledger, row)
                if row.extra.get("cancellation"):
                    yield render.reversal(self.ledger, row)

        return rows

    def _payments(self, name: str) -> Callable[[], Iterable[Row]]:
        def rows() -> Iterable[Row]:
            for row in self.ledger.settlements.payments:
                if row.direction is PAYMENT_SETS[name]:
                    yield render.payment(self.ledger, row)

        return rows

    def _many(self, name: str) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            rows = list(self._sources()[name]())
            fields = _fields(name, request)
            try:
                test = odata.filtered(request.arg("$filter"), fields)
                fitting = [row for row in rows if test(row)]
                kept = odata.ordered(fitting, request.arg("$orderby"), fields)
                return self._page(request, name, kept, fields)
            except odata.BadQuery as error:
                raise Refused("-1000", f"Query string error: {error}") from error

        return handle

    def _page(
        self, request: Request, name: str, rows: list[Row], fields: set[str]
    ) -> Response:
        top, skip = int(request.arg("$top", "0")), int(request.arg("$skip", "0"))
        rows = rows[:top] if top else rows
        size = _page_size(request) or len(rows)
        picked = request.arg("$select")
        body: Row = {
            "@odata.context": f"{request.base_url}{ROOT}/$metadata#{name}",
            "value": [
                odata.selected(self._with_rows(name, row, picked), picked, fields)
                for row in rows[skip : skip + size]
            ],
        }
        if skip + size < len(rows):
            body["@odata.nextLink"] = _next(request, name, skip + size)
        return json_response(body)

    def _with_rows(self, name: str, row: Row, picked: str) -> Row:
        if name not in SETS or (picked and "DocumentLines" not in picked.split(",")):
            return row
        found = self.ledger.documents.find(str(row["DocEntry"]))
        lines = render.rows(self.ledger, found) if found else []
        return row | {"DocumentLines": lines}

    def _one(self, name: str) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            key = request.params["key"].strip("'").replace("''", "'")
            first = "CardCode" if name == "BusinessPartners" else "Code"
            first = "DocEntry" if name in (*SETS, *PAYMENT_SETS) else first
            for row in self._candidates(name, key):
                if str(row.get(first)) == key:
                    picked = request.arg("$select")
                    whole = self._with_rows(name, row, picked)
                    fields = _fields(name, request)
                    return json_response(odata.selected(whole, picked, fields))
            raise refusals.no_match()

        return handle

    def _candidates(self, name: str, key: str) -> Iterable[Row]:
        """A document is found by its key, and all others by looking through them."""
        row = self.ledger.documents.find(key) if name in SETS else None
        if row is not None and row.kind is SETS[name]:
            return [render.document(self.ledger, row)]
        return self._sources()[name]()

    def _create(self, name: str) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            body = request.json()
            if name in SETS:
                document = writes.create_document(self.ledger, SETS[name], body)
                row = render.document(self.ledger, document)
                return json_response(self._with_rows(name, row, ""), 201)
            if name in PAYMENT_SETS:
                direction = PAYMENT_SETS[name]
                payment = writes.create_payment(self.ledger, direction, body)
                return json_response(render.payment(self.ledger, payment), 201)
            if name == "BusinessPartners":
                partner = writes.create_partner(self.ledger, body)
                return json_response(render.partner(self.ledger, partner), 201)
            raise Refused("-1", "Not allowed on this ledger", status=405)

        return handle

    def _cancel(self, name: str) -> Callable[[Request], Response]:
        def handle(request: Request) -> Response:
            key = request.params["key"]
            if name in SETS:
                document = self.ledger.documents.find(key)
                if document is None or document.kind is not SETS[name]:
                    raise refusals.no_match()
                writes.cancel_document(self.ledger, document)
            else:
                payment = self.ledger.settlements.payments.find(key)
                if payment is None or payment.direction is not PAYMENT_SETS[name]:
                    raise refusals.no_match()
                writes.cancel_payment(self.ledger, payment)
            return Response(status=204)

        return handle

    # --- batches

    def batched(self, request: Request) -> Response:
        router = Router(self._inner_routes())
        goes_on = "continue-on-error" in request.header("Prefer")
        done: list[tuple[batch.Part, list[Response]]] = []
        for index, part in enumerate(batch.parts_of(request, ROOT)):
            answered = self._carried(request, router, index, part)
            done.append((part, answered))
            if answered[-1].status >= 400 and not goes_on:
                break
        return batch.answer(done)

    def _carried(
        self, request: Request, router: Router, index: int, part: batch.Part
    ) -> list[Response]:
        if not request.begin_batch_item(index):
            return [refusals.response("-1", "Internal error")]
        answered: list[Response] = []
        try:
            with self.ledger.store.change():
                for inner in part.requests:
                    inner.headers = request.headers
                    answered.append(_routed(router, inner))
        except LedgerError as error:
            return [refusals.of_error(error)]
        except BadBody as error:
            return [refusals.response("-1", f"Invalid JSON: {error}")]
        return answered

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.of_error(error)

    def failure(self, request: Request, failure: Failure) -> Response:
        """An overloaded server answers with the page of the proxy before it."""
        if failure.reason == "body":
            return refusals.response("-1", f"Invalid JSON: {failure.detail}")
        if failure.reason in ("not_found", "method"):
            return refusals.response(
                "-1", "Unrecognized resource path.", failure.status
            )
        return Response(
            status=failure.status, body=refusals.APACHE, content_type="text/html"
        )

    def expire_tokens(self) -> None:
        self.sessions.close_all()

    def revoke_grants(self) -> None:
        self.ledger.remember("b1.locked", True)
        self.sessions.close_all()


def _routed(router: Router, request: Request) -> Response:
    route, _ = router.find(request)
    if route is None:
        raise Refused("-1", "Unrecognized resource path.", status=404)
    response: Response = route.handle(request)
    return response


def _fields(name: str, request: Request) -> set[str]:
    """Those of the set, and user-defined ones, which any company may have."""
    asked = request.arg("$filter") + request.arg("$select")
    return {*FIELDS[name], *re.findall(r"\bU_\w+", asked)}


def _page_size(request: Request) -> int:
    for part in request.header("Prefer").split(","):
        name, _, value = part.strip().partition("=")
        if name in ("odata.maxpagesize", "maxpagesize") and value.isdigit():
            return int(value)
    return PAGE


def _next(request: Request, name: str, skip: int) -> str:
    """Relative to the service's root, with the question repeated."""
    kept = [(key, value[0]) for key, value in request.query.items() if key != "$skip"]
    pairs = [*kept, ("$skip", str(skip))]
    return f"{name}?" + "&".join(f"{key}={quote(value)}" for key, value in pairs)
