"""Bills by version 1: other names, other words for states, and a link to go on by.

The form of a create is not published; this is what FinSync takes it for.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ..books import Document, Kind, Line, Party, Role, State, Status
from ..ledger import Ledger
from ..shape import Shape, day, guid, many, number, text
from ..wire import Request, Response, json_response
from .asking import Node
from .refusals import Refused, not_there
from .render import at_midnight
from .writes import Writes, is_shown, parsed

PAGE_SIZE = 50
_DRAFT, _APPROVED, _PAID = 1, 2, 3
_NO_TAX, _INCLUSIVE = 1, 2
_LINE = Shape(
    {
        "LineNumber": number(),
        "Description": text(1000),
        "AccountingCategoryId": guid,
        "Quantity": number(),
        "Price": number(),
        "TaxGroupId": guid,
    },
    needs=("LineNumber", "AccountingCategoryId", "Price"),
)
_BILL = Shape(
    {
        "BillId": guid,
        "CustomerId": guid,
        "BillDate": day,
        "DueDate": day,
        "Reference": text(50),
        "AmountTaxStatus": number(),
        "Notes": text(),
        "LineItems": many(_LINE),
    },
    needs=("CustomerId", "BillDate", "LineItems"),
)


class Bills:
    def __init__(self, ledger: Ledger, writes: Writes) -> None:
        self.ledger = ledger
        self.writes = writes

    def listed(self, request: Request) -> Response:
        found = self.ledger.documents.of_kind(Kind.SUPPLIER_INVOICE)
        rows = list(filter(is_shown, found))
        page = int(request.arg("page") or 1)
        end = page * PAGE_SIZE
        more = f"{request.base_url}{request.path}?page={page + 1}"
        return json_response(
            {
                "Items": [self._row(row) for row in rows[end - PAGE_SIZE : end]],
                "NextPageLink": more if end < len(rows) else None,
            }
        )

    def shown(self, request: Request) -> Response:
        row = self._found(request)
        lines = [_line(line, at) for at, line in enumerate(row.lines, start=1)]
        return json_response({**self._row(row), "LineItems": lines})

    def created(self, request: Request) -> Response:
        fields = self._fields(parsed(_BILL, request))
        state = self.writes.first_state()
        bill = Document(kind=Kind.SUPPLIER_INVOICE, state=state, **fields)
        return json_response(self.ledger.documents.create(bill).id)

    def replaced(self, request: Request) -> Response:
        values = parsed(_BILL, request)
        row = self._bill(values.get("BillId", ""))
        self.ledger.documents.update(row.id, **self._fields(values))
        return Response(status=200)

    def _fields(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "party": self._supplier(values["CustomerId"]).id,
            "date": values["BillDate"],
            "due": values.get("DueDate") or values["BillDate"],
            "reference": values.get("Reference", ""),
            "memo": values.get("Notes", ""),
            "prices_include_tax": values.get("AmountTaxStatus") == _INCLUSIVE,
            "lines": tuple(self._lines(values)),
        }

    def approved(self, request: Request) -> Response:
        row = self._found(request)
        if row.state is State.DRAFT:
            self.ledger.documents.post(row.id)
        return Response(status=200)

    def deleted(self, request: Request) -> Response:
        self.ledger.documents.delete(self._found(request).id)
        return Response(status=200)

    def _found(self, request: Request) -> Document:
        return self._bill(request.params["id"])

    def _bill(self, record_id: str) -> Document:
        row = self.ledger.documents.find(record_id)
        if row is None or row.kind is not Kind.SUPPLIER_INVOICE or not is_shown(row):
            raise not_there()
        return row

    def _supplier(self, id: str) -> Party:
        row = self.ledger.parties.find(id)
        if row is None or Role.SUPPLIER not in row.roles:
            raise Refused("The contact does not exist.", location="CustomerId")
        return row

    def _lines(self, values: Mapping[str, Any]) -> Iterable[Line]:
        untaxed = values.get("AmountTaxStatus") == _NO_TAX
        for at, sent in enumerate(values["LineItems"]):
            account = sent["AccountingCategoryId"]
            if self.ledger.accounts.find(account) is None:
                place = f"LineItems[{at}].AccountingCategoryId"
                raise Refused("The category does not exist.", location=place)
            tax = "" if untaxed else sent.get("TaxGroupId", "")
            if tax and self.ledger.tax_codes.find(tax) is None:
                place = f"LineItems[{at}].TaxGroupId"
                raise Refused("The tax group does not exist.", location=place)
            yield Line(
                description=sent.get("Description", ""),
                quantity=sent.get("Quantity", Decimal(1)),
                unit_price=sent["Price"],
                account=account,
                tax_code=tax,
            )

    def _row(self, row: Document) -> Node:
        party = self.ledger.parties.table.peek(row.party)
        settled = _PAID if row.status is Status.PAID else _APPROVED
        late = row.balance > 0 and (row.due or row.date) < self.ledger.today()
        return {
            "BillID": row.id,
            "BillNumber": row.number,
            "BillDate": at_midnight(row.date).replace("Z", "+00:00"),
            "DueDate": at_midnight(row.due or row.date).replace("Z", "+00:00"),
            "BillAmount": row.gross,
            "Balance": row.balance,
            "CustomerID": row.party,
            "CustomerName": party.name if party else "",
            "Reference": row.reference or None,
            "Notes": row.memo or None,
            "Status": _DRAFT if row.state is State.DRAFT else settled,
            "IsOverdue": late,
        }


def _line(line: Line, at: int) -> Node:
    return {
        "LineNumber": at,
        "Description": line.description,
        "AccountingCategoryId": line.account,
        "Quantity": line.quantity,
        "Price": line.unit_price,
        "TaxGroupId": line.tax_code or None,
    }
