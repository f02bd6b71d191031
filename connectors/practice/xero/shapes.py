"""Which members Xero's objects may carry, and of what type.

Names, types and lengths are facts of the published OpenAPI document; a test holds the
traffic of the contract suite against it.
"""

import datetime as dt
import re
from typing import Any

from ..shape import (
    Misfit,
    Shape,
    anything,
    flag,
    guid,
    inner,
    many,
    number,
    text,
    word,
)
from ..shape import day as iso_day

MICROSOFT_DATE = re.compile(r"/Date\((-?\d{1,14})(?:[+-]\d{4})?\)/")


def day(value: Any, path: str) -> dt.date:
    """As ISO writes it, or as the vendor's own SDKs do: `/Date(1793577600000)/`."""
    told = MICROSOFT_DATE.fullmatch(value) if isinstance(value, str) else None
    if told is None:
        return iso_day(value, path)
    try:
        moment = dt.datetime.fromtimestamp(int(told[1]) // 1000, dt.UTC)
    except (OverflowError, ValueError) as error:
        raise Misfit(path, "type", "no such day") from error
    return moment.date()


# What Xero tells about a record. Its SDKs send it back, and it is passed over.
_TOLD = dict.fromkeys(("HasAttachments", "HasErrors", "HasValidationErrors"), anything)
CONTACT_REF = Shape({**_TOLD, "ContactID": guid, "Name": text(255)})
ACCOUNT_REF = Shape({"AccountID": guid, "Code": text(10)})
INVOICE_REF = Shape({**_TOLD, "InvoiceID": guid, "InvoiceNumber": text(255)})
CREDIT_REF = Shape({**_TOLD, "CreditNoteID": guid, "CreditNoteNumber": text(255)})
LINE = Shape(
    {
        "LineItemID": guid,
        "Description": text(4000),
        "Quantity": number(),
        "UnitAmount": number(),
        "ItemCode": text(30),
        "AccountCode": text(),
        "AccountID": guid,
        "TaxType": text(),
        "TaxAmount": number(),
        "LineAmount": number(),
        "DiscountRate": number(),
        "DiscountAmount": number(),
        "Tracking": anything,
    }
)
_DOCUMENT = {
    **_TOLD,
    "Type": word("ACCREC", "ACCPAY", "ACCRECCREDIT", "ACCPAYCREDIT"),
    "Contact": inner(CONTACT_REF),
    "LineItems": many(LINE),
    "Date": day,
    "DueDate": day,
    "LineAmountTypes": word("Exclusive", "Inclusive", "NoTax"),
    "Reference": text(255),
    "BrandingThemeID": guid,
    "CurrencyCode": text(3),
    "CurrencyRate": number(),
    "Status": word("DRAFT", "SUBMITTED", "DELETED", "AUTHORISED", "VOIDED"),
}
INVOICE = Shape(
    {
        **_DOCUMENT,
        "InvoiceID": guid,
        "InvoiceNumber": text(255),
        "Url": text(),
        "SentToContact": flag,
        "ExpectedPaymentDate": day,
        "PlannedPaymentDate": day,
    }
)
# SentToContact is read-only here.
CREDIT_NOTE = Shape({**_DOCUMENT, "CreditNoteID": guid, "CreditNoteNumber": text(255)})
PAYMENT = Shape(
    {
        "Invoice": inner(INVOICE_REF),
        "CreditNote": inner(CREDIT_REF),
        "InvoiceNumber": text(255),
        "CreditNoteNumber": text(255),
        "Account": inner(ACCOUNT_REF),
        "Code": text(),
        "Date": day,
        "CurrencyRate": number(),
        "Amount": number(),
        "Reference": text(255),
        "IsReconciled": flag,
    }
)
BATCH_PAYMENT = Shape(
    {
        "Account": inner(ACCOUNT_REF),
        "Reference": text(255),
        "Particulars": text(12),
        "Code": text(12),
        "Details": text(),
        "Narrative": text(18),
        "Date": day,
        "Payments": many(PAYMENT),
    },
    needs=("Account", "Date", "Payments"),
)
ENDED = Shape({"Status": word("DELETED")}, needs=("Status",))
ALLOCATION = Shape(
    {"Invoice": inner(INVOICE_REF), "Amount": number(), "Date": day},
    needs=("Invoice", "Amount", "Date"),
)
PHONE = Shape(
    {
        "PhoneType": word("DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE"),
        "PhoneNumber": text(50),
        "PhoneAreaCode": text(10),
        "PhoneCountryCode": text(20),
    }
)
ADDRESS = Shape(
    {
        "AddressType": word("POBOX", "STREET"),
        **{f"AddressLine{n}": text(500) for n in range(1, 5)},
        "City": text(255),
        "Region": text(255),
        "PostalCode": text(50),
        "Country": text(50),
        "AttentionTo": text(255),
    }
)
CONTACT = Shape(
    {
        **_TOLD,
        "ContactID": guid,
        "ContactNumber": text(50),
        "AccountNumber": text(50),
        "ContactStatus": word("ACTIVE", "ARCHIVED"),
        "Name": text(255),
        "FirstName": text(255),
        "LastName": text(255),
        "CompanyNumber": text(50),
        "EmailAddress": text(255),
        "TaxNumber": text(50),
        "DefaultCurrency": text(3),
        "Addresses": many(ADDRESS),
        "Phones": many(PHONE),
    }
)
PRICE = Shape(
    {"UnitPrice": number(), "AccountCode": text(), "TaxType": text()},
)
ITEM = Shape(
    {
        "ItemID": guid,
        "Code": text(30),
        "Name": text(50),
        "Description": text(4000),
        "PurchaseDescription": text(4000),
        "IsSold": flag,
        "IsPurchased": flag,
        "SalesDetails": inner(PRICE),
        "PurchaseDetails": inner(PRICE),
    },
    needs=("Code",),
)
