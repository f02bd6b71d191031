"""Invoices, bills and credit notes: what is sent, checked, laid in the books."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import ZERO, Account, AccountType, Document, Item, Kind, Line, Role, State
from ..ledger import Ledger
from ..totals import line_amount
from . import contacts, render, taxes
from .refusals import Refused, no_account, no_contact, no_tax_type

Sent = Mapping[str, Any]
CENT = Decimal("0.01")
NOT_ON_LINES = {
    *(AccountType.BANK, AccountType.RECEIVABLE, AccountType.PAYABLE, AccountType.TAX),
}
WRONG_STATE = "Invoice not of valid status for modification"
MODES = {"Exclusive": False, "Inclusive": True, "NoTax": False}


def existing(ledger: Ledger, path: str, sent: Sent) -> Document | None:
    """By id, or as POST has it: by the number of a sales invoice."""
    credit = path == "CreditNotes"
    if told := sent.get("CreditNoteID" if credit else "InvoiceID"):
        row = ledger.documents.table.peek(told)
        if row is None or row.deleted or row.kind.is_credit != credit:
            raise Refused("The document could not be found.")
        return row
    kind = render.KINDS.get(sent.get("Type", ""))
    number = sent.get("CreditNoteNumber" if credit else "InvoiceNumber", "")
    found = ledger.documents.numbered(kind, number) if kind and number else []
    return found[0] if found and kind is not Kind.SUPPLIER_INVOICE else None


def create(ledger: Ledger, path: str, sent: Sent, *, places: int) -> Document:
    """Raises `Refused` or `LedgerError`."""
    kind = render.KINDS.get(sent.get("Type", ""))
    if kind is None or kind.is_credit != (path == "CreditNotes"):
        raise Refused("The document type is not valid.")
    document = Document(
        kind=kind,
        party=_contact(ledger, sent, kind),
        date=sent.get("Date", ledger.today()),
        currency=sent.get("CurrencyCode", ledger.company.currency),
        state=State.DRAFT,
    )
    document = _laid(ledger, document, sent, places=places)
    status = sent.get("Status", "DRAFT")
    if status in ("DELETED", "VOIDED"):
        raise Refused("A new document cannot have that status.")
    return ledger.documents.create(_checked(ledger, document))


def update(ledger: Ledger, row: Document, sent: Sent, *, places: int) -> Document:
    """Lines that were sent replace all; what was left out stays. No version is asked
    for: the last write wins."""
    status = sent.get("Status", "")
    if status in ("VOIDED", "DELETED"):
        return _ended(ledger, row, status)
    if row.state is State.VOID or row.settled:
        raise Refused(WRONG_STATE)
    if "Contact" in sent:
        row = replace(row, party=_contact(ledger, sent, row.kind))
    changed = _checked(ledger, _laid(ledger, row, sent, places=places))
    fields = {
        name: getattr(changed, name)
        for name in (
            *("party", "date", "due", "number", "reference", "currency", "rate"),
            *("lines", "prices_include_tax", "state", "sent", "sent_at", "extra"),
        )
    }
    return ledger.documents.update(row.id, **fields)


def _ended(ledger: Ledger, row: Document, status: str) -> Document:
    if status == "VOIDED":
        if row.state is not State.POSTED or row.settled:
            raise Refused(WRONG_STATE)
        return ledger.documents.void(row.id)
    if row.state is not State.DRAFT:
        raise Refused(WRONG_STATE)
    return ledger.documents.delete(row.id)


def _laid(ledger: Ledger, row: Document, sent: Sent, *, places: int) -> Document:
    credit = row.kind.is_credit
    extra = dict(row.extra)
    if "LineAmountTypes" in sent:
        extra["mode"] = sent["LineAmountTypes"]
    if "Url" in sent:
        extra["url"] = sent["Url"]
    row = replace(
        row,
        date=sent.get("Date", row.date),
        due=sent.get("DueDate", row.due),
        number=sent.get("CreditNoteNumber" if credit else "InvoiceNumber", row.number),
        currency=sent.get("CurrencyCode", row.currency),
        rate=_rate(sent, row),
        prices_include_tax=MODES[extra.get("mode", "Exclusive")],
    )
    row = replace(row, reference=_reference(row, sent, extra), extra=extra)
    row = _with_status(ledger, row, sent)
    if "LineItems" not in sent:
        return row
    lines = [_line(ledger, row, each, places=places) for each in sent["LineItems"]]
    return replace(row, lines=tuple(lines))


def _rate(sent: Sent, row: Document) -> Decimal:
    told = sent.get("CurrencyRate")
    return round(1 / told, 6) if told else row.rate


def _reference(row: Document, sent: Sent, extra: dict[str, Any]) -> str:
    """What tells a document of ours from one that a person typed in. Only sales show a
    reference; of bills it is the end of the link."""
    if row.kind.is_purchase:
        if "Reference" in sent and row.kind is Kind.SUPPLIER_INVOICE:
            raise Refused("Reference is for sales invoices alone.")
        link = str(extra.get("url", "")).rpartition("/")[2]
        return link or row.reference or row.number or "api"
    if "Reference" in sent:
        extra["reference"] = sent["Reference"]
    shown = extra.setdefault("reference", row.reference)
    return str(shown or row.reference or row.number or "api")


def _with_status(ledger: Ledger, row: Document, sent: Sent) -> Document:
    status = sent.get("Status")
    if status in ("DRAFT", "SUBMITTED"):
        if row.state is State.POSTED:
            raise Refused(WRONG_STATE)
        row = replace(row, extra={**row.extra, "status": status})
    elif status == "AUTHORISED":
        row = replace(row, state=State.POSTED)
    if sent.get("SentToContact") and row.state is State.POSTED:
        return replace(row, sent=True, sent_at=ledger.store.now())
    return row


def _checked(ledger: Ledger, row: Document) -> Document:
    """What an approved document needs that a draft may lack."""
    if row.state is not State.POSTED:
        return row
    wrong = [
        sentence
        for is_wrong, sentence in (
            (not row.lines, "One or more line items must be specified"),
            (not row.due and not row.kind.is_credit, "Due Date cannot be empty"),
            (
                any(not line.description for line in row.lines),
                "Description is required on each line",
            ),
        )
        if is_wrong
    ]
    for line in row.lines:
        if ledger.line_account(line, purchase=row.kind.is_purchase) is None:
            wrong.append("Account code must be specified")
    if ledger.documents.price(row).gross < ZERO:
        wrong.append("The total of the document must not be negative")
    if wrong:
        raise Refused(*dict.fromkeys(wrong))
    return row


def _contact(ledger: Ledger, sent: Sent, kind: Kind) -> str:
    """A name alone matches a contact, or makes one, as the vendor has it."""
    told = sent.get("Contact") or {}
    role = Role.SUPPLIER if kind.is_purchase else Role.CUSTOMER
    if id := told.get("ContactID"):
        party = ledger.parties.find(id)
        if party is None or not party.active:
            raise no_contact(id)
    elif name := told.get("Name"):
        found = ledger.parties.named(name)
        party = found[0] if found else contacts.create(ledger, {"Name": name})
    else:
        raise Refused("A Contact must be specified for this type of transaction")
    if role not in party.roles:
        ledger.parties.update(party.id, roles=(*party.roles, role))
    return party.id


# --- lines


def _line(ledger: Ledger, row: Document, sent: Sent, *, places: int) -> Line:
    purchase = row.kind.is_purchase
    item = _item(ledger, sent)
    if "DiscountRate" in sent and row.kind is not Kind.SALES_INVOICE:
        raise Refused("Discounts are for sales invoices alone.")
    line = Line(
        description=sent.get("Description", "").strip(),
        quantity=_places(sent.get("Quantity", Decimal(1)), 4),
        unit_price=_places(sent.get("UnitAmount", ZERO), places),
        discount_percent=sent.get("DiscountRate", ZERO),
        account=_account(ledger, sent, item, purchase=purchase),
        item=item.id if item else "",
    )
    _require_amount(ledger, line, sent)
    return _with_tax(ledger, line, sent, row)


def _places(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _require_amount(ledger: Ledger, line: Line, sent: Sent) -> None:
    expected = line_amount(line, ledger.policies.tax)
    if "LineAmount" in sent and sent["LineAmount"] != expected:
        raise Refused(
            f"The line total {sent['LineAmount']} does not match the expected line "
            f"total {expected}"
        )


def _item(ledger: Ledger, sent: Sent) -> Item | None:
    code = sent.get("ItemCode")
    if not code:
        return None
    found = ledger.items.coded(code)
    if found is None:
        raise Refused(f"Item code '{code}' is not valid")
    return found


def _account(ledger: Ledger, sent: Sent, item: Item | None, *, purchase: bool) -> str:
    """Empty where the item brings its own."""
    told = sent.get("AccountID") or sent.get("AccountCode") or ""
    if not told:
        return ""
    found: Account | None = (
        ledger.accounts.find(told)
        if "AccountID" in sent
        else ledger.accounts.coded(told)
    )
    if found is None or not found.active or found.type in NOT_ON_LINES:
        raise no_account(told)
    return found.id


def _with_tax(ledger: Ledger, line: Line, sent: Sent, row: Document) -> Line:
    if row.extra.get("mode") == "NoTax":
        return replace(line, given_tax=ZERO, extra={"tax_type": "NONE"})
    told = sent.get("TaxType", "NONE")
    found = taxes.BY_TYPE.get(told)
    fits = found and (found.purchases if row.kind.is_purchase else found.sales)
    if found is None or not fits:
        raise no_tax_type(told)
    code = taxes.code_of(ledger, found)
    tax = sent.get("TaxAmount")
    return replace(
        line,
        tax_code=code.id if code else "",
        given_tax=None if tax is None else _places(tax, 2),
        extra={"tax_type": told},
    )
