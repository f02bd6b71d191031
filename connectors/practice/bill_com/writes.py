"""What is sent to Bill.com, checked, and laid in the books. Raises `Refused`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Address,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
)
from ..errors import UnknownItem, UnknownParty, WrongState
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import names, shapes
from .names import own
from .refusals import Refused, misfit, unknown

Sent = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of document: its path, its shape, and where its lines stand."""

    kind: Kind
    path: str
    shape: Shape
    lines: str


FORMS = (
    Form(Kind.SALES_INVOICE, "invoices", shapes.INVOICE, "invoiceLineItems"),
    Form(Kind.CREDIT_NOTE, "credit-memos", shapes.CREDIT_MEMO, "creditMemoLineItems"),
    Form(Kind.SUPPLIER_INVOICE, "bills", shapes.BILL, "billLineItems"),
)
PARTIES = {
    "customers": (Role.CUSTOMER, shapes.CUSTOMER, "billingAddress"),
    "vendors": (Role.SUPPLIER, shapes.VENDOR, "address"),
}


def parsed(shape: Shape, body: Any) -> dict[str, Any]:
    try:
        return shape.parsed(body)
    except Misfit as error:
        raise misfit(error) from error


# --- parties


def create_party(ledger: Ledger, path: str, body: Any) -> Party:
    role, shape, where = PARTIES[path]
    sent = parsed(shape, body)
    currency = sent.get("invoiceCurrency") or sent.get("billCurrency")
    told = sent.get(where) or {}
    return ledger.parties.create(
        Party(
            name=sent["name"],
            roles=(role,),
            email=sent.get("email", ""),
            phone=sent.get("phone", ""),
            code=sent.get("accountNumber", ""),
            currency=currency or ledger.company.currency,
            address=Address(
                street=told.get("line1", ""),
                city=told.get("city", ""),
                region=told.get("stateOrProvince", ""),
                postcode=told.get("zipOrPostalCode", ""),
                country=told.get("country", ""),
            ),
        )
    )


# --- documents


def create_document(ledger: Ledger, form: Form, body: Any) -> Document:
    """Whether a number may be taken twice is a setting of the organisation."""
    row = _document(ledger, form, parsed(form.shape, body))
    with ledger.store.change():
        unique = bool(ledger.company.extra.get("unique_numbers"))
        made = ledger.documents.create(row, unique=unique)
        _require_positive(made)
        return made


def replace_document(ledger: Ledger, form: Form, id: str, body: Any) -> Document:
    """All of it: what is left out is gone."""
    row = ledger.documents.get(id)
    if row.settled or row.state is State.VOID:
        raise WrongState("It was paid or archived.", field="state")
    fresh = _document(ledger, form, parsed(form.shape, body))
    kept = ("party", "date", "due", "number", "memo", "lines")
    with ledger.store.change():
        fields = {name: getattr(fresh, name) for name in kept}
        made = ledger.documents.update(id, unique=False, **fields)
        _require_positive(made)
        return made


def archive_document(ledger: Ledger, row: Document) -> Document:
    """There is no change when it is archived already."""
    return row if row.state is State.VOID else ledger.documents.void(row.id)


def _require_positive(row: Document) -> None:
    if row.gross < ZERO:
        raise Refused("The total amount must not be negative.")


def _document(ledger: Ledger, form: Form, sent: Sent) -> Document:
    named = sent.get("invoice", {})
    number = sent.get("referenceNumber") or sent.get("invoiceNumber")
    number = number or named.get("invoiceNumber") or ""
    day = sent.get("creditDate") or sent.get("invoiceDate")
    day = day or named.get("invoiceDate") or ledger.today()
    party = _party(ledger, form, sent)
    return Document(
        kind=form.kind,
        party=party.id,
        date=day,
        due=sent.get("dueDate", day),
        number=number,
        reference=number or "api",
        currency=party.currency,
        memo=sent.get("description", ""),
        lines=tuple(_lines(ledger, form, sent)),
    )


def _party(ledger: Ledger, form: Form, sent: Sent) -> Party:
    role, field = Role.CUSTOMER, "customerId"
    told = sent.get("customerId") or (sent.get("customer") or {}).get("id")
    if form.kind.is_purchase:
        role, field, told = Role.SUPPLIER, "vendorId", sent["vendorId"]
    party = ledger.parties.find(own(names.PARTIES[role], told))
    if party is None or not party.active:
        raise unknown(field)
    return party


def _lines(ledger: Ledger, form: Form, sent: Sent) -> list[Line]:
    if form.kind.is_purchase:
        return [_bought(ledger, each) for each in sent[form.lines]]
    tax = ""
    if "salesTaxItemId" in sent:
        tax = own(names.ITEM, sent["salesTaxItemId"])
        if ledger.tax_codes.find(tax) is None:
            raise unknown("salesTaxItemId")
    return [_sold(ledger, each, tax) for each in sent[form.lines]]


def _sold(ledger: Ledger, sent: Sent, tax: str) -> Line:
    if sent["quantity"] < ZERO:
        raise Refused("quantity: must be greater than or equal to 0")
    line = Line(
        description=sent.get("description", ""),
        quantity=sent["quantity"],
        unit_price=sent["price"],
        tax_code=tax if sent.get("taxable") else "",
    )
    return _classified(ledger, line, sent)


def _bought(ledger: Ledger, sent: Sent) -> Line:
    line = Line(
        description=sent.get("description", ""),
        unit_price=sent["amount"],
        given_net=sent["amount"],
    )
    return _classified(ledger, line, sent)


def _classified(ledger: Ledger, line: Line, sent: Sent) -> Line:
    told = sent.get("classifications", {})
    item = own(names.ITEM, told.get("itemId"))
    account = _account(ledger, told)
    if told.get("itemId") and ledger.items.find(item) is None:
        raise UnknownItem(item, field="item")
    return replace(line, account=account, item=item)


def _account(ledger: Ledger, told: Sent) -> str:
    if "chartOfAccountId" not in told:
        return ""
    account = ledger.accounts.find(own(names.ACCOUNT, told["chartOfAccountId"]))
    if account is None or not account.active:
        raise unknown("chartOfAccountId")
    return account.id


# --- payments


def record_receipt(ledger: Ledger, body: Any) -> Payment:
    """All invoices are of one customer."""
    sent = parsed(shapes.RECEIPT, body)
    pays = _pays(ledger, Kind.SALES_INVOICE, sent["invoices"], "id")
    if sum(pays.values(), ZERO) > sent["amount"]:
        raise Refused("The invoices come to more than the amount.")
    party = ledger.documents.get(next(iter(pays))).party
    if told := sent.get("customerId"):
        party = own(names.CUSTOMER, told)
    return _recorded(ledger, Direction.RECEIVED, party, sent, pays)


def record_payout(ledger: Ledger, body: Any) -> Payment:
    sent = parsed(shapes.PAYOUT, body)
    pays = _pays(ledger, Kind.SUPPLIER_INVOICE, sent["payments"], "billId")
    party = own(names.VENDOR, sent["vendorId"])
    return _recorded(ledger, Direction.MADE, party, sent, pays)


def void_payment(ledger: Ledger, id: str, body: Any) -> Payment:
    parsed(shapes.VOIDING, body)
    row = ledger.settlements.payments.find(id)
    if row is None or row.direction is not Direction.MADE:
        raise unknown("paymentId")
    return ledger.settlements.void(row.id)


def _recorded(
    ledger: Ledger,
    direction: Direction,
    party: str,
    sent: Sent,
    pays: Mapping[str, Decimal],
) -> Payment:
    if ledger.parties.find(party) is None:
        raise UnknownParty(party, field="party")
    payment = Payment(
        party=party,
        direction=direction,
        amount=sent.get("amount", sum(pays.values(), ZERO)),
        date=sent.get("paymentDate") or sent["processDate"],
        reference=sent.get("description") or "api",
        method=sent.get("paymentType", ""),
        currency=ledger.company.currency,
        memo=sent.get("description", ""),
    )
    account = _account(ledger, sent.get("classifications", {}))
    return ledger.settlements.record(replace(payment, account=account), pays)


def _pays(
    ledger: Ledger, kind: Kind, sent: list[Sent], name: str
) -> dict[str, Decimal]:
    pays: dict[str, Decimal] = {}
    for each in sent:
        row = ledger.documents.find(own(names.DOCUMENTS[kind], each[name]))
        if row is None or row.kind is not kind:
            raise unknown(name)
        pays[row.id] = pays.get(row.id, ZERO) + each["amount"]
    return pays
