"""The journal entry of a sale, as XML; what the service answers to it. Pure.

Debits are positive, credits negative, and all items of an entry come to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from connectors.records import ZERO, Document, DocumentKind
from connectors.sap_s4hana_cloud.connection import Rules
from connectors.sap_s4hana_cloud.mapping import (
    HEADER_LENGTH,
    TEXT_LENGTH,
    party_text,
    posted_lines,
    tax_sums,
)
from connectors.transport.xml import child_text, local_name, printable

SFIN = "http://sap.com/xi/SAPSCORE/SFIN"
SERVICE = "sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi"
ACTION = (
    f"{SFIN}/JournalEntryCreateRequestConfirmation_In/"
    "JournalEntryCreateRequestConfirmation_InRequest"
)
_ID_LENGTH = 35
_REFUSED = 3


def sales_entry(
    document: Document, rules: Rules, *, message: str, now: datetime
) -> etree._Element:
    """Of a credit note everything stands the other way round."""
    credit = document.kind is DocumentKind.CREDIT_NOTE
    root, entry = _entry(
        {
            "AccountingDocumentType": rules[
                "type_credit" if credit else "type_invoice"
            ],
            "DocumentReferenceID": document.number,
            "DocumentHeaderText": (document.job_code or document.number)[
                :HEADER_LENGTH
            ],
            "CreatedByUser": rules["created_by"],
            "CompanyCode": rules["company_code"],
            "DocumentDate": document.date.isoformat(),
            "PostingDate": document.date.isoformat(),
            "TaxDeterminationDate": document.date.isoformat(),
        },
        message=message,
        now=now,
    )
    sign = 1 if credit else -1
    _items(entry, document, rules, sign)
    return root


def reversal_entry(
    document: Document, rules: Rules, *, original: str, on: date, now: datetime
) -> etree._Element:
    """`original`: document number, company code and year, as one word."""
    credit = document.kind is DocumentKind.CREDIT_NOTE
    root, _ = _entry(
        {
            "AccountingDocumentType": rules[
                "type_credit" if credit else "type_invoice"
            ],
            "ReversalReason": rules["reversal_reason"],
            "ReversalReferenceDocument": original,
            "DocumentReferenceID": document.number,
            "CreatedByUser": rules["created_by"],
            "CompanyCode": rules["company_code"],
            "DocumentDate": on.isoformat(),
            "PostingDate": on.isoformat(),
        },
        message=f"V{document.key or document.id}",
        now=now,
    )
    return root


@dataclass(frozen=True, slots=True)
class Posting:
    """`document` is empty where nothing was posted; `notes` are SAP's words."""

    document: str
    year: str
    notes: str
    refused: bool


def posting_from(payload: etree._Element) -> Posting | None:
    """What the service answered; None where it holds no confirmation."""
    outer = _named(payload, "JournalEntryCreateConfirmation")
    if outer is None:
        return None
    inner = _named(outer, "JournalEntryCreateConfirmation")
    log = _named(outer, "Log")
    document = child_text(inner, "AccountingDocument") if inner is not None else ""
    severity = child_text(log, "MaximumLogItemSeverityCode") if log is not None else ""
    document = document if document.strip("0 ") else ""
    return Posting(
        document=document,
        year=child_text(inner, "FiscalYear") if inner is not None else "",
        notes=_notes(log),
        refused=severity.isdecimal() and int(severity) >= _REFUSED or not document,
    )


def padded(account: str) -> str:
    """SAP stores ten digits, and takes no fewer here."""
    return account.zfill(10) if account.isdecimal() else account


def _entry(
    header: Mapping[str, str], *, message: str, now: datetime
) -> tuple[etree._Element, etree._Element]:
    """The message, and the journal entry in it with its header."""
    root = etree.Element(
        f"{{{SFIN}}}JournalEntryBulkCreateRequest", nsmap={"sfin": SFIN}
    )
    _message_header(root, message, now)
    request = etree.SubElement(root, "JournalEntryCreateRequest")
    _message_header(request, message, now)
    entry = etree.SubElement(request, "JournalEntry")
    _text(entry, "OriginalReferenceDocumentType", "BKPFF")
    _text(entry, "BusinessTransactionType", "RFBU")
    for name, value in header.items():
        _text(entry, name, value)
    return root, entry


def _message_header(parent: etree._Element, message: str, now: datetime) -> None:
    header = etree.SubElement(parent, "MessageHeader")
    _text(header, "ID", message[:_ID_LENGTH])
    _text(header, "CreationDateTime", now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def _items(entry: etree._Element, document: Document, rules: Rules, sign: int) -> None:
    currency, number = document.currency, 0
    for line in posted_lines(document):
        number += 1
        item = _item(entry, "Item", number, "GLAccount", padded(line.account_id))
        _amount(item, line.net * sign, currency)
        _text(item, "DocumentItemText", line.text[:TEXT_LENGTH])
        if line.tax_code_id:
            _text(etree.SubElement(item, "Tax"), "TaxCode", line.tax_code_id)
        if rules["profit_center"]:
            place = etree.SubElement(item, "AccountAssignment")
            _text(place, "ProfitCenter", rules["profit_center"])
    taxes = tax_sums(document)
    posted = sum((x.net for x in document.lines), sum((t.tax for t in taxes), ZERO))
    party = padded(document.party_id)
    item = _item(entry, "DebtorItem", number + 1, "Debtor", party)
    _amount(item, -posted * sign, currency)
    _text(item, "DocumentItemText", party_text(document))
    for each in taxes:
        item = etree.SubElement(entry, "ProductTaxItem")
        _text(item, "TaxCode", each.code)
        _text(item, "TaxItemClassification", rules["tax_class"])
        _money(item, "AmountInTransactionCurrency", each.tax * sign, currency)
        _money(item, "TaxBaseAmountInTransCrcy", each.base * sign, currency)
        _text(item, "ConditionType", rules["tax_condition"])


def _item(
    entry: etree._Element, tag: str, number: int, name: str, account: str
) -> etree._Element:
    item = etree.SubElement(entry, tag)
    _text(item, "ReferenceDocumentItem", str(number))
    _text(item, name, account)
    return item


def _amount(item: etree._Element, amount: Decimal, currency: str) -> None:
    _money(item, "AmountInTransactionCurrency", amount, currency)
    _text(item, "DebitCreditCode", "S" if amount >= ZERO else "H")


def _money(item: etree._Element, name: str, amount: Decimal, currency: str) -> None:
    element = etree.SubElement(item, name, currencyCode=currency)
    # Minus nothing is nothing.
    element.text = f"{amount or ZERO:.2f}"


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = printable(text)


def _named(element: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in element if local_name(each) == name), None)


def _notes(log: etree._Element | None) -> str:
    """Without the sentence that only says that something was wrong, where others say
    what."""
    if log is None:
        return ""
    items = [each for each in log if local_name(each) == "Item"]
    bad = [each for each in items if child_text(each, "SeverityCode") == "3"]
    found = [child_text(each, "Note") for each in bad or items]
    clear = [note for note in found if not note.startswith("Error in document")]
    return " ".join(clear or found)
