"""The journal entry service: what was sent, checked against its shape; the answer."""

import datetime as dt
from typing import Any

from lxml import etree

from connectors.transport.soap import SoapVersion
from connectors.transport.xml import child_text, local_name, write_xml

from ..books import Document, Kind
from ..errors import LedgerError
from ..ledger import Ledger
from ..wire import Response
from .codes import COMPANY_CODE
from .posting import Entry, Item, Tax, number_word, posted, reversed_document
from .refusals import Refused, refused

SFIN = "http://sap.com/xi/SAPSCORE/SFIN"
SOAP = SoapVersion.V1_1.value
KINDS = {"DR": Kind.SALES_INVOICE, "DG": Kind.CREDIT_NOTE}
# Elements of a part, in their order; a star: any number, a mark: needed.
HEADER = (
    "OriginalReferenceDocumentType! BusinessTransactionType! AccountingDocumentType! "
    "ReversalReason ReversalReferenceDocument DocumentReferenceID DocumentHeaderText "
    "CreatedByUser! CompanyCode! DocumentDate! PostingDate! TaxDeterminationDate "
    "Item* DebtorItem* CreditorItem* ProductTaxItem*"
)
LENGTHS = {
    "AccountingDocumentType": 2,
    "DocumentReferenceID": 16,
    "DocumentHeaderText": 25,
    "DocumentItemText": 50,
    "CreatedByUser": 12,
    "CompanyCode": 4,
    "GLAccount": 10,
    "Debtor": 10,
    "TaxCode": 2,
    "ID": 35,
}


class Malformed(Exception):
    """What the service answers a fault to."""


def request_of(root: etree._Element) -> etree._Element:
    """The journal entry. Raises `Malformed`."""
    parts = {local_name(part): part for part in root}
    body = parts.get("Body")
    if etree.QName(root).namespace != SOAP or body is None or len(body) != 1:
        raise Malformed("No SOAP 1.1 envelope with one message.")
    if body[0].tag != f"{{{SFIN}}}JournalEntryBulkCreateRequest":
        raise Malformed("The message is not known.")
    requests = [e for e in body[0] if e.tag == "JournalEntryCreateRequest"]
    if len(requests) != 1 or not _message(body[0]) or not _message(requests[0]):
        raise Malformed("MessageHeader and one JournalEntryCreateRequest are needed.")
    entry = requests[0].find("JournalEntry")
    if entry is None:
        raise Malformed("JournalEntry is needed.")
    _check(entry)
    return entry


def handled(ledger: Ledger, entry: etree._Element) -> Document:
    """Raises `Refused`."""
    try:
        with ledger.store.change():
            if original := child_text(entry, "ReversalReferenceDocument"):
                reason = child_text(entry, "ReversalReason")
                return reversed_document(ledger, original, reason)
            return posted(ledger, _entry(entry))
    except LedgerError as error:
        raise refused(error) from error


def answer(message: str, document: Document | None, error: Refused | None) -> Response:
    """HTTP 200 in either case."""
    number = document.id if document else "0000000000"
    year = str(document.date.year) if document else "0000"
    severity, notes = "1", [("605(RW)", f"Document posted successfully: {number}")]
    if error:
        severity = "3"
        notes = [("609(RW)", "Error in document: BKPFF $ 0M32TI1")]
        notes.append((error.code, error.message))
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    root: etree._Element = etree.Element(
        f"{{{SFIN}}}JournalEntryBulkCreateConfirmation", nsmap={"n0": SFIN}
    )
    header = etree.SubElement(root, "MessageHeader")
    _add(header, CreationDateTime=now)
    outer = etree.SubElement(root, "JournalEntryCreateConfirmation")
    _add(etree.SubElement(outer, "MessageHeader"), ReferenceID=message)
    inner = etree.SubElement(outer, "JournalEntryCreateConfirmation")
    _add(inner, AccountingDocument=number, CompanyCode=COMPANY_CODE, FiscalYear=year)
    log = etree.SubElement(outer, "Log")
    _add(log, MaximumLogItemSeverityCode=severity)
    for code, note in notes:
        item = etree.SubElement(log, "Item")
        _add(item, TypeID=code, SeverityCode=severity, Note=note)
    return envelope(root)


def fault(text: str, side: str = "Client") -> Response:
    """`side`: whose fault it is, Client or Server."""
    element: etree._Element = etree.Element(f"{{{SOAP}}}Fault")
    _add(element, faultcode=f"soap-env:{side}", faultstring=text)
    return envelope(element, status=500)


def envelope(payload: etree._Element, *, status: int = 200) -> Response:
    root: etree._Element = etree.Element(
        f"{{{SOAP}}}Envelope", nsmap={"soap-env": SOAP}
    )
    etree.SubElement(root, f"{{{SOAP}}}Header")
    etree.SubElement(root, f"{{{SOAP}}}Body").append(payload)
    kind = "text/xml; charset=utf-8"
    return Response(status=status, body=write_xml(root), content_type=kind)


def _entry(entry: etree._Element) -> Entry:
    type = child_text(entry, "AccountingDocumentType")
    if type not in KINDS:
        raise Refused(f"Document type {type} is not defined", "014(F5)")
    debtors = entry.findall("DebtorItem")
    if len(debtors) != 1:
        raise Refused("One customer item is needed", "F5")
    kind = KINDS[type]
    sign = -1 if kind is Kind.SALES_INVOICE else 1
    items = [
        Item(
            account=child_text(item, "GLAccount"),
            net=_amount(item) * sign,
            tax_code=_tax_code(item),
            text=child_text(item, "DocumentItemText"),
        )
        for item in entry.findall("Item")
    ]
    taxes = [
        Tax(
            code=child_text(item, "TaxCode"),
            base=number_word(child_text(item, "TaxBaseAmountInTransCrcy")) * sign,
            tax=_amount(item) * sign,
        )
        for item in entry.findall("ProductTaxItem")
    ]
    return Entry(
        kind=kind,
        company=child_text(entry, "CompanyCode"),
        party=child_text(debtors[0], "Debtor"),
        number=child_text(entry, "DocumentReferenceID"),
        text=child_text(debtors[0], "DocumentItemText"),
        date=dt.date.fromisoformat(child_text(entry, "PostingDate")),
        currency=_currency(debtors[0]),
        gross=_amount(debtors[0]) * -sign,
        items=items,
        taxes=taxes,
    )


def _amount(item: etree._Element) -> Any:
    amount = number_word(child_text(item, "AmountInTransactionCurrency"))
    side = child_text(item, "DebitCreditCode")
    if side and (side == "H") != (amount < 0):
        raise Refused("Sign and debit/credit code differ", "F5")
    return amount


def _tax_code(item: etree._Element) -> str:
    tax = item.find("Tax")
    return "" if tax is None else child_text(tax, "TaxCode")


def _currency(item: etree._Element) -> str:
    amount = item.find("AmountInTransactionCurrency")
    return "" if amount is None else str(amount.get("currencyCode"))


def _message(element: etree._Element) -> bool:
    header = element.find("MessageHeader")
    if header is None:
        return False
    return bool(child_text(header, "ID") and child_text(header, "CreationDateTime"))


def _check(entry: etree._Element) -> None:
    names = HEADER.split()
    order = [name.rstrip("!*") for name in names]
    sent = [local_name(child) for child in entry]
    if unknown := set(sent) - set(order):
        raise Malformed(f"{min(unknown)} is not expected.")
    if sent != sorted(sent, key=order.index):
        raise Malformed("The elements are out of order.")
    for name in names:
        if name.endswith("!") and not child_text(entry, name[:-1]):
            raise Malformed(f"{name[:-1]} is needed.")
    for element in entry.iter():
        limit = LENGTHS.get(local_name(element))
        if limit and len(element.text or "") > limit:
            raise Malformed(f"{local_name(element)} is longer than {limit}.")
    for name in ("DocumentDate", "PostingDate"):
        try:
            dt.date.fromisoformat(child_text(entry, name))
        except ValueError as error:
            raise Malformed(f"{name} is no date.") from error
    for party in entry.iter("Debtor", "GLAccount"):
        if len(party.text or "") != 10 and (party.text or "").isdecimal():
            raise Malformed(f"{local_name(party)} needs ten digits.")


def _add(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text
