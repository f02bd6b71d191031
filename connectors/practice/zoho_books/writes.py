"""What is written to the practice books of Zoho Books. Raises `Refused`.

The face's settings (`company.extra`): `line_accounts` (true): whether the account of an
invoice line is heeded; `auto_numbers` (true): whether the organisation numbers by
itself; `unique_fields`: API names of its unique custom fields.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from ..books import (
    AccountType,
    Address,
    Direction,
    Document,
    Item,
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
from ..wire import Request
from . import shapes
from .forms import Form, Purse
from .refusals import NUMBERED, WRONG_STATE, Refused, invalid, misfit, not_there
from .refusals import of_ledger as of_books
from .render import Renderer

Sent = Mapping[str, Any]
ONE = Decimal(1)


class Writes:
    def __init__(self, ledger: Ledger, render: Renderer) -> None:
        self.ledger = ledger
        self.render = render

    def setting(self, name: str, default: Any) -> Any:
        return self.ledger.company.extra.get(name, default)

    # --- documents

    def document(self, form: Form, record_id: str) -> Document:
        row = self.ledger.documents.find(record_id)
        if row is None or row.kind is not form.kind:
            raise not_there(form.what)
        return row

    def create(
        self, form: Form, request: Request, *, external_id: str = ""
    ) -> Document:
        values = parsed(Shape(form.members, needs=form.needs), request)
        self._require_numbering(form, values, request)
        blank = Document(
            kind=form.kind,
            party=values[form.party],
            date=values.get("date") or self.ledger.today(),
            state=_first_state(form, values),
            external_id=external_id,
        )
        with refused_as(form):
            return self.ledger.documents.create(self._with(form, blank, values))

    def update(self, form: Form, record_id: str, request: Request) -> Document:
        row = self.document(form, record_id)
        values = parsed(Shape(form.members, needs=form.needs), request)
        if row.state is State.VOID:
            raise Refused(WRONG_STATE, "A void document cannot be edited.")
        changed = self._with(form, row, values)
        names = (
            *("party", "date", "due", "number", "reference", "currency", "rate"),
            *("memo", "lines", "prices_include_tax"),
        )
        with refused_as(form):
            return self.ledger.documents.update(
                row.id, **{name: getattr(changed, name) for name in names}
            )

    def upsert(self, form: Form, request: Request) -> tuple[Document, bool]:
        """The document, and whether it is a new one."""
        name = request.header("X-Unique-Identifier-Key")
        value = request.header("X-Unique-Identifier-Value")
        if name not in self.setting("unique_fields", ["cf_finsync"]) or not value:
            raise invalid("X-Unique-Identifier-Key")
        identity = f"{form.key}:{value}"
        row = self.ledger.documents.by_external_id(identity)
        if row is not None:
            return self.update(form, row.id, request), False
        if request.header("X-Upsert") != "true":
            raise not_there(form.what)
        return self.create(form, request, external_id=identity), True

    def step(self, form: Form, record_id: str, status: str) -> None:
        row = self.document(form, record_id)
        steps = self.ledger.documents
        with refused_as(form):
            if status == "void":
                steps.void(row.id)
            elif status == "draft":
                steps.reopen(row.id)
            elif status == ("sent" if form.kind is Kind.SALES_INVOICE else "open"):
                self._make_count(row)
            else:
                raise not_there("Resource")

    def _make_count(self, row: Document) -> None:
        if row.state is State.VOID:
            raise Refused(WRONG_STATE, "A void document cannot be sent.")
        if row.state is State.DRAFT:
            self.ledger.documents.post(row.id)
        if row.kind is Kind.SALES_INVOICE:
            self.ledger.documents.mark_sent(row.id)

    def delete(self, form: Form, record_id: str) -> None:
        row = self.document(form, record_id)
        with refused_as(form):
            self.ledger.documents.delete(row.id)

    def _require_numbering(self, form: Form, values: Sent, request: Request) -> None:
        ours = request.arg("ignore_auto_number_generation") == "true"
        counts = form.numbered and self.setting("auto_numbers", True)
        if counts and values.get(form.number) and not ours:
            raise Refused(
                NUMBERED, "Auto-generation is on: a number cannot be passed here."
            )

    def _with(self, form: Form, row: Document, values: Sent) -> Document:
        codes = {id: code for code, id in self.render.currency_ids().items()}
        party = self.ledger.parties.find(values[form.party])
        currency = party.currency if party else self.ledger.company.currency
        if values.get("currency_id"):
            if values["currency_id"] not in codes:
                raise invalid("currency_id")
            currency = codes[values["currency_id"]]
        lines = [self._line(form, sent) for sent in values["line_items"]]
        return replace(
            row,
            party=values[form.party],
            date=values.get("date") or row.date,
            due=values.get("due_date") or values.get("date") or row.due,
            number=values.get(form.number) or row.number,
            reference=values.get("reference_number", row.reference),
            currency=currency,
            rate=_rate(values.get("exchange_rate", row.rate)),
            memo=values.get("notes", row.memo),
            prices_include_tax=values.get("is_inclusive_tax", False),
            lines=tuple(lines),
        )

    def _line(self, form: Form, sent: Sent) -> Line:
        item = sent.get("item_id", "")
        account = sent.get("account_id", "")
        if form.kind is Kind.SALES_INVOICE and not self.setting("line_accounts", True):
            account = ""
        if not account and not item:
            account = self.ledger.accounts.first(AccountType.INCOME).id
        return Line(
            description=sent.get("description") or sent.get("name", ""),
            quantity=sent.get("quantity", ONE),
            unit_price=sent["rate"],
            account=account,
            item=item,
            tax_code=sent.get("tax_id", ""),
            extra={"name": sent.get("name", ""), "text": sent.get("description", "")},
        )

    # --- names

    def create_contact(self, request: Request) -> Party:
        values = parsed(shapes.CONTACT, request)
        codes = {id: code for code, id in self.render.currency_ids().items()}
        asked = values.get("currency_id")
        if asked and asked not in codes:
            raise invalid("currency_id")
        person: Sent = next(iter(values.get("contact_persons") or ()), {})
        address = values.get("billing_address") or {}
        supplier = values.get("contact_type") == "vendor"
        with refused("Contact"):
            return self.ledger.parties.create(
                Party(
                    name=values["contact_name"],
                    roles=(Role.SUPPLIER if supplier else Role.CUSTOMER,),
                    email=person.get("email", ""),
                    phone=person.get("phone", ""),
                    tax_number=values.get("vat_reg_no", ""),
                    currency=codes[asked] if asked else self.ledger.company.currency,
                    address=_address(address),
                )
            )

    def create_item(self, request: Request) -> Item:
        values = parsed(shapes.ITEM, request)
        with refused("Item"):
            return self.ledger.items.create(
                Item(
                    name=values["name"],
                    code=values.get("sku", ""),
                    price=values["rate"],
                    income_account=values.get("account_id", ""),
                    expense_account=values.get("purchase_account_id", ""),
                    tax_code=values.get("tax_id", ""),
                )
            )

    # --- money

    def create_payment(self, purse: Purse, request: Request) -> Payment:
        values = parsed(purse.shape, request)
        payment, pays = self._payment(purse, values)
        with refused("Payment", party=purse.party):
            return self.ledger.settlements.record(payment, pays)

    def update_payment(self, purse: Purse, record_id: str, request: Request) -> Payment:
        """What it settles is replaced by what is given."""
        row = self.payment(purse, record_id)
        payment, pays = self._payment(purse, parsed(purse.shape, request))
        with refused("Payment", party=purse.party):
            return self.ledger.settlements.update(
                row.id,
                pays,
                amount=payment.amount,
                date=payment.date,
                account=payment.account,
                reference=payment.reference,
                method=payment.method,
            )

    def _payment(
        self, purse: Purse, values: Sent
    ) -> tuple[Payment, dict[str, Decimal]]:
        party = self.ledger.parties.find(values[purse.party])
        if party is None:
            raise invalid(purse.party)
        paid = [
            (self.document(purse.form, each[purse.form.id]), each["amount_applied"])
            for each in values.get(purse.documents) or ()
        ]
        payment = Payment(
            party=party.id,
            direction=purse.direction,
            amount=values["amount"],
            date=values.get("date") or self.ledger.today(),
            account=self._bank(purse.bank, values.get(purse.bank)),
            reference=values.get("reference_number", ""),
            method=values.get("payment_mode", ""),
            currency=paid[0][0].currency if paid else party.currency,
        )
        return payment, {row.id: amount for row, amount in paid}

    def _bank(self, name: str, named: str | None) -> str:
        account = self.ledger.accounts.find(named) if named else None
        if named and (account is None or account.type is not AccountType.BANK):
            raise invalid(name)
        return (
            account.id if account else self.ledger.accounts.first(AccountType.BANK).id
        )

    def payment(self, purse: Purse, record_id: str) -> Payment:
        row = self.ledger.settlements.payments.find(record_id)
        if row is None or row.direction is not purse.direction:
            raise not_there("Payment")
        return row

    def delete_payment(self, purse: Purse, record_id: str) -> None:
        with refused("Payment"):
            self.ledger.settlements.delete(self.payment(purse, record_id).id)

    def refund(self, form: Form, record_id: str, request: Request) -> Payment:
        credit = self.document(form, record_id)
        values = parsed(shapes.REFUND, request)
        named = values.get("from_account_id")
        payment = Payment(
            party=credit.party,
            direction=Direction.MADE,
            amount=values["amount"],
            date=values.get("date") or self.ledger.today(),
            account=self._bank("from_account_id", named),
            reference=values.get("reference_number", ""),
            method=values.get("refund_mode", ""),
            currency=credit.currency,
        )
        with refused_as(form):
            return self.ledger.settlements.record(payment, {credit.id: payment.amount})

    def delete_refund(self, form: Form, record_id: str, refund: str) -> None:
        credit = self.document(form, record_id)
        laid = self.ledger.settlements.of_document(credit.id)
        if refund not in {each.payment for each in laid}:
            raise not_there("Refund")
        self.ledger.settlements.delete(refund)

    def release_credit(self, form: Form, record_id: str, laid: str) -> None:
        credit = self.document(form, record_id)
        ids = {each.id for each in self.ledger.settlements.of_credit(credit.id)}
        if laid not in ids:
            raise not_there("Credit")
        self.ledger.settlements.remove(laid)

    def apply_credits(self, form: Form, record_id: str, request: Request) -> None:
        credit = self.document(form, record_id)
        for each in parsed(shapes.CREDITS, request)["invoices"]:
            with refused_as(form):
                self.ledger.settlements.apply_credit(
                    credit.id, each["invoice_id"], each["amount_applied"]
                )


@contextmanager
def refused(what: str, *, party: str = "customer_id") -> Iterator[None]:
    """Turns a refusal of the books into Zoho's own."""
    try:
        yield
    except LedgerError as error:
        raise of_books(error, what=what, party=party) from error


@contextmanager
def refused_as(form: Form) -> Iterator[None]:
    with refused(form.what, party=form.party):
        yield


def parsed(shape: Shape, request: Request) -> dict[str, Any]:
    try:
        return shape.parsed(request.json())
    except Misfit as error:
        raise misfit(error) from error


def _first_state(form: Form, values: Sent) -> State:
    draft = form.kind is Kind.SALES_INVOICE or values.get("is_draft")
    return State.DRAFT if draft else State.POSTED


def _rate(value: Decimal | str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise invalid("exchange_rate") from error


def _address(sent: Sent) -> Address:
    return Address(
        street=sent.get("address", ""),
        city=sent.get("city", ""),
        region=sent.get("state", ""),
        postcode=sent.get("zip", ""),
        country=sent.get("country", ""),
    )
