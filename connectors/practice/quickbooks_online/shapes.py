"""Which properties an object may carry, and of what type.

Names and types are facts of Intuit's published schemas (a test holds them against the
XSDs). An object is checked before the books see it: an unknown property is refused with
2010, a value that cannot be read as its type with 2110, as the vendor does. Values come
out as `str`, `Decimal`, `bool`, `date`; references as their `value`. Null is absent, an
empty amount, switch or date too: the own tests of python-quickbooks, which run against
the vendor, make invoices with `"DueDate": ""`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .refusals import unknown_property, unparsable

TEXT, DECIMAL, BOOL, DATE, REF = "text", "decimal", "boolean", "date", "reference"
LARGEST = Decimal(99_999_999_999)
OPAQUE = "opaque"  # kept and shown again, not looked into


@dataclass(frozen=True, slots=True)
class Shape:
    """`xsd`: the complex type that the properties belong to."""

    xsd: str
    properties: Mapping[str, "str | Shape | ListOf"]


@dataclass(frozen=True, slots=True)
class ListOf:
    shape: "Shape | str"


def _typed(kind: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


ENTITY: dict[str, Any] = {
    **_typed(TEXT, "Id SyncToken domain status"),
    "sparse": BOOL,
    "MetaData": OPAQUE,
    "CustomField": OPAQUE,
}
EMAIL = Shape("EmailAddress", _typed(TEXT, "Id Address Tag"))
PHONE = Shape(
    "TelephoneNumber",
    _typed(TEXT, "Id DeviceType CountryCode AreaCode Extension FreeFormNumber Tag"),
)
ADDRESS = Shape(
    "PhysicalAddress",
    _typed(
        TEXT,
        "Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode County "
        "CountrySubDivisionCode PostalCode PostalCodeSuffix Lat Long Tag Note",
    ),
)
LINKED_TXN = Shape("LinkedTxn", _typed(TEXT, "TxnId TxnType TxnLineId"))
ITEM_LINE: dict[str, Any] = {
    **_typed(REF, "ItemRef ClassRef ItemAccountRef TaxCodeRef"),
    **_typed(DECIMAL, "UnitPrice Qty TaxInclusiveAmt"),
}
SALES_LINE = Shape(
    "SalesItemLineDetail",
    {**ITEM_LINE, "ServiceDate": DATE, **_typed(DECIMAL, "DiscountRate DiscountAmt")},
)
ITEM_EXPENSE = Shape(
    "ItemBasedExpenseLineDetail",
    {**ITEM_LINE, "CustomerRef": REF, "BillableStatus": TEXT},
)
ACCOUNT_EXPENSE = Shape(
    "AccountBasedExpenseLineDetail",
    {
        **_typed(REF, "CustomerRef ClassRef AccountRef TaxCodeRef"),
        **_typed(DECIMAL, "TaxAmount TaxInclusiveAmt"),
        "BillableStatus": TEXT,
    },
)
TAX_LINE = Shape(
    "Line",
    {
        **_typed(TEXT, "Id DetailType"),
        "Amount": DECIMAL,
        "TaxLineDetail": Shape(
            "TaxLineDetail",
            {
                "TaxRateRef": REF,
                "PercentBased": BOOL,
                **_typed(DECIMAL, "TaxPercent NetAmountTaxable TaxInclusiveAmount"),
            },
        ),
    },
)
LINE = Shape(
    "Line",
    {
        **_typed(TEXT, "Id Description DetailType"),
        **_typed(DECIMAL, "LineNum Amount"),
        "LinkedTxn": ListOf(LINKED_TXN),
        "SalesItemLineDetail": SALES_LINE,
        "ItemBasedExpenseLineDetail": ITEM_EXPENSE,
        "AccountBasedExpenseLineDetail": ACCOUNT_EXPENSE,
        "SubTotalLineDetail": OPAQUE,
        "DescriptionLineDetail": OPAQUE,
        "DiscountLineDetail": OPAQUE,
        "CustomField": OPAQUE,
    },
)
TAX_DETAIL = Shape(
    "TxnTaxDetail",
    {"TxnTaxCodeRef": REF, "TotalTax": DECIMAL, "TaxLine": ListOf(TAX_LINE)},
)
TRANSACTION: dict[str, Any] = {
    **ENTITY,
    **_typed(TEXT, "DocNumber PrivateNote TxnStatus TransactionLocationType"),
    "TxnDate": DATE,
    "ExchangeRate": DECIMAL,
    **_typed(REF, "CurrencyRef DepartmentRef"),
    "LinkedTxn": ListOf(LINKED_TXN),
    "Line": ListOf(LINE),
    "TxnTaxDetail": TAX_DETAIL,
}
SALES: dict[str, Any] = {
    **TRANSACTION,
    **_typed(
        REF,
        "CustomerRef ClassRef SalesTermRef ARAccountRef DepositToAccountRef "
        "PaymentMethodRef ShipMethodRef",
    ),
    **_typed(DATE, "DueDate ShipDate"),
    **_typed(TEXT, "GlobalTaxCalculation PrintStatus EmailStatus TrackingNum"),
    **_typed(TEXT, "PaymentRefNum"),
    **_typed(DECIMAL, "TotalAmt HomeTotalAmt Balance HomeBalance"),
    **_typed(BOOL, "ApplyTaxAfterDiscount FreeFormAddress"),
    **_typed(OPAQUE, "CustomerMemo DeliveryInfo"),
    **dict.fromkeys(("BillAddr", "ShipAddr", "ShipFromAddr"), ADDRESS),
    **dict.fromkeys(("BillEmail", "BillEmailCc", "BillEmailBcc"), EMAIL),
}
INVOICE = Shape(
    "Invoice",
    {
        **SALES,
        **_typed(
            BOOL,
            "AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment "
            "AllowOnlineACHPayment",
        ),
        "Deposit": DECIMAL,
        "InvoiceLink": TEXT,
    },
)
CREDIT_MEMO = Shape(
    "CreditMemo", {**SALES, "RemainingCredit": DECIMAL, "InvoiceRef": REF}
)
PURCHASE: dict[str, Any] = {
    **TRANSACTION,
    **_typed(REF, "VendorRef APAccountRef"),
    **_typed(TEXT, "GlobalTaxCalculation"),
    **_typed(DECIMAL, "TotalAmt Balance"),
    "VendorAddr": OPAQUE,
}
BILL = Shape(
    "Bill",
    {**PURCHASE, "SalesTermRef": REF, "DueDate": DATE, "HomeBalance": DECIMAL},
)
VENDOR_CREDIT = Shape("VendorCredit", PURCHASE)
PAYMENT = Shape(
    "Payment",
    {
        **TRANSACTION,
        **_typed(REF, "CustomerRef ARAccountRef DepositToAccountRef PaymentMethodRef"),
        **_typed(DECIMAL, "TotalAmt UnappliedAmt"),
        **_typed(TEXT, "PaymentRefNum PaymentType"),
        "ProcessPayment": BOOL,
    },
)
BILL_PAYMENT = Shape(
    "BillPayment",
    {
        **TRANSACTION,
        **_typed(REF, "VendorRef APAccountRef"),
        "PayType": TEXT,
        "TotalAmt": DECIMAL,
        "CheckPayment": Shape(
            "BillPaymentCheck", {"BankAccountRef": REF, "PrintStatus": TEXT}
        ),
        "CreditCardPayment": Shape("BillPaymentCreditCard", {"CCAccountRef": REF}),
        "VendorAddr": OPAQUE,
    },
)
NAME: dict[str, Any] = {
    **ENTITY,
    **_typed(
        TEXT,
        "Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName "
        "DisplayName PrintOnCheckName Notes AcctNum BusinessNumber",
    ),
    **_typed(BOOL, "Active"),
    **dict.fromkeys(("PrimaryPhone", "AlternatePhone", "Mobile", "Fax"), PHONE),
    "BillAddr": ADDRESS,
    "PrimaryEmailAddr": EMAIL,
    "WebAddr": OPAQUE,
    "CurrencyRef": REF,
    "Balance": DECIMAL,
    "OpenBalanceDate": DATE,
}
CUSTOMER = Shape(
    "Customer",
    {
        **NAME,
        **_typed(TEXT, "ResaleNum PreferredDeliveryMethod PrimaryTaxIdentifier"),
        **_typed(BOOL, "Taxable Job BillWithParent IsProject"),
        **_typed(REF, "ParentRef SalesTermRef PaymentMethodRef DefaultTaxCodeRef"),
        **_typed(REF, "ARAccountRef CustomerTypeRef"),
        **_typed(DECIMAL, "BalanceWithJobs Level"),
        "ShipAddr": ADDRESS,
    },
)
VENDOR = Shape(
    "Vendor",
    {
        **NAME,
        **_typed(TEXT, "TaxIdentifier CompanyRegistrationNumber"),
        **_typed(REF, "TermRef APAccountRef"),
        "Vendor1099": BOOL,
    },
)
ITEM = Shape(
    "Item",
    {
        **ENTITY,
        **_typed(TEXT, "Name Sku Description FullyQualifiedName Type PurchaseDesc"),
        **_typed(BOOL, "Active SubItem Taxable SalesTaxIncluded TrackQtyOnHand"),
        **_typed(BOOL, "PurchaseTaxIncluded"),
        **_typed(DECIMAL, "UnitPrice PurchaseCost QtyOnHand ReorderPoint Level"),
        **_typed(
            REF,
            "ParentRef IncomeAccountRef ExpenseAccountRef AssetAccountRef ClassRef "
            "SalesTaxCodeRef PurchaseTaxCodeRef PrefVendorRef",
        ),
        "InvStartDate": DATE,
    },
)
ACCOUNT = Shape(
    "Account",
    {
        **ENTITY,
        **_typed(
            TEXT,
            "Name Description FullyQualifiedName Classification AccountType "
            "AccountSubType AcctNum",
        ),
        **_typed(BOOL, "SubAccount Active"),
        **_typed(REF, "ParentRef CurrencyRef TaxCodeRef"),
        **_typed(
            DECIMAL, "OpeningBalance CurrentBalance CurrentBalanceWithSubAccounts"
        ),
    },
)


def parsed(shape: Shape, value: Any, where: str = "") -> dict[str, Any]:
    """Raises `Refused`."""
    if not isinstance(value, Mapping):
        raise unparsable(where or shape.xsd, value, "Object")
    out = {}
    for name, part in value.items():
        kind = shape.properties.get(name)
        if kind is None:
            raise unknown_property(name)
        if part is None or (part == "" and kind in (DECIMAL, BOOL, DATE)):
            continue
        out[name] = _part(kind, name, part)
    return out


def _part(kind: "str | Shape | ListOf", name: str, value: Any) -> Any:
    if isinstance(kind, Shape):
        return parsed(kind, value, name)
    if isinstance(kind, ListOf):
        if not isinstance(value, list):
            raise unparsable(name, value, "List")
        return [_part(kind.shape, name, each) for each in value]
    return READ[kind](name, value)


def _text(name: str, value: Any) -> str:
    if isinstance(value, (Mapping, list, bool)):
        raise unparsable(name, value, "String")
    return str(value)


def _decimal(name: str, value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise unparsable(name, value, "Number") from None
    if isinstance(value, bool) or not number.is_finite() or abs(number) > LARGEST:
        raise unparsable(name, value, "Number")
    return number


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise unparsable(name, value, "Boolean")


def _date(name: str, value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        raise unparsable(name, value, "Date") from None


def _reference(name: str, value: Any) -> str:
    if not isinstance(value, Mapping):
        raise unparsable(name, value, "Reference")
    for key in value:
        if key not in ("value", "name", "type"):
            raise unknown_property(f"{name}.{key}")
    return _text(name, value.get("value", ""))


def _opaque(name: str, value: Any) -> Any:
    """As the state file can hold it."""
    if isinstance(value, Mapping):
        return {key: _opaque(key, part) for key, part in value.items()}
    if isinstance(value, list):
        return [_opaque(name, part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


READ = {
    TEXT: _text,
    DECIMAL: _decimal,
    BOOL: _boolean,
    DATE: _date,
    REF: _reference,
    OPAQUE: _opaque,
}
