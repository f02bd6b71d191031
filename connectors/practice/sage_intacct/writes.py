"""What functions lay in the books."""

import datetime as dt
from decimal import Decimal, InvalidOperation

from lxml import etree

from connectors.transport.xml import child_text, local_name

from ..books import (
    ZERO,
    Account,
    Address,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
    TaxCode,
)
from ..errors import UnknownAccount, UnknownReference, UnknownTax
from ..ledger import Ledger
from . import order
from .render import SIDES, tax_id
from .wording import GENERIC, SCHEMA, Refused, node

Element = etree._Element
CREATES = {
    "create_invoice": (Kind.SALES_INVOICE, order.INVOICE, "invoiceno", "invoiceitems"),
    "create_aradjustment": (
        Kind.CREDIT_NOTE,
        order.ADJUSTMENT,
        "adjustmentno",
        "aradjustmentitems",
    ),
    "create_bill": (Kind.SUPPLIER_INVOICE, order.BILL, "billno", "billitems"),
}
REVERSES = {
    "reverse_invoice": Kind.SALES_INVOICE,
    "reverse_bill": Kind.SUPPLIER_INVOICE,
}
ROLES = {"CUSTOMER": Role.CUSTOMER, "VENDOR": Role.SUPPLIER}


def create_document(ledger: Ledger, function: Element) -> Element:
    kind, shape, number, items = CREATES[local_name(function)]
    shape.check(function)
    sign = -1 if kind.is_credit else 1
    lines = [
        _line(ledger, line, sign, purchase=kind.is_purchase)
        for line in _child(function, items)
    ]
    if not lines:
        raise Refused(GENERIC, "At least one line is needed.")
    description = child_text(function, "description")
    role = "vendorid" if kind.is_purchase else "customerid"
    home = ledger.company.currency
    currency = child_text(function, "currency") or home
    made = ledger.documents.create(
        Document(
            kind=kind,
            party=child_text(function, role),
            date=_day(_child(function, "datecreated")),
            due=_due(function),
            number=child_text(function, number),
            reference=description.split(" | ")[0] or "api",
            currency=currency,
            rate=_amount(function, "exchrate") if currency != home else Decimal(1),
            lines=tuple(lines),
            memo=description,
            state=State.DRAFT
            if child_text(function, "action") == "Draft"
            else State.POSTED,
        )
    )
    if made.gross < ZERO:
        raise Refused(GENERIC, "The total of the transaction has the wrong sign.")
    return node("key", made.id)


def reverse_document(ledger: Ledger, function: Element) -> Element:
    order.REVERSAL.check(function)
    _day(_child(function, "datereversed"))
    row = ledger.documents.get(function.get("key", ""))
    if row.kind is not REVERSES[local_name(function)]:
        raise UnknownReference(row.id, field="id")
    ledger.documents.void(row.id)
    return node("key", row.id)


def reverse_payment(ledger: Ledger, function: Element) -> Element:
    order.REVERSAL.check(function)
    row = ledger.settlements.payments.get(function.get("key", ""))
    ledger.settlements.remove_group(row.id)
    ledger.settlements.void(row.id)
    return node("key", row.id)


def create_record(ledger: Ledger, function: Element) -> Element:
    if len(function) != 1:
        raise Refused(SCHEMA, "XML Parse schema error: create holds one record")
    record = function[0]
    name = local_name(record)
    if name in ROLES:
        return _create_party(ledger, record, ROLES[name])
    if name == "ARPYMT":
        return _create_receipt(ledger, record)
    raise Refused(GENERIC, f"Object {name} is not on this ledger.")


def _create_party(ledger: Ledger, record: Element, role: Role) -> Element:
    name = local_name(record)
    id = child_text(record, f"{name}ID")
    if id and ledger.parties.table.peek(id) is not None:
        raise Refused(
            "PL05000104", f"Another {name.title()} with the value {id} exists."
        )
    contact = _child(record, "DISPLAYCONTACT")
    if not child_text(record, "NAME") or not child_text(contact, "PRINTAS"):
        raise Refused(GENERIC, "A name is needed, and one to print.")
    mail = contact.find("MAILADDRESS")
    party = ledger.parties.create(
        Party(
            id=id,
            name=child_text(record, "NAME"),
            roles=(role,),
            email=child_text(contact, "EMAIL1"),
            phone=child_text(contact, "PHONE1"),
            tax_number=child_text(record, "TAXID"),
            currency=child_text(record, "CURRENCY") or ledger.company.currency,
            address=Address() if mail is None else _address(mail),
        )
    )
    made = node(name.lower(), node("RECORDNO", "1"), node(f"{name}ID", party.id))
    return node("data", made, listtype="objects", count="1")


def _create_receipt(ledger: Ledger, record: Element) -> Element:
    """Money on invoices, or credits laid on them."""
    bank = child_text(record, "FINANCIALENTITY")
    account = ledger.accounts.coded(bank.removeprefix("BANK")) if bank else None
    details = list(_child(record, "ARPYMTDETAILS"))
    pays = {
        child_text(each, "RECORDKEY"): _amount(each, "TRX_PAYMENTAMOUNT")
        for each in details
        if not child_text(each, "ADJUSTMENTKEY")
    }
    if pays and account is None:
        raise Refused(GENERIC, f"Invalid bank account '{bank}' specified.")
    amount = sum(pays.values(), ZERO) + _amount(record, "OVERPAYMENTAMOUNT")
    payment = ledger.settlements.record(
        Payment(
            party=child_text(record, "CUSTOMERID"),
            direction=Direction.RECEIVED,
            amount=amount,
            date=_us_day(child_text(record, "RECEIPTDATE")),
            account=account.id if account else "",
            number=child_text(record, "DOCNUMBER"),
            reference=child_text(record, "DOCNUMBER") or "api",
            method=child_text(record, "PAYMENTMETHOD"),
            currency=child_text(record, "CURRENCY") or ledger.company.currency,
        ),
        pays,
    )
    for each in details:
        if credit := child_text(each, "ADJUSTMENTKEY"):
            ledger.settlements.apply_credit(
                credit,
                child_text(each, "RECORDKEY"),
                _amount(each, "TRX_ADJUSTMENTAMOUNT"),
                group=payment.id,
            )
    made = node("arpymt", node("RECORDNO", payment.id))
    return node("data", made, listtype="objects", count="1")


def _line(ledger: Ledger, line: Element, sign: int, *, purchase: bool) -> Line:
    order.LINE.check(line)
    code = child_text(line, "glaccountno")
    account: Account | None = ledger.accounts.coded(code)
    if account is None:
        raise UnknownAccount(code, field="account")
    net = sign * _amount(line, "amount")
    made = Line(
        description=_whole_text(line, "memo"),
        unit_price=net,
        given_net=net,
        account=account.id,
    )
    entries = line.find("taxentries")
    if entries is None:
        return made
    entry = _child(entries, "taxentry")
    order.TAX_ENTRY.check(entry)
    tax = _tax(ledger, child_text(entry, "detailid"), purchase=purchase)
    given = child_text(entry, "trx_tax")
    return Line(
        description=made.description,
        unit_price=net,
        given_net=net,
        account=account.id,
        tax_code=tax.id,
        given_tax=sign * _amount(entry, "trx_tax") if given else None,
    )


def _tax(ledger: Ledger, detail: str, *, purchase: bool) -> TaxCode:
    side = next(name for name, buys in SIDES.items() if buys is purchase)
    for row in ledger.tax_codes.table:
        if tax_id(row, side) == detail:
            return row
    raise UnknownTax(detail, field="tax_code")


def _address(mail: Element) -> Address:
    return Address(
        street=child_text(mail, "ADDRESS1"),
        city=child_text(mail, "CITY"),
        region=child_text(mail, "STATE"),
        postcode=child_text(mail, "ZIP"),
        country=child_text(mail, "COUNTRY"),
    )


def _child(element: Element, name: str) -> Element:
    found = element.find(name)
    if found is None:
        raise Refused(SCHEMA, f"XML Parse schema error: missing {name}")
    return found


def _whole_text(element: Element, name: str) -> str:
    found = element.find(name)
    return "" if found is None else (found.text or "")


def _due(function: Element) -> dt.date | None:
    found = function.find("datedue")
    return None if found is None else _day(found)


def _day(element: Element) -> dt.date:
    order.DAY.check(element)
    parts = (child_text(element, part) for part in ("year", "month", "day"))
    try:
        return dt.date(*map(int, parts))
    except ValueError as error:
        raise Refused(GENERIC, f"The date is not valid: {error}") from error


def _us_day(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%m/%d/%Y").date()
    except ValueError as error:
        raise Refused(GENERIC, f"The date {text} is not valid.") from error


def _amount(element: Element, name: str) -> Decimal:
    text = child_text(element, name)
    try:
        return Decimal(text or 0)
    except InvalidOperation as error:
        raise Refused(GENERIC, f"{name} {text} is no amount.") from error
