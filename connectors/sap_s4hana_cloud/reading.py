"""SAP's accounting line items and partners, as our records. Pure.

A document is seen through the line of its customer (D) or supplier (K). Our id of it is
its number and its year, `1800000012-2026`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby

from connectors.records import (
    ZERO,
    Address,
    Allocation,
    DocumentKind,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
)
from connectors.sap_s4hana_cloud.api import Row, day
from connectors.sap_s4hana_cloud.mapping import our_reference

# Documents that SAP's own sales and purchasing make, beside those of our types.
SALES_TYPES = ("RV",)
BILL_TYPES = ("KR", "RE")
PAYMENT_TYPES = {
    PaymentDirection.RECEIVED: ("DZ",),
    PaymentDirection.MADE: ("KZ", "ZP"),
}
ACCOUNT_OF = {PartyRole.CUSTOMER: "D", PartyRole.SUPPLIER: "K"}
# What SAP calls a supplier invoice of purchasing, beside one of finance.
OF_PURCHASING = "RMRP"
FIELDS = (
    "CompanyCode",
    "FiscalYear",
    "AccountingDocument",
    "AccountingDocumentItem",
    "AccountingDocumentType",
    "FinancialAccountType",
    "DebitCreditCode",
    "DocumentReferenceID",
    "DocumentItemText",
    "DocumentDate",
    "NetDueDate",
    "TransactionCurrency",
    "AmountInTransactionCurrency",
    "Customer",
    "CustomerName",
    "Supplier",
    "SupplierName",
    "GLAccount",
    "TaxCode",
    "TransactionTypeDetermination",
    "IsCleared",
    "ClearingAccountingDocument",
    "ClearingDocFiscalYear",
    "IsReversed",
    "IsReversal",
    "InvoiceReference",
    "InvoiceReferenceFiscalYear",
    "ReferenceDocumentType",
    "OriginalReferenceDocument",
)
# How SAP marks the lines of sales and input tax.
_TAX_LINES = frozenset({"MWS", "VST"})


def id_of(row: Row) -> str:
    return f"{row['AccountingDocument']}-{row['FiscalYear']}"


def parts_of(id: str) -> tuple[str, str]:
    """Document and year."""
    document, _, year = id.partition("-")
    return document, year


def paid_of(row: Row) -> str:
    """The id of the document that a payment names; empty where it names none."""
    document = text(row, "InvoiceReference")
    return f"{document}-{text(row, 'InvoiceReferenceFiscalYear')}" if document else ""


def documents(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows of each document, which may have several lines of its party."""
    ordered = sorted(rows, key=lambda row: (id_of(row), text(row, _ITEM)))
    return [list(some) for _, some in groupby(ordered, key=id_of)]


def document_from(
    kind: DocumentKind, rows: list[Row], *, paid: Decimal = ZERO
) -> RemoteDocument:
    """`rows` are the party's; `paid` is what open payments take off it."""
    first = rows[0]
    gross = abs(sum((amount(row) for row in rows), ZERO))
    status = _status(rows, gross, paid)
    supplier = kind is DocumentKind.SUPPLIER_INVOICE
    return RemoteDocument(
        kind=kind,
        id=id_of(first),
        number=text(first, "DocumentReferenceID") or text(first, "AccountingDocument"),
        status=status,
        date=day(first.get("DocumentDate")),
        currency=text(first, "TransactionCurrency"),
        gross=gross,
        balance=ZERO if status is RemoteStatus.PAID else gross - paid,
        reference=our_reference(text(first, "DocumentItemText")),
        party_id=text(first, "Supplier" if supplier else "Customer"),
        party_name=text(first, "SupplierName" if supplier else "CustomerName"),
        due_date=day(first.get("NetDueDate")),
    )


def lines_from(kind: DocumentKind, rows: Iterable[Row]) -> list[RemoteLine]:
    """Of all rows of a document those of its G/L accounts; in the document's own
    direction."""
    sign = -1 if kind is DocumentKind.SALES_INVOICE else 1
    return [
        RemoteLine(
            text=text(row, "DocumentItemText"),
            net=amount(row) * sign,
            account_id=text(row, "GLAccount").lstrip("0"),
            tax_code_id=text(row, "TaxCode"),
        )
        for row in rows
        if text(row, "FinancialAccountType") == "S" and not is_tax(row)
    ]


def tax_from(rows: Iterable[Row]) -> Decimal:
    return abs(sum((amount(row) for row in rows if is_tax(row)), ZERO))


def payment_from(
    direction: PaymentDirection, rows: list[Row], settled: list[Allocation]
) -> RemotePayment:
    first = rows[0]
    received = direction is PaymentDirection.RECEIVED
    return RemotePayment(
        direction=direction,
        id=id_of(first),
        date=day(first.get("DocumentDate")),
        amount=abs(sum((amount(row) for row in rows), ZERO)),
        currency=text(first, "TransactionCurrency"),
        allocations=tuple(settled),
        party_id=text(first, "Customer" if received else "Supplier"),
        reference=text(first, "DocumentReferenceID"),
        deleted=bool(first.get("IsReversed")),
    )


def party_row(role: PartyRole, row: Row) -> Party:
    """From A_Customer or A_Supplier."""
    word = role.value.capitalize()
    return Party(
        role=role,
        id=text(row, word),
        name=text(row, f"{word}Name"),
        tax_number=text(row, "VATRegistration"),
        active=not (row.get("PostingIsBlocked") or row.get("DeletionIndicator")),
    )


def partner_from(role: PartyRole, row: Row) -> Party:
    """From A_BusinessPartner, with what hangs on it."""
    address = next(iter(inner(row, "to_BusinessPartnerAddress")), {})
    mail = next(iter(inner(address, "to_EmailAddress")), {})
    phone = next(iter(inner(address, "to_PhoneNumber")), {})
    tax = next(iter(inner(row, "to_BusinessPartnerTax")), {})
    names = (text(row, f"OrganizationBPName{n}") for n in (1, 2))
    return Party(
        role=role,
        id=text(row, role.value.capitalize()),
        name=" ".join(filter(None, names)) or text(row, "BusinessPartnerFullName"),
        code=text(row, "SearchTerm1"),
        email=text(mail, "EmailAddress"),
        phone=text(phone, "PhoneNumber"),
        tax_number=text(tax, "BPTaxNumber"),
        address=Address(
            street=text(address, "StreetName"),
            city=text(address, "CityName"),
            region=text(address, "Region"),
            postcode=text(address, "PostalCode"),
            country=text(address, "Country"),
        ),
        active=not row.get("BusinessPartnerIsBlocked"),
    )


def inner(row: Row, name: str) -> list[Row]:
    found = row.get(name)
    results = found.get("results") if isinstance(found, Mapping) else None
    return list(results or ())


def text(row: Row, name: str) -> str:
    return str(row.get(name) or "")


def amount(row: Row) -> Decimal:
    """Debits positive."""
    return Decimal(str(row.get("AmountInTransactionCurrency") or 0))


def is_tax(row: Row) -> bool:
    return text(row, "TransactionTypeDetermination") in _TAX_LINES


def _status(rows: list[Row], gross: Decimal, paid: Decimal) -> RemoteStatus:
    if any(row.get("IsReversed") for row in rows):
        return RemoteStatus.VOID
    if all(row.get("IsCleared") for row in rows):
        return RemoteStatus.PAID
    return RemoteStatus.PART_PAID if ZERO < paid < gross else RemoteStatus.OPEN


_ITEM = "AccountingDocumentItem"
