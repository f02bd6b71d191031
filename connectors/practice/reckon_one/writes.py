"""What is written to the practice book of Reckon One. Raises `Refused`, `LedgerError`.

The face's settings (`company.extra`): `approvals` (true): whether what arrives is a
draft; `tax_editable` (true): whether a line's tax may be told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from ..books import (
    AccountType,
    Address,
    Allocation,
    Direction,
    Document,
    Item,
    Line,
    Party,
    Payment,
    Record,
    Role,
    State,
)
from ..chart import Shelf
from ..ledger import Ledger
from ..shape import Misfit, Shape
from ..wire import Request
from . import shapes
from .forms import Form
from .refusals import Refused, misfit, not_there

R = TypeVar("R", bound=Record)
Sent = Mapping[str, Any]
ONE = Decimal(1)
MERGE_PATCH = "application/merge-patch+json"


class Writes:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def setting(self, name: str) -> bool:
        return bool(self.ledger.company.extra.get(name, True))

    def first_state(self) -> State:
        return State.DRAFT if self.setting("approvals") else State.POSTED

    # --- documents

    def document(self, form: Form, record_id: str) -> Document:
        row = self.ledger.documents.find(record_id)
        if row is None or row.kind is not form.kind or not is_shown(row):
            raise not_there()
        return row

    def create(self, form: Form, request: Request) -> Document:
        values = parsed(Shape(form.members, needs=form.needs), request)
        blank = Document(
            kind=form.kind, party="", date=values[form.day], state=self.first_state()
        )
        return self.ledger.documents.create(self._with(form, blank, values))

    def replace(self, form: Form, record_id: str, request: Request) -> Document:
        row = self.document(form, record_id)
        values = parsed(Shape(form.members, needs=form.needs), request)
        changed = self._with(form, row, values)
        names = (
            *("party", "date", "due", "reference", "memo", "lines"),
            "prices_include_tax",
        )
        fields = {name: getattr(changed, name) for name in names}
        return self.ledger.documents.update(row.id, **fields)

    def patch(self, form: Form, record_id: str, request: Request) -> None:
        """Lines have a place of their own; of the rest, the status alone is served."""
        if request.content_type != MERGE_PATCH:
            said = f"{request.content_type} is not supported. Use {MERGE_PATCH}."
            raise Refused(said, status=415)
        row = self.document(form, record_id)
        body = request.json()
        if not isinstance(body, dict) or set(body) != {"status"}:
            raise Refused("Only the status can be patched here.", location="status")
        if body["status"] != "Approved":
            raise Refused("The status cannot be set to this.", location="status")
        if row.state is State.DRAFT:
            self.ledger.documents.post(row.id)

    def mark_sent(self, form: Form, record_id: str, *, sent: bool) -> None:
        row = self.document(form, record_id)
        if sent:
            self.ledger.documents.mark_sent(row.id)
        else:
            self.ledger.documents.update(row.id, sent=False, sent_at=None)

    def delete(self, form: Form, record_id: str) -> None:
        self.ledger.documents.delete(self.document(form, record_id).id)

    def _with(self, form: Form, row: Document, values: Sent) -> Document:
        inclusive = values["amountTaxStatus"] == "Inclusive"
        untaxed = values["amountTaxStatus"] == "NonTaxed"
        lines = [
            self._line(sent, f"lineItems[{at}]", untaxed=untaxed)
            for at, sent in enumerate(values.get("lineItems") or ())
        ]
        day = values[form.day]
        return replace(
            row,
            party=self._party(values["customer"], Role.CUSTOMER, "customer"),
            date=day,
            due=values.get("dueDate") or day,
            reference=values.get("reference", ""),
            memo=values.get("notes", ""),
            prices_include_tax=inclusive,
            lines=tuple(lines),
        )

    def _line(self, sent: Sent, at: str, *, untaxed: bool) -> Line:
        item, account = sent.get("itemDetails"), sent.get("accountDetails")
        if bool(item) == bool(account):
            raise Refused("Either an item or an account is needed.", location=at)
        tax = sent.get("taxRate") if not untaxed else None
        given = sent.get("taxAmount")
        if given is not None and not self.setting("tax_editable"):
            raise Refused("The tax amount is not editable.", location=f"{at}.taxAmount")
        line = Line(
            description=sent.get("description", ""),
            tax_code=self._named(self.ledger.tax_codes, tax, f"{at}.taxRate"),
            given_tax=given if tax else None,
        )
        if account:
            place = f"{at}.accountDetails.ledgerAccount"
            id = self._named(self.ledger.accounts, account["ledgerAccount"], place)
            amount = account.get("amount", Decimal(0))
            kept = {"quantity": int(account.get("quantity", ONE))}
            return replace(
                line, account=id, unit_price=amount, given_net=amount, extra=kept
            )
        assert item is not None  # noqa: S101 - one of the two is there
        place = f"{at}.itemDetails.item"
        return replace(
            line,
            item=self._named(self.ledger.items, item["item"], place),
            quantity=item.get("quantity", ONE),
            unit_price=item.get("price", Decimal(0)),
        )

    def _named(self, shelf: Shelf[R], told: str | None, place: str) -> str:
        """By id or by full name."""
        if not told:
            return ""
        for row in shelf.table:
            is_named = told in (row.id, getattr(row, "name", ""))
            if is_named and getattr(row, "active", True):
                return row.id
        raise Refused("The record does not exist.", location=place)

    def _party(self, told: str, role: Role, place: str) -> str:
        for row in self.ledger.parties.in_role(role):
            if told in (row.id, row.name):
                return row.id
        raise Refused(f"The {place} does not exist.", location=place)

    # --- names

    def create_party(self, request: Request, role: Role) -> Party:
        supplier = role is Role.SUPPLIER
        values = parsed(shapes.SUPPLIER if supplier else shapes.CUSTOMER, request)
        if supplier and "isTpar" not in values:
            raise Refused("The field is required.", location="isTpar")
        address: Sent = next(iter(values.get("addresses") or ()), {})
        phone: Sent = next(iter(values.get("phoneNumbers") or ()), {})
        mail: Sent = next(iter(values.get("electronicAddresses") or ()), {})
        return self.ledger.parties.create(
            Party(
                name=values["name"],
                roles=(role,),
                email=mail.get("address", ""),
                phone=phone.get("number", ""),
                tax_number=values.get("businessNumber1", ""),
                company_number=values.get("businessNumber2", ""),
                currency=self.ledger.company.currency,
                address=_address(address),
                extra={"address_type": address.get("type", "Billing")},
            )
        )

    def create_item(self, request: Request) -> Item:
        values = parsed(shapes.ITEM, request)
        sale, purchase = values.get("sale") or {}, values.get("purchase") or {}
        accounts = self.ledger.accounts
        return self.ledger.items.create(
            Item(
                name=values["name"],
                code=values.get("itemCode", ""),
                income_account=self._named(
                    accounts, sale.get("ledgerAccount"), "sale.ledgerAccount"
                ),
                expense_account=self._named(
                    accounts, purchase.get("ledgerAccount"), "purchase.ledgerAccount"
                ),
            )
        )

    # --- money

    def create_receipt(self, request: Request) -> Payment:
        values = parsed(shapes.RECEIPT, request)
        party = self._party(values["customer"], Role.CUSTOMER, "customer")
        pays = {
            each["transactionId"]: each["transactionAmount"]
            for each in values.get("transactionLinks") or ()
        }
        payment = Payment(
            party=party,
            direction=Direction.RECEIVED,
            amount=values["totalAmount"],
            date=values["receiptDate"],
            account=self._bank(values.get("ledgerAccount")),
            reference=values.get("reference", ""),
            method=values.get("paymentMethod", ""),
            memo=values.get("notes", ""),
            currency=self.ledger.company.currency,
        )
        return self.ledger.settlements.record(payment, pays)

    def _bank(self, told: str | None) -> str:
        if not told:
            return self.ledger.accounts.first(AccountType.BANK).id
        id = self._named(self.ledger.accounts, told, "ledgerAccount")
        if self.ledger.accounts.get(id).type is not AccountType.BANK:
            raise Refused("The account takes no receipts.", location="ledgerAccount")
        return id

    def receipt(self, record_id: str) -> Payment:
        row = self.ledger.settlements.payments.find(record_id)
        if row is None or row.direction is not Direction.RECEIVED:
            raise not_there()
        return row

    def delete_receipt(self, record_id: str) -> None:
        self.ledger.settlements.delete(self.receipt(record_id).id)

    def link_receipt(self, record_id: str, request: Request) -> str:
        row, values = self.receipt(record_id), parsed(shapes.LINK, request)
        pays = {values["transactionId"]: values["transactionAmount"]}
        self.ledger.settlements.allocate(row.id, pays)
        return self.ledger.settlements.of_payment(row.id)[-1].id

    def unlink_receipt(self, record_id: str, link: str) -> None:
        self._unlink(self.ledger.settlements.of_payment(record_id), link)

    def unlink_credit(self, form: Form, record_id: str, link: str) -> None:
        credit = self.document(form, record_id)
        self._unlink(self.ledger.settlements.of_credit(credit.id), link)

    def _unlink(self, standing: Iterable[Allocation], link: str) -> None:
        if link not in {each.id for each in standing}:
            raise not_there()
        self.ledger.settlements.remove(link)

    def link_credit(self, form: Form, record_id: str, request: Request) -> str:
        credit = self.document(form, record_id)
        values = parsed(shapes.LINK, request)
        made = self.ledger.settlements.apply_credit(
            credit.id, values["transactionId"], values["transactionAmount"]
        )
        return made.id


def is_shown(row: Document) -> bool:
    """Reckon voids nothing: what was voided behind its back is gone."""
    return row.state is not State.VOID


def parsed(shape: Shape, request: Request) -> dict[str, Any]:
    try:
        return shape.parsed(request.json())
    except Misfit as error:
        raise misfit(error) from error


def _address(sent: Sent) -> Address:
    return Address(
        street=sent.get("line1", ""),
        city=sent.get("town", ""),
        region=sent.get("state", ""),
        postcode=sent.get("postcode", ""),
        country=sent.get("country", ""),
    )
