"""The ledger's records, as FreshBooks shows them."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ..books import (
    ZERO,
    Account,
    Allocation,
    Document,
    Item,
    Kind,
    Line,
    Party,
    Payment,
    State,
    Status,
    TaxCode,
)
from ..ledger import Ledger

Node = dict[str, Any]

EASTERN = ZoneInfo("America/New_York")
STATUS_NUMBERS = {"draft": 1, "sent": 2, "paid": 4, "partial": 8, "overdue": 2}


def account_uuid(row: Account) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"practice-account-{row.id}"))


def stamp(moment: dt.datetime, *, utc: bool = False) -> str:
    zone = dt.UTC if utc else EASTERN
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def money(amount: Decimal, code: str) -> Node:
    return {"amount": f"{amount:.2f}", "code": code}


def vis_state(row: Document | Payment) -> int:
    """FreshBooks voids nothing: what is void in the ledger is deleted there."""
    return int(row.deleted or row.state is State.VOID)


class Renderer:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def document(self, row: Document, *, lines: bool) -> Node:
        make = {
            Kind.SALES_INVOICE: self._invoice,
            Kind.CREDIT_NOTE: self._credit_note,
            Kind.SUPPLIER_INVOICE: self._bill,
        }[row.kind]
        utc = row.kind is Kind.SUPPLIER_INVOICE
        node = {
            "id": int(row.id),
            "currency_code": row.currency,
            "language": "en",
            "amount": money(row.gross, row.currency),
            "outstanding": money(row.balance, row.currency),
            "paid": money(row.settled, row.currency),
            "vis_state": vis_state(row),
            ("updated_at" if utc else "updated"): stamp(row.updated_at, utc=utc),
            **make(row),
        }
        if lines or utc:
            node["lines"] = [self._line(row, line) for line in row.lines]
        return node

    def _invoice(self, row: Document) -> Node:
        word = self._word(row)
        due = row.due or row.date
        party = self.ledger.parties.table.peek(row.party)
        return {
            "invoiceid": int(row.id),
            "accounting_systemid": self.ledger.company.id,
            "customerid": int(row.party),
            "invoice_number": row.number,
            "create_date": row.date.isoformat(),
            "due_date": due.isoformat(),
            "due_offset_days": (due - row.date).days,
            "po_number": row.extra.get("po_number", ""),
            "notes": row.memo,
            "current_organization": party.name if party else "",
            "status": STATUS_NUMBERS[word],
            "v3_status": word,
            "display_status": word,
            "payment_status": self._payment_word(row),
        }

    def _word(self, row: Document) -> str:
        if row.state is State.DRAFT:
            return "draft"
        if row.status is Status.PAID:
            return "paid"
        if row.settled:
            return "partial"
        late = (row.due or row.date) < self.ledger.today()
        return "overdue" if late else "sent"

    def _payment_word(self, row: Document) -> str:
        if row.status is Status.PAID:
            return "paid"
        return "partial" if row.settled else "unpaid"

    def _credit_note(self, row: Document) -> Node:
        return {
            "creditid": int(row.id),
            "clientid": int(row.party),
            "credit_number": row.number,
            "create_date": row.date.isoformat(),
            "credit_type": "goodwill",
            "notes": row.memo,
            "status": "sent" if row.sent else "created",
            "payment_status": self._payment_word(row),
        }

    def _bill(self, row: Document) -> Node:
        words = {"draft": "unpaid", "sent": "unpaid"}
        word = self._word(row)
        due = row.due or row.date
        return {
            "vendorid": int(row.party),
            "bill_number": row.number,
            "issue_date": row.date.isoformat(),
            "due_date": due.isoformat(),
            "due_offset_days": (due - row.date).days,
            "status": words.get(word, word),
        }

    def _line(self, row: Document, line: Line) -> Node:
        tax = self.ledger.tax_codes.find(line.tax_code) if line.tax_code else None
        percent = self.ledger.tax_codes.percent(line.tax_code) if tax else ZERO
        node: Node = {
            "description": line.description,
            "amount": money(line.net, row.currency),
            "unit_cost": money(line.unit_price, row.currency),
        }
        if row.kind is Kind.SUPPLIER_INVOICE:
            node |= {
                "categoryid": int(line.account) if line.account else None,
                "quantity": str(line.quantity),
                "tax_name1": tax.name if tax else None,
                "tax_percent1": str(percent) if tax else None,
            }
            return node
        name = line.extra.get("name", line.description)
        return node | {
            "type": 0,
            "name": name,
            "description": line.extra.get("text", line.description),
            "qty": str(line.quantity),
            "taxName1": tax.name if tax else None,
            "taxAmount1": str(percent) if tax else None,
        }

    def client(self, row: Party) -> Node:
        address = row.address
        return {
            "id": int(row.id),
            "userid": int(row.id),
            "organization": row.name,
            "fname": "",
            "lname": "",
            "email": row.email,
            "home_phone": row.phone,
            "vat_number": row.tax_number,
            "currency_code": row.currency,
            "language": "en",
            "p_street": address.street,
            "p_city": address.city,
            "p_province": address.region,
            "p_code": address.postcode,
            "p_country": address.country,
            "vis_state": 0 if row.active else 1,
            "updated": stamp(row.updated_at),
        }

    def vendor(self, row: Party) -> Node:
        return {
            "vendorid": int(row.id),
            "vendor_name": row.name,
            "currency_code": row.currency,
            "language": "en",
            "vis_state": 0 if row.active else 1,
            "updated_at": stamp(row.updated_at, utc=True),
        }

    def payment(self, row: Payment) -> Node:
        settled = self.ledger.settlements.of_payment(row.id)
        document = int(settled[0].document) if settled else 0
        return {
            "id": int(row.id),
            "logid": int(row.id),
            "invoiceid": document,
            "clientid": int(row.party),
            "amount": money(row.amount, row.currency),
            "date": row.date.isoformat(),
            "type": row.method or "Other",
            "note": row.reference or row.number,
            "vis_state": vis_state(row),
            "updated": stamp(row.updated_at),
        }

    def bill_payment(self, row: Payment) -> Node:
        settled = self.ledger.settlements.of_payment(row.id)
        return {
            "id": int(row.id),
            "billid": int(settled[0].document) if settled else 0,
            "amount": money(row.amount, row.currency),
            "paid_date": row.date.isoformat(),
            "payment_type": row.method or "Other",
            "note": row.reference or row.number,
            "vis_state": vis_state(row),
            "updated_at": stamp(row.updated_at, utc=True),
        }

    def credit_use(self, row: Allocation, code: str, client: str) -> Node:
        """A credit note on an invoice is shown as a payment of that kind."""
        return {
            "id": int(row.id) + CREDIT_USES,
            "invoiceid": int(row.document),
            "creditid": int(row.credit),
            "clientid": int(client),
            "amount": money(row.amount, code),
            "date": row.date.isoformat(),
            "type": "Credit",
            "note": "",
            "vis_state": int(row.deleted),
            "updated": stamp(row.updated_at),
        }

    def tax(self, row: TaxCode) -> Node:
        percent = self.ledger.tax_codes.percent(row.id)
        return {
            "id": int(row.id),
            "taxid": int(row.id),
            "name": row.name,
            "amount": str(percent),
            "number": None,
            "compound": False,
            "updated": stamp(row.updated_at),
        }

    def category(self, row: Account) -> Node:
        return {
            "id": int(row.id),
            "categoryid": int(row.id),
            "category": row.name,
            "parentid": None,
            "is_cogs": row.type.value == "cost_of_sales",
            "is_editable": False,
            "vis_state": 0 if row.active else 1,
        }

    def ledger_account(self, row: Account) -> Node:
        return {
            "uuid": account_uuid(row),
            "number": row.code,
            "name": row.name,
            "type": "expense" if "cost" in row.type.value else row.type.value,
            "sub_type": row.type.value,
            "parent_account": None,
            "state": "active" if row.active else "archived",
        }

    def item(self, row: Item) -> Node:
        return {
            "id": int(row.id),
            "itemid": int(row.id),
            "name": row.name,
            "unit_cost": money(row.price, self.ledger.company.currency),
            "vis_state": 0 if row.active else 1,
        }


CREDIT_USES = 1_000_000
