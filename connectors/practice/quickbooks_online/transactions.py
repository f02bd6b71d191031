"""Invoice, CreditMemo, Bill, VendorCredit: what is sent, checked, laid in the books."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import ZERO, Document, Kind, Line, State
from ..ledger import Ledger
from . import refusals
from .refusals import bad_text, bad_word, business, invalid_reference, missing

CENT = Decimal("0.01")
TAX_MODES = ("TaxExcluded", "TaxInclusive", "NotApplicable")
DETAILS = {
    "SalesItemLineDetail": (Kind.SALES_INVOICE, Kind.CREDIT_NOTE),
    "AccountBasedExpenseLineDetail": (Kind.SUPPLIER_INVOICE, Kind.SUPPLIER_CREDIT),
    "ItemBasedExpenseLineDetail": (Kind.SUPPLIER_INVOICE, Kind.SUPPLIER_CREDIT),
    "DescriptionOnly": tuple(Kind),
    "SubTotalLineDetail": tuple(Kind),
}
LENGTHS = {"DocNumber": 21, "PrivateNote": 4000}
ECHOED = (
    "CustomerMemo BillAddr ShipAddr BillEmail BillEmailCc BillEmailBcc SalesTermRef "
    "PrintStatus CustomField ClassRef DepartmentRef TrackingNum ShipDate InvoiceRef "
    "AllowOnlinePayment VendorAddr"
).split()
EMAIL_STATUSES = ("NotSet", "NeedToSend", "EmailSent")
Sent = Mapping[str, Any]


def create(ledger: Ledger, kind: Kind, sent: Sent, *, unique: bool = True) -> Document:
    """Raises `Refused` or `LedgerError`."""
    party = _required(sent, _party_name(kind))
    if not sent.get("Line"):
        raise missing("Line")
    today = ledger.today()
    date = sent.get("TxnDate", today)
    document = Document(
        kind=kind,
        party=party,
        date=date,
        due=sent.get("DueDate", None if kind.is_credit else date),
        number=_number(ledger, kind, sent),
        reference=_reference(sent),
        currency=_currency(ledger, party, sent),
        rate=sent.get("ExchangeRate", Decimal(1)),
        memo=_limited(sent, "PrivateNote"),
        extra=_extra({}, sent),
    )
    document = _with_lines(ledger, document, sent)
    document = _with_mail(ledger, document, sent)
    _require_amount(ledger, document)
    return ledger.documents.create(document, unique=unique)


def update(ledger: Ledger, kind: Kind, sent: Sent, *, unique: bool = True) -> Document:
    """A sparse one changes what was sent; a full one clears what was not."""
    row = existing(ledger, kind, sent)
    version = version_of(sent)
    if row.state is State.VOID:
        raise business("A voided transaction cannot be changed.")
    changed = row if sent.get("sparse") else _cleared(row, sent)
    if party := sent.get(_party_name(kind)):
        changed = replace(changed, party=party)
    if "DocNumber" in sent:
        changed = replace(changed, number=_number(ledger, kind, sent))
    if "PrivateNote" in sent:
        changed = replace(changed, memo=_limited(sent, "PrivateNote"))
    changed = replace(
        changed,
        date=sent.get("TxnDate", changed.date),
        due=sent.get("DueDate", changed.due),
        rate=sent.get("ExchangeRate", changed.rate),
        extra=_extra(changed.extra, sent),
    )
    if "Line" in sent:
        changed = _with_lines(ledger, changed, sent)
    changed = _with_mail(ledger, changed, sent)
    _require_amount(ledger, changed)
    fields = {
        name: getattr(changed, name)
        for name in (
            *("party", "number", "memo", "date", "due", "rate", "extra"),
            *("lines", "prices_include_tax", "sent", "sent_at"),
        )
    }
    if "Line" not in sent:
        del fields["lines"], fields["prices_include_tax"]
    return ledger.documents.update(row.id, version=version, unique=unique, **fields)


def void(ledger: Ledger, kind: Kind, sent: Sent) -> Document:
    if kind is not Kind.SALES_INVOICE:
        raise unsupported("void")
    row = existing(ledger, kind, sent)
    version = version_of(sent)
    if row.state is State.VOID:
        raise business("The transaction is voided already.")
    return ledger.documents.void(row.id, version=version, release=True)


def delete(ledger: Ledger, kind: Kind, sent: Sent) -> Document:
    row = existing(ledger, kind, sent)
    return ledger.documents.delete(row.id, version=version_of(sent), release=True)


def send(ledger: Ledger, document: Document, address: str) -> Document:
    echo = dict(document.extra.get("echo", {}))
    if address:
        echo["BillEmail"] = {"Address": address}
    if not echo.get("BillEmail", {}).get("Address"):
        raise business("An e-mail address is needed to send this.")
    delivery = {
        "DeliveryType": "Email",
        "DeliveryTime": refusals.stamp(ledger.store.now()),
    }
    echo["DeliveryInfo"] = delivery
    with ledger.store.change():
        extra = {**document.extra, "echo": echo}
        return ledger.documents.table.put(
            replace(document, extra=extra, sent=True, sent_at=ledger.store.now()),
            "update",
        )


# --- look-ups


def existing(ledger: Ledger, kind: Kind, sent: Sent) -> Document:
    row = ledger.documents.find(_required(sent, "Id"))
    if row is None or row.kind is not kind:
        raise refusals.not_found()
    return row


def version_of(sent: Sent) -> int:
    token = _required(sent, "SyncToken")
    if not token.isdigit():
        raise refusals.unparsable("SyncToken", token, "Number")
    return int(token)


def unsupported(operation: str) -> refusals.Refused:
    return refusals.Refused(
        "500", "Unsupported Operation", f"Operation {operation} is not supported."
    )


def _required(sent: Sent, name: str) -> str:
    value = sent.get(name)
    if not value:
        raise missing(name)
    return str(value)


def _party_name(kind: Kind) -> str:
    return "VendorRef" if kind.is_purchase else "CustomerRef"


# --- headers


def _limited(sent: Sent, name: str) -> str:
    value = str(sent.get(name, ""))
    if len(value) > LENGTHS[name]:
        raise bad_text(name, LENGTHS[name], len(value))
    return value


def _number(ledger: Ledger, kind: Kind, sent: Sent) -> str:
    """With custom numbers off the company numbers its sales itself."""
    number = _limited(sent, "DocNumber")
    if kind.is_purchase or ledger.company.extra.get("custom_txn_numbers", True):
        return number
    counter = int(ledger.recall("quickbooks.number", 1000)) + 1
    ledger.remember("quickbooks.number", counter)
    return str(counter)


def _reference(sent: Sent) -> str:
    """What tells a document of ours from one that a person typed in."""
    return str(sent.get("DocNumber") or sent.get("PrivateNote") or "api")


def _currency(ledger: Ledger, party_id: str, sent: Sent) -> str:
    party = ledger.parties.find(party_id)
    if party is None:
        raise invalid_reference()
    currency = str(sent.get("CurrencyRef", party.currency))
    if currency != party.currency:
        raise business("The currency is not the one of the customer or vendor.")
    return currency


def _extra(before: Mapping[str, Any], sent: Sent) -> dict[str, Any]:
    echo = dict(before.get("echo", {}))
    for name in ECHOED:
        if name in sent:
            value = sent[name]
            echo[name] = {"value": value} if name.endswith("Ref") else _plain(value)
    extra = {**before, "echo": echo}
    if "GlobalTaxCalculation" in sent:
        if sent["GlobalTaxCalculation"] not in TAX_MODES:
            raise bad_word("GlobalTaxCalculation", sent["GlobalTaxCalculation"])
        extra["tax_mode"] = sent["GlobalTaxCalculation"]
    return extra


def _plain(value: Any) -> Any:
    """As the state file can hold it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value


def _cleared(row: Document, sent: Sent) -> Document:
    name = _party_name(row.kind)
    for needed in (name, "Line"):
        if not sent.get(needed):
            raise missing(needed)
    mode = row.extra.get("tax_mode", "TaxExcluded")
    return replace(row, number="", memo="", extra={"tax_mode": mode})


def _with_mail(ledger: Ledger, document: Document, sent: Sent) -> Document:
    status = sent.get("EmailStatus")
    if status is None:
        return document
    if status not in EMAIL_STATUSES:
        raise bad_word("EmailStatus", status)
    extra = {**document.extra, "email_status": status}
    is_sent = status == "EmailSent"
    return replace(
        document,
        extra=extra,
        sent=is_sent,
        sent_at=ledger.store.now() if is_sent else None,
    )


# --- lines


def _with_lines(ledger: Ledger, document: Document, sent: Sent) -> Document:
    mode = document.extra.get("tax_mode", "TaxExcluded")
    lines = [
        line
        for each in sent["Line"]
        if (line := _line(ledger, document.kind, each, mode)) is not None
    ]
    if not lines:
        raise missing("Line")
    document = replace(
        document, lines=tuple(lines), prices_include_tax=mode == "TaxInclusive"
    )
    total = sent.get("TxnTaxDetail", {}).get("TotalTax")
    return document if total is None else _overridden(ledger, document, total)


def _line(ledger: Ledger, kind: Kind, sent: Sent, mode: str) -> Line | None:
    detail_type = _required(sent, "DetailType")
    if detail_type not in DETAILS or kind not in DETAILS[detail_type]:
        raise bad_word("DetailType", detail_type)
    if detail_type == "SubTotalLineDetail":
        return None
    description = str(sent.get("Description", ""))
    if len(description) > 4000:
        raise bad_text("Description", 4000, len(description))
    if detail_type == "DescriptionOnly":
        extra = {"description_only": True}
        return Line(description=description, given_net=ZERO, extra=extra)
    if "Amount" not in sent:
        raise missing("Amount")
    return _priced_line(ledger, sent, sent.get(detail_type, {}), mode, description)


def _priced_line(
    ledger: Ledger, sent: Sent, detail: Sent, mode: str, description: str
) -> Line:
    amount: Decimal = sent["Amount"]
    if sent["DetailType"] == "AccountBasedExpenseLineDetail":
        account, item = _required(detail, "AccountRef"), ""
    else:
        account = ""
        item = str(detail.get("ItemRef") or ledger.recall("sample")["item"])
    priced = "Qty" in detail and "UnitPrice" in detail
    if priced:
        _require_product(detail["Qty"], detail["UnitPrice"], amount)
    if mode == "TaxInclusive":
        amount = detail.get("TaxInclusiveAmt", amount)
    return Line(
        description=description,
        quantity=detail.get("Qty", Decimal(1)),
        unit_price=detail.get("UnitPrice", amount),
        account=account,
        item=item,
        tax_code=_tax_code(detail, mode),
        given_net=amount.quantize(CENT, ROUND_HALF_UP),
        extra={} if priced else {"amount_only": True},
    )


def _require_product(quantity: Decimal, price: Decimal, amount: Decimal) -> None:
    expected = (quantity * price).quantize(CENT, ROUND_HALF_UP)
    if expected != amount.quantize(CENT, ROUND_HALF_UP):
        raise refusals.Refused(
            "6070",
            "Amount calculation incorrect in the request",
            "Amount calculation incorrect in the request. Amount is not equal to "
            f"UnitPrice * Qty. Supplied value:{amount}",
            element="Amount",
        )


def _tax_code(detail: Sent, mode: str) -> str:
    if mode == "NotApplicable":
        return ""
    if not detail.get("TaxCodeRef"):
        raise business(
            "Make sure all your transactions have a VAT rate before you save."
        )
    return str(detail["TaxCodeRef"])


def _overridden(ledger: Ledger, document: Document, total: Decimal) -> Document:
    """A tax total that was sent stands; the line with most tax takes the difference."""
    priced = ledger.documents.price(document)
    difference = total - priced.tax
    taxed = [i for i, line in enumerate(document.lines) if line.tax_code]
    if not difference or not taxed:
        return document
    index = max(taxed, key=lambda i: abs(priced.lines[i].tax))
    lines = [
        replace(line, given_tax=computed.tax)
        for line, computed in zip(document.lines, priced.lines, strict=True)
    ]
    tax = priced.lines[index].tax + difference
    lines[index] = replace(lines[index], given_tax=tax)
    return replace(document, lines=tuple(lines))


def _require_amount(ledger: Ledger, document: Document) -> None:
    if ledger.documents.price(document).gross < ZERO:
        raise business("Transaction amount must be 0 or greater.")
