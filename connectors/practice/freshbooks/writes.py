"""What is written to FreshBooks' practice books. Raises `Refused`."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import (
    AccountType,
    Address,
    Allocation,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
)
from ..errors import LedgerError
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import shapes
from .refusals import INVALID, REQUIRED, Refused, misfit, of_ledger, unknown
from .render import vis_state

Sent = Mapping[str, Any]
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of document: its envelope and the names of what all kinds have."""

    kind: Kind
    path: str
    key: str
    many: str
    number: str
    day: str
    party: str
    members: Mapping[str, Any]

    @property
    def purchase(self) -> bool:
        return self.kind.is_purchase


FORMS = (
    Form(
        Kind.SALES_INVOICE,
        "invoices/invoices",
        "invoice",
        "invoices",
        "invoice_number",
        "create_date",
        "customerid",
        shapes.INVOICE,
    ),
    Form(
        Kind.CREDIT_NOTE,
        "credit_notes/credit_notes",
        "credit_note",
        "credit_notes",
        "credit_number",
        "create_date",
        "clientid",
        shapes.CREDIT_NOTE,
    ),
    Form(
        Kind.SUPPLIER_INVOICE,
        "bills/bills",
        "bill",
        "bills",
        "bill_number",
        "issue_date",
        "vendorid",
        shapes.BILL,
    ),
)


class Writes:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    # --- documents

    def create_document(self, form: Form, sent: Any) -> Document:
        needs = [form.party, form.day, *(["lines"] if form.kind.is_credit else [])]
        values = parsed(Shape(form.members, needs=needs), sent)
        state = State.DRAFT if form.kind is Kind.SALES_INVOICE else State.POSTED
        number = values.get(form.number) or ""
        blank = Document(
            kind=form.kind,
            party=str(values[form.party]),
            date=values[form.day],
            currency=values.get("currency_code") or self.ledger.company.currency,
            reference=number or "api",
            state=state,
        )
        document = self._with(form, blank, values)
        with translated(form):
            return self.ledger.documents.create(document)

    def update_document(self, form: Form, record_id: str, sent: Any) -> Document:
        row = self.document(form, record_id)
        values = parsed(Shape(form.members), sent)
        with translated(form):
            if values.get("vis_state") == 1:
                return self.ledger.documents.delete(row.id)
            if values.get("action_mark_as_sent") or values.get("action_email"):
                return self._mark_sent(row)
            changed = self._with(form, row, values)
            names = ("party", "date", "due", "number", "memo", "lines", "extra")
            fields = {name: getattr(changed, name) for name in names}
            return self.ledger.documents.update(row.id, **fields)

    def _mark_sent(self, row: Document) -> Document:
        if row.state is State.DRAFT:
            self.ledger.documents.post(row.id)
        return self.ledger.documents.mark_sent(row.id)

    def document(self, form: Form, record_id: str) -> Document:
        """Deleted ones too."""
        row = self.ledger.documents.table.peek(record_id)
        if row is None or row.kind is not form.kind:
            raise unknown(form.key.replace("_", " ").capitalize(), f"{form.key}id")
        return row

    def _with(self, form: Form, row: Document, values: Sent) -> Document:
        if "due_date" in values:
            raise Refused(INVALID, "Use due_offset_days.", field="due_date")
        day: dt.date = values.get(form.day) or row.date
        days = int(values.get("due_offset_days", 0))
        extra = dict(row.extra)
        if "po_number" in values:
            extra["po_number"] = values["po_number"]
        row = replace(
            row,
            party=str(values.get(form.party, row.party)),
            date=day,
            due=day + dt.timedelta(days=days),
            number=values.get(form.number) or row.number,
            memo=values.get("notes", row.memo),
            extra=extra,
        )
        if "lines" not in values:
            return row
        lines = [self._line(form, row, line) for line in values["lines"]]
        return replace(row, lines=tuple(lines))

    def _line(self, form: Form, row: Document, sent: Sent) -> Line:
        cost = sent["unit_cost"]
        if cost["code"] != row.currency:
            raise Refused(INVALID, "Another currency.", field="currency_code")
        if form.purchase:
            return self._bill_line(sent)
        quantity = sent.get("qty", Decimal(1))
        return Line(
            description=sent.get("description") or sent.get("name", ""),
            quantity=quantity,
            unit_price=cost["amount"],
            account=self._sales_account(),
            tax_code=self._tax(sent, "taxName1", "taxAmount1"),
            given_net=_net(quantity, cost["amount"]),
            extra={
                "name": sent.get("name", ""),
                "text": sent.get("description", ""),
            },
        )

    def _bill_line(self, sent: Sent) -> Line:
        quantity = sent.get("quantity", Decimal(1))
        category = self.ledger.accounts.find(str(sent["categoryid"]))
        kinds = (AccountType.EXPENSE, AccountType.COST_OF_SALES)
        if category is None or category.type not in kinds:
            raise unknown("Category", "categoryid", status=422)
        price = sent["unit_cost"]["amount"]
        return Line(
            description=sent.get("description", ""),
            quantity=quantity,
            unit_price=price,
            account=category.id,
            tax_code=self._tax(sent, "tax_name1", "tax_percent1"),
            given_net=_net(quantity, price),
        )

    def _sales_account(self) -> str:
        return self.ledger.accounts.first(AccountType.INCOME).id

    def _tax(self, sent: Sent, name: str, percent: str) -> str:
        """By name and percent together; some accounts would make a new one."""
        if not sent.get(name):
            return ""
        for row in self.ledger.tax_codes.table:
            same = self.ledger.tax_codes.percent(row.id) == sent.get(percent)
            if same and row.name == sent[name]:
                return row.id
        raise unknown("Tax", name, status=422)

    # --- names

    def create_client(self, sent: Any) -> Party:
        values = parsed(shapes.CLIENT, sent)
        person = " ".join(filter(None, (values.get("fname"), values.get("lname"))))
        name = values.get("organization") or person or values.get("email") or ""
        if not name:
            raise Refused(REQUIRED, "A name is required.", field="organization")
        party = Party(
            name=name,
            roles=(Role.CUSTOMER,),
            email=values.get("email", ""),
            phone=values.get("home_phone", ""),
            tax_number=values.get("vat_number", ""),
            currency=values.get("currency_code") or self.ledger.company.currency,
            address=Address(
                street=values.get("p_street", ""),
                city=values.get("p_city", ""),
                region=values.get("p_province", ""),
                postcode=values.get("p_code", ""),
                country=values.get("p_country", ""),
            ),
        )
        return self.ledger.parties.create(party)

    def create_vendor(self, sent: Any) -> Party:
        values = parsed(shapes.VENDOR, sent)
        currency = values.get("currency_code") or self.ledger.company.currency
        name = values["vendor_name"]
        return self.ledger.parties.create(
            Party(name=name, roles=(Role.SUPPLIER,), currency=currency)
        )

    # --- money

    def create_payment(self, sent: Any) -> Payment | Allocation:
        needs = ("invoiceid", "amount", "date", "type")
        values = parsed(Shape(shapes.PAYMENT, needs=needs), sent)
        row = self._payable(str(values["invoiceid"]), Kind.SALES_INVOICE, "invoiceid")
        if values.get("creditid"):
            with translated(FORMS[0]):
                return self.ledger.settlements.apply_credit(
                    str(values["creditid"]), row.id, values["amount"]["amount"]
                )
        payment = self._payment(row, values, "date", "type")
        return self._recorded(row, replace(payment, direction=Direction.RECEIVED))

    def create_bill_payment(self, sent: Any) -> Payment:
        needs = ("billid", "amount", "paid_date", "payment_type")
        values = parsed(Shape(shapes.BILL_PAYMENT, needs=needs), sent)
        row = self._payable(str(values["billid"]), Kind.SUPPLIER_INVOICE, "billid")
        payment = self._payment(row, values, "paid_date", "payment_type")
        return self._recorded(row, replace(payment, direction=Direction.MADE))

    def _payment(self, row: Document, values: Sent, day: str, word: str) -> Payment:
        if values[word] not in shapes.PAYMENT_TYPES:
            raise Refused(INVALID, "Unknown payment type.", field=word)
        return Payment(
            party=row.party,
            direction=Direction.RECEIVED,
            amount=values["amount"]["amount"],
            date=values[day],
            account=self.ledger.accounts.first(AccountType.BANK).id,
            reference=values.get("note", ""),
            method=values[word],
            currency=row.currency,
        )

    def _recorded(self, row: Document, payment: Payment) -> Payment:
        with translated(FORMS[0]):
            pays = {row.id: payment.amount}
            return self.ledger.settlements.record(payment, pays)

    def delete_payment(self, record_id: str, sent: Any) -> Payment:
        row = self.ledger.settlements.payments.find(record_id)
        if row is None:
            raise unknown("Payment", "paymentid")
        if not isinstance(sent, dict) or sent.get("vis_state") != 1:
            raise Refused(INVALID, "Only vis_state can be set.", field="vis_state")
        with translated(FORMS[0]):
            return self.ledger.settlements.delete(record_id)

    def _payable(self, record_id: str, kind: Kind, field: str) -> Document:
        row = self.ledger.documents.find(record_id)
        if row is None or row.kind is not kind or vis_state(row):
            raise unknown("Document", field)
        return row


@contextmanager
def translated(form: Form) -> Iterator[None]:
    """Turns a refusal of the books into FreshBooks' own."""
    try:
        yield
    except LedgerError as error:
        raise of_ledger(
            error, number=form.number, day=form.day, party=form.party
        ) from error


def parsed(shape: Shape, sent: Any) -> dict[str, Any]:
    try:
        return shape.parsed(sent)
    except Misfit as error:
        raise misfit(error) from error


def _net(quantity: Decimal, price: Decimal) -> Decimal:
    return (quantity * price).quantize(CENT, ROUND_HALF_UP)
