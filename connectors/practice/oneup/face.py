"""OneUp's face: one company behind an e-mail and a key, REST over bare arrays.

Written from public clients and a few pages of the vendor's. Switches, by
`PATCH /__practice__/company {"settings": {...}}`: `no_header` (lists do not say whether
they go on), `unique_numbers` (a user_code twice is refused), `numbers` (references may
be bare numbers, as in 2014), `unsorted` (what order is asked for is passed over).
"""

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Sequence
from typing import Any

from ..books import Company, Document, Kind, Party, Record, Role
from ..errors import LedgerError
from ..face import Face, Failure
from ..policies import Integers, Policies, Scope
from ..quotas import Quota
from ..wire import Request, Response, Route, json_response
from . import refusals, render, writes
from .refusals import Refused

API = "/v1"
EMAIL, KEY = "api_1234_5678@api.oneup.com", "5f0e1d2c3b4a59687766554433221100aabbccdd"
USUAL, MOST = 20, 1000
REVOKED = "oneup.revoked"
NEXT_PAGE = "X-MyERP-Has-Next-Page"
ORDERS = ("created_at", "updated_at")
Call = Callable[[Request], Response]


class OneUp(Face):
    slug = "oneup"
    title = "OneUp"
    quotas = (Quota("second", 2, 1, retry_after=True),)

    @classmethod
    def policies(cls) -> Policies:
        return Policies(ids=Integers(), names=Scope.NONE, numbers={})

    @classmethod
    def company(cls, name: str) -> Company:
        return Company(id="1234", name=name)

    def credentials(self, base_url: str) -> dict[str, Any]:
        self.ledger.forget(REVOKED)
        return {
            "user": EMAIL,
            "api_key": KEY,
            "company_name": self.ledger.company.name,
            "home_currency": self.ledger.company.currency,
        }

    def revoke_grants(self) -> None:
        self.ledger.remember(REVOKED, True)

    # --- routes

    def routes(self) -> list[Route]:
        return [
            self._route("GET", "customers", self.customers),
            self._route("POST", "customers", self.create_customer),
            self._route("GET", "customers/{id}", self.customer),
            self._route("GET", "accounts", self.accounts),
            self._route("GET", "taxes", self.taxes),
            self._route("GET", "items", self.items),
            self._route("GET", "invoices", self.invoices),
            self._route("POST", "invoices", self.create_invoice),
            self._route("GET", "invoices/{id}", self.invoice),
            self._route("PUT", "invoices/{id}", self.update_invoice),
            self._route("DELETE", "invoices/{id}", self.delete_invoice),
        ]

    def _route(self, method: str, path: str, call: Call) -> Route:
        def handle(request: Request) -> Response:
            if not self._known(request):
                return refusals.no_user()
            try:
                with self.ledger.store.change():
                    return call(request)
            except Refused as error:
                return error.response()

        return Route(method, f"{API}/{path}", handle)

    def _known(self, request: Request) -> bool:
        """The e-mail is compared without case, the key as it is."""
        user, key = _pair(request.header("Authorization"))
        right = (user.lower(), key) == (EMAIL, KEY)
        return right and not self.ledger.recall(REVOKED)

    # --- calls

    def customers(self, request: Request) -> Response:
        rows = [r for r in self.ledger.parties.in_role(Role.CUSTOMER) if r.active]
        return self._listed(request, rows, render.customer)

    def create_customer(self, request: Request) -> Response:
        row = writes.create_customer(self.ledger, request.json())
        return json_response(render.customer(row), 201)

    def customer(self, request: Request) -> Response:
        row: Party | None = self.ledger.parties.find(request.params["id"])
        if row is None or Role.CUSTOMER not in row.roles:
            raise refusals.not_found()
        return json_response(render.customer(row))

    def accounts(self, request: Request) -> Response:
        return self._paged(request, render.accounts(self.ledger))

    def taxes(self, request: Request) -> Response:
        rows = [render.tax(self.ledger, row) for row in self.ledger.tax_codes.table]
        return self._paged(request, rows)

    def items(self, request: Request) -> Response:
        rows = [render.item(self.ledger, row) for row in self.ledger.items.table]
        return self._paged(request, rows)

    def invoices(self, request: Request) -> Response:
        rows = self.ledger.documents.of_kind(Kind.SALES_INVOICE)
        there = [row for row in rows if render.is_there(row)]
        return self._listed(request, there, self._shown)

    def create_invoice(self, request: Request) -> Response:
        row = writes.create_invoice(self.ledger, request.json())
        return json_response(self._shown(row), 201)

    def invoice(self, request: Request) -> Response:
        return json_response(self._shown(self._found(request)))

    def update_invoice(self, request: Request) -> Response:
        row = self._found(request)
        row = writes.update_invoice(self.ledger, row, request.json())
        return json_response(self._shown(row))

    def delete_invoice(self, request: Request) -> Response:
        self.ledger.documents.delete(self._found(request).id)
        return Response(status=204)

    def _shown(self, row: Document) -> dict[str, Any]:
        return render.invoice(self.ledger, row)

    def _found(self, request: Request) -> Document:
        row = self.ledger.documents.find(request.params["id"])
        there = row is not None and render.is_there(row)
        if row is None or not there or row.kind is not Kind.SALES_INVOICE:
            raise refusals.not_found()
        return row

    # --- lists

    def _listed(
        self, request: Request, rows: Sequence[Any], show: Callable[[Any], Any]
    ) -> Response:
        order = request.arg("sort", "created_at")
        name = order.removeprefix("-")
        if name not in ORDERS:
            raise Refused(f"sort by {order} is not known", 400)
        if not self.ledger.company.extra.get("unsorted"):
            rows = sorted(
                rows,
                key=lambda row: (_stamp(row, name), int(row.id)),
                reverse=order != name,
            )
        return self._paged(request, rows, show)

    def _paged(
        self,
        request: Request,
        rows: Sequence[Any],
        show: Callable[[Any], Any] = lambda row: row,
    ) -> Response:
        limit, offset = request.arg("limit", str(USUAL)), request.arg("offset", "0")
        if not (limit.isdigit() and offset.isdigit() and int(limit)):
            raise Refused("limit and offset are numbers", 400)
        begin, size = int(offset), min(int(limit), MOST)
        response = json_response([show(row) for row in rows[begin : begin + size]])
        if self.ledger.company.extra.get("no_header"):
            return response
        more = "true" if begin + size < len(rows) else "false"
        return response.with_headers((NEXT_PAGE, more))

    # --- failures

    def refusal(self, request: Request, error: LedgerError) -> Response:
        return refusals.refused(error).response()

    def failure(self, request: Request, failure: Failure) -> Response:
        if failure.reason in ("not_found", "method"):
            return refusals.not_found().response()
        words = {429: "Rate limit exceeded", 400: "The body is not JSON"}
        message = words.get(failure.status, "Something went wrong")
        return Refused(message, failure.status).response()


def _pair(header: str) -> tuple[str, str]:
    try:
        told = b64decode(header.removeprefix("Basic "), validate=True).decode()
    except (BadBase64, UnicodeDecodeError):
        return "", ""
    user, _, key = told.partition(":")
    return user, key


def _stamp(row: Record, name: str) -> Any:
    return getattr(row, name)
