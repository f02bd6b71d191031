"""What Reckon One takes: members, types, lengths, and what must be there."""

import datetime as dt
from typing import Any

from ..shape import Misfit, Shape, flag, guid, inner, many, number, text, word

NAME = text(100)
TAX_STATUS = word("NonTaxed", "Inclusive", "Exclusive")


def moment(value: Any, path: str) -> dt.date:
    """The day of a moment as RFC 3339 writes it."""
    try:
        return dt.datetime.fromisoformat(value).date()
    except (TypeError, ValueError) as error:
        raise Misfit(path, "type", "a date and time is needed") from error


_ITEM = {
    "item": text(),
    "price": number(),
    "quantity": number(),
    "discountAmount": number(),
    "discountPercent": number(),
}
_LINE = {
    "lineNumber": number(),
    "project": text(),
    "itemDetails": inner(Shape(_ITEM, needs=("item",))),
    "accountDetails": inner(
        Shape(
            {"ledgerAccount": text(), "quantity": number(), "amount": number()},
            needs=("ledgerAccount",),
        )
    ),
    "description": text(1000),
    "taxAmount": number(2),
    "taxRate": text(),
}
INVOICE_LINE = Shape({**_LINE, "serviceDate": moment}, needs=("lineNumber",))
CREDIT_LINE = Shape(_LINE, needs=("lineNumber",))
_DOCUMENT = {
    "customer": text(),
    "amountTaxStatus": TAX_STATUS,
    "reference": text(50),
    "classification": text(),
    "template": text(),
    "notes": text(),
}
INVOICE = {
    **_DOCUMENT,
    "invoiceDate": moment,
    "dueDate": moment,
    "paymentTerms": text(),
    "paymentDetails": text(),
    "lineItems": many(INVOICE_LINE),
}
CREDIT_NOTE = {
    **_DOCUMENT,
    "creditNoteDate": moment,
    "lineItems": many(CREDIT_LINE),
}
_TYPED = {"type": text()}
ADDRESS = Shape(
    {
        **_TYPED,
        **{
            name: text(80)
            for name in ("line1", "line2", "line3", "suburb", "town", "state")
        },
        "postcode": text(30),
        "country": text(30),
    },
    needs=("type",),
)
PHONE = Shape(
    {
        **_TYPED,
        "countryCode": text(10),
        "areaCode": text(10),
        "number": text(30),
        "extension": text(10),
    },
    needs=("type",),
)
ELECTRONIC = Shape({**_TYPED, "address": text(100)}, needs=("type",))
_PARTY = {
    "name": NAME,
    "organisationName": NAME,
    "branch": NAME,
    "notes": text(1000),
    "businessNumber1": text(20),
    "businessNumber2": text(20),
    "status": word("Active", "Inactive"),
    "addresses": many(ADDRESS),
    "phoneNumbers": many(PHONE),
    "electronicAddresses": many(ELECTRONIC),
}
CUSTOMER = Shape(
    {**_PARTY, "creditLimit": number(), "paymentTerms": text()}, needs=("name",)
)
SUPPLIER = Shape({**_PARTY, "isTpar": flag}, needs=("name",))
_USE = Shape(
    {
        "price": number(),
        "ledgerAccount": text(),
        "description": text(1000),
        "taxRate": text(),
    },
    needs=("ledgerAccount",),
)
ITEM = Shape(
    {
        "name": NAME,
        "itemType": word("Product", "Service"),
        "itemCode": NAME,
        "amountTaxStatus": word("Inclusive", "Exclusive"),
        "sale": inner(_USE),
        "purchase": inner(_USE),
    },
    needs=("name", "amountTaxStatus"),
)
LINK = Shape(
    {
        "transactionId": guid,
        "transactionType": word("Invoice"),
        "transactionAmount": number(2),
    },
    needs=("transactionId", "transactionType", "transactionAmount"),
)
RECEIPT = Shape(
    {
        "customer": text(),
        "receiptDate": moment,
        "ledgerAccount": text(),
        "paymentMethod": text(),
        "reference": text(200),
        "notes": text(255),
        "totalAmount": number(2),
        "reconciliationStatus": word("Uncleared", "Cleared"),
        "transactionLinks": many(LINK),
    },
    needs=("customer", "receiptDate", "totalAmount"),
)
