"""Which members Business Central takes of each entity. What it shows and does not take
is refused as read-only."""

from collections.abc import Mapping

from ..shape import Check, Misfit, Shape, day, flag, guid, many, number, text, word
from .names import JOURNALS, SETS, JournalSet, Set

AMOUNT = number(2)
PRICE = number(5)
_LINE_TYPES = (
    *("Comment", "Account", "Item", "Resource", "Fixed Asset", "Charge"),
    "Allocation Account",
)
_READ_ONLY = (
    *("number", "status", "totalAmountExcludingTax", "totalAmountIncludingTax"),
    *("totalTaxAmount", "remainingAmount", "pricesIncludeTax", "lastModifiedDateTime"),
    *("customerName", "vendorName", "orderId", "orderNumber", "id"),
)
_LINE_READ_ONLY = (
    *("id", "taxPercent", "totalTaxAmount", "netAmount", "netTaxAmount"),
    *("amountExcludingTax", "amountIncludingTax", "netAmountIncludingTax"),
)


def read_only(value: object, path: str) -> object:
    raise Misfit(path, "read-only")


def _refused(names: tuple[str, ...]) -> dict[str, Check]:
    return dict.fromkeys(names, read_only)


def line_shape(kind: Set) -> Shape:
    members: Mapping[str, Check] = {
        "documentId": guid,
        "sequence": number(),
        "lineType": word(*_LINE_TYPES),
        "lineObjectNumber": text(20),
        "accountId": guid,
        "itemId": guid,
        "description": text(100),
        "description2": text(50),
        "unitOfMeasureCode": text(10),
        "quantity": PRICE,
        kind.price: PRICE,
        "discountAmount": AMOUNT,
        "discountPercent": PRICE,
        "taxCode": text(20),
        **_refused(_LINE_READ_ONLY),
    }
    return Shape(members)


def document_shape(kind: Set) -> Shape:
    members: dict[str, Check] = {
        kind.number: text(35),
        kind.date: day,
        "postingDate": day,
        "dueDate": day,
        f"{kind.party}Id": guid,
        f"{kind.party}Number": text(20),
        "currencyCode": text(10),
        "currencyId": guid,
        "paymentTermsId": guid,
        "shipmentMethodId": guid,
        "discountAmount": AMOUNT,
        kind.lines: many(line_shape(kind)),
        **_refused(_READ_ONLY),
    }
    if not kind.kind.is_purchase:
        members |= {"phoneNumber": text(30), "email": text(80), "salesperson": text(20)}
    if kind.kind.is_credit:
        members |= {"invoiceId": guid, "invoiceNumber": text(20)}
    elif not kind.kind.is_purchase:
        members["customerPurchaseOrderReference"] = text(35)
    return Shape(members)


DOCUMENTS = {name: document_shape(kind) for name, kind in SETS.items()}
LINES = {name: line_shape(kind) for name, kind in SETS.items()}
PARTY = Shape(
    {
        "number": text(20),
        "displayName": text(100),
        "type": word("Company", "Person"),
        "addressLine1": text(100),
        "addressLine2": text(50),
        "city": text(30),
        "state": text(30),
        "country": text(10),
        "postalCode": text(20),
        "phoneNumber": text(30),
        "email": text(80),
        "website": text(80),
        "taxRegistrationNumber": text(20),
        "currencyCode": text(10),
        "currencyId": guid,
        "paymentTermsId": guid,
        "paymentMethodId": guid,
        "taxLiable": flag,
        "taxAreaId": guid,
        "blocked": text(10),
        **_refused(("id", "balanceDue", "balance")),
    },
    needs=("displayName",),
)
JOURNAL = Shape(
    {
        "code": text(10),
        "displayName": text(100),
        "balancingAccountId": guid,
        **_refused(("id", "balancingAccountNumber", "lastModifiedDateTime")),
    },
    needs=("code",),
)


def payment_shape(kind: JournalSet) -> Shape:
    return Shape(
        {
            "journalId": guid,
            "journalDisplayName": text(10),
            "lineNumber": number(),
            f"{kind.party}Id": guid,
            f"{kind.party}Number": text(20),
            "postingDate": day,
            "documentNumber": text(20),
            "externalDocumentNumber": text(35),
            "amount": AMOUNT,
            "appliesToInvoiceId": guid,
            "appliesToInvoiceNumber": text(20),
            "description": text(100),
            "comment": text(250),
            **_refused(("id", "lastModifiedDateTime")),
        }
    )


PAYMENTS = {name: payment_shape(kind) for name, kind in JOURNALS.items()}
SUBSCRIPTION = Shape(
    {
        "notificationUrl": text(250),
        "resource": text(250),
        "clientState": text(2048),
    },
    needs=("notificationUrl", "resource"),
)
