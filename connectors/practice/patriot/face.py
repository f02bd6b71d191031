"""Patriot in small. `POST /import` takes a file: customers and vendors as the import
screens do, worksheets as the person who keys them in; nothing comes back but a refusal.
`POST /export` takes the same file and answers the list that one exports afterwards;
`GET /lists/{name}` answers the lists to begin with. Books in GBP.
"""

from collections.abc import Sequence
from typing import Any

from ..books import Kind, Role
from ..errors import Invalid, LedgerError
from ..face import Face, Failure
from ..policies import Policies, Scope
from ..wire import Request, Response, Route, text_response
from . import exports, imports, typist
from .tables import read

MARKS = {
    "Business Name": "customers",
    "Vendor Name": "vendors",
    "Our Number": "invoices",
    "Bill Number": "bills",
    "Our Payment Id": "payments",
}
ROLES = {"customers": Role.CUSTOMER, "vendors": Role.SUPPLIER}
CSV = "text/csv; charset=utf-8"


class Patriot(Face):
    slug = "patriot"
    title = "Patriot"

    @classmethod
    def policies(cls) -> Policies:
        return Policies(
            names=Scope.NONE,
            numbers={
                Kind.SALES_INVOICE: Scope.KIND,
                Kind.CREDIT_NOTE: Scope.KIND,
                Kind.SUPPLIER_INVOICE: Scope.PARTY,
            },
            name_length=50,
        )

    def routes(self) -> Sequence[Route]:
        return [
            Route("POST", "/import", self.take_in),
            Route("POST", "/export", self.export),
            Route("GET", "/lists/{name}", self.list_out),
        ]

    def credentials(self, base_url: str) -> dict[str, Any]:
        """The practice company sells abroad."""
        return {
            "company_name": self.ledger.company.name,
            "foreign_addresses": "leave_out",
        }

    def take_in(self, request: Request) -> Response:
        name, rows = _sheet(request.body)
        if name in ROLES:
            imports.take_in(self.ledger, rows, ROLES[name])
        else:
            typist.key_in(self.ledger, name, rows)
        return Response(status=204)

    def export(self, request: Request) -> Response:
        name, _ = _sheet(request.body)
        body = exports.of_sheet(self.ledger, name)
        return Response(body=body, content_type=CSV)

    def list_out(self, request: Request) -> Response:
        name = request.params["name"]
        if name not in ("customers", "suppliers"):
            return text_response("No such list.", 404)
        body = exports.of_sheet(self.ledger, name)
        return Response(body=body, content_type=CSV)

    def refusal(self, request: Request, error: LedgerError) -> Response:
        """What the import screen says; nothing was saved."""
        return text_response(error.message, 422)

    def failure(self, request: Request, failure: Failure) -> Response:
        return text_response(failure.detail or failure.reason, failure.status)


def _sheet(body: bytes) -> tuple[str, Sequence[Any]]:
    """Raises `Invalid`."""
    headings, rows = read(body)
    for mark, name in MARKS.items():
        if mark in headings:
            return name, rows
    raise Invalid("The first row does not name the columns.")


FACE = Patriot
