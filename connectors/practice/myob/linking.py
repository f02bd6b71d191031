"""How MYOB's objects name each other, and what all of them have."""

import datetime as dt
from typing import Any

from ..books import Account, Document, Kind, Party, Record, Role
from ..ledger import Ledger
from . import numbers

Json = dict[str, Any]
PATHS = {
    Kind.SALES_INVOICE: "Sale/Invoice",
    Kind.CREDIT_NOTE: "Sale/Invoice",
    Kind.SUPPLIER_INVOICE: "Purchase/Bill",
    Kind.SUPPLIER_CREDIT: "Purchase/Bill",
}
CARDS = {Role.CUSTOMER: "Contact/Customer", Role.SUPPLIER: "Contact/Supplier"}


class Linking:
    """`root`: the address of the company file, as the caller wrote it."""

    def __init__(self, ledger: Ledger, root: str) -> None:
        self.ledger = ledger
        self.root = root

    def _uri(self, path: str, id: str) -> str:
        return f"{self.root}/{path}/{id}"

    def _record(self, row: Record, path: str) -> Json:
        return {
            "UID": row.id,
            "LastModified": stamp(row.updated_at),
            "URI": self._uri(path, row.id),
            "RowVersion": numbers.row_version(row),
        }

    def _link(self, row: Record | None, path: str, **named: str) -> Json | None:
        if row is None:
            return None
        told = {name: getattr(row, ours) for name, ours in named.items()}
        return {"UID": row.id, **told, "URI": self._uri(path, row.id)}

    def _card_link(self, id: str, role: Role) -> Json | None:
        row = self.ledger.parties.table.peek(id)
        link = self._link(row, CARDS[role], Name="name")
        return link and link | {"DisplayID": card_id(row)}

    def _account_link(self, row: Account | None) -> Json | None:
        path = "GeneralLedger/Account"
        return self._link(row, path, Name="name", DisplayID="code")

    def _tax_link(self, id: str) -> Json | None:
        row = self.ledger.tax_codes.find(id) if id else None
        return self._link(row, "GeneralLedger/TaxCode", Code="code")

    def _document_link(self, id: str) -> Json | None:
        row = self.ledger.documents.table.peek(id)
        if row is None:
            return None
        path = f"{PATHS[row.kind]}/{layout_of(row)}"
        number = {"Number": own_number(row)}
        return {"UID": row.id, "URI": self._uri(path, row.id)} | number

    def _name(self, party: str) -> str:
        row = self.ledger.parties.table.peek(party)
        return row.name if row else ""


def layout_of(row: Document) -> str:
    return str(row.extra.get("layout", "Service"))


def own_number(row: Document) -> str:
    """Of bills not the supplier's."""
    return str(row.extra.get("number", "")) if row.kind.is_purchase else row.number


def moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00"


def stamp(moment: dt.datetime) -> str:
    text = moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def card_id(row: Party | None) -> str:
    return (row.code if row else "") or "*None"
