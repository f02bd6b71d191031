"""account.move.line: the lines of documents, and the control account's one.

A line's id is made from its document's and its place.
"""

from collections.abc import Iterable
from typing import Any

from ..books import ZERO, AccountType, Document, Kind, Line, State
from ..ledger import Ledger
from .masters import PURCHASE_TAXES, Masters
from .orm import Field, Method, Model

MOVE, MOVE_LINE = "account.move", "account.move.line"
DOCUMENTS = tuple(kind for kind in Kind if kind is not Kind.SALES_ORDER)
LINES_APART = 1000
CONTROL_LINE = 999
# The document, its line (None for the control account's), and the id.
LineRow = tuple[Document, Line | None, int]


class MoveLines:
    def __init__(self, ledger: Ledger, masters: Masters) -> None:
        self.ledger = ledger
        self.masters = masters

    def model(self, *, reconcile: Method) -> Model:
        return Model(
            MOVE_LINE,
            self.rows,
            self._fields(),
            methods={"reconcile": reconcile},
            find=self._line_of,
        )

    def _fields(self) -> dict[str, Field]:
        """A row is (document, its line or None for the control account's, id)."""
        return {
            "id": Field("integer", lambda row: row[2]),
            "move_id": Field(
                "many2one", lambda row: (int(row[0].id), row[0].number), MOVE
            ),
            "name": Field("char", lambda row: row[1].description if row[1] else ""),
            "display_type": Field(
                "selection", lambda row: "product" if row[1] else "payment_term"
            ),
            "quantity": Field("float", lambda row: row[1].quantity if row[1] else ZERO),
            "price_unit": Field(
                "float", lambda row: row[1].unit_price if row[1] else ZERO
            ),
            "price_subtotal": Field(
                "monetary", lambda row: row[1].net if row[1] else ZERO
            ),
            "price_total": Field(
                "monetary", lambda row: row[1].gross if row[1] else ZERO
            ),
            "account_id": Field("many2one", self._account, "account.account"),
            "account_type": Field("selection", self._account_type),
            "product_id": Field("many2one", self._item, "product.product"),
            "tax_ids": Field("many2many", _tax_ids, "account.tax"),
            "reconciled": Field("boolean", lambda row: row[0].balance == ZERO),
            "amount_residual_currency": Field(
                "monetary", lambda row: ZERO if row[1] else row[0].balance
            ),
        }

    def rows(self) -> Iterable[LineRow]:
        for row in self.ledger.documents.of_kind(*DOCUMENTS):
            yield from _line_rows(row)

    def _line_of(self, record_id: int) -> LineRow | None:
        row = self.ledger.documents.find(str(record_id // LINES_APART))
        found = _line_rows(row) if row else ()
        return next((each for each in found if each[2] == record_id), None)

    def _account(self, row: LineRow) -> Any:
        document, line, _ = row
        if line is None:
            return self.masters.account(self._control(document).id)
        account = self.ledger.line_account(line, purchase=document.kind.is_purchase)
        return self.masters.account(account.id) if account else None

    def _account_type(self, row: LineRow) -> str:
        document, line, _ = row
        purchase = document.kind.is_purchase
        if line is None:
            return "liability_payable" if purchase else "asset_receivable"
        return "expense" if purchase else "income"

    def _control(self, document: Document) -> Any:
        purchase = document.kind.is_purchase
        kind = AccountType.PAYABLE if purchase else AccountType.RECEIVABLE
        return self.ledger.accounts.first(kind)

    def _item(self, row: LineRow) -> Any:
        line = row[1]
        item = self.ledger.items.find(line.item) if line and line.item else None
        return (int(item.id), item.name) if item else None


def line_id(row: Document, place: int) -> int:
    return int(row.id or 0) * LINES_APART + place


def line_ids(row: Document) -> list[int]:
    return [line_id(row, place) for place in range(len(row.lines))]


def _line_rows(row: Document) -> Iterable[LineRow]:
    for place, line in enumerate(row.lines):
        yield row, line, line_id(row, place)
    if row.state is State.POSTED:
        yield row, None, line_id(row, CONTROL_LINE)


def _tax_ids(row: LineRow) -> list[int]:
    document, line, _ = row
    if line is None or not line.tax_code:
        return []
    return [int(line.tax_code) + (PURCHASE_TAXES if document.kind.is_purchase else 0)]
