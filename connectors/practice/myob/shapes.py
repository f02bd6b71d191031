"""Which members MYOB's objects may carry. Names and types are facts of the vendor's own
client. What it tells of a record comes back with a PUT, and is passed over."""

import datetime as dt
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

TERMS = (
    *("CashOnDelivery", "Prepaid", "InAGivenNumberOfDays", "OnADayOfTheMonth"),
    *("NumberOfDaysAfterEOM", "DayOfMonthAfterEOM"),
)
LINE_TYPES = ("Transaction", "Header", "SubTotal")
DELIVERIES = ("Nothing", "Print", "Email", "PrintAndEmail")


def moment(value: Any, path: str) -> dt.date:
    """The day of a moment without a zone."""
    try:
        return dt.datetime.fromisoformat(value).date()
    except (TypeError, ValueError) as error:
        raise Misfit(path, "type", "a date is needed") from error


def _passed(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), anything)


_RECORD = {
    "UID": guid,
    "RowVersion": text(),
    **_passed("URI ETag Created LastModified"),
}
_LINK = inner(
    Shape(
        {"UID": guid, **_passed("URI Name DisplayID Code Number Type")}, needs=("UID",)
    )
)
_PASSED_LINK = inner(Shape(_passed("UID URI Name DisplayID Code Number"), open=True))
_LINE: dict[str, Any] = {
    "RowID": number(),
    "RowVersion": text(),
    "Type": word(*LINE_TYPES),
    "Description": text(),
    "Total": number(2),
    "UnitPrice": number(6),
    "DiscountPercent": number(),
    "Account": _LINK,
    "TaxCode": _LINK,
    "Job": _PASSED_LINK,
    **_passed("TotalForeign UnitPriceForeign UnitOfMeasure"),
}
_SERVICE_LINE = _LINE | {"UnitCount": number(6)} | _passed("Date")
_ITEM_LINE = (
    _LINE
    | {"ShipQuantity": number(6), "Item": _LINK}
    | _passed("UnitCount Location CostOfGoodsSold")
)
# By layout: the members of a line, and those that a transaction must have.
LINES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "Service": (_SERVICE_LINE, ("Total", "Account", "TaxCode")),
    "Item": (_ITEM_LINE, ("ShipQuantity", "UnitPrice", "Total", "Item", "TaxCode")),
}
_TERMS = Shape(
    {
        "PaymentIsDue": word(*TERMS),
        "BalanceDueDate": number(),
        **_passed(
            "DueDate Discount DiscountDate DiscountExpiryDate DiscountForEarlyPayment "
            "DiscountForeign FinanceCharge FinanceChargeForeign "
            "MonthlyChargeForLatePayment"
        ),
    }
)
_DOCUMENT: dict[str, Any] = {
    **_RECORD,
    "Number": text(13),
    "Date": moment,
    "Terms": inner(_TERMS),
    "IsTaxInclusive": flag,
    "Comment": text(255),
    "JournalMemo": text(255),
    **_passed(
        "Status Subtotal SubtotalForeign TotalTax TotalTaxForeign TotalAmount "
        "TotalAmountForeign BalanceDueAmount BalanceDueAmountForeign LastPaymentDate "
        "Category ForeignCurrency CurrencyExchangeRate Freight FreightForeign "
        "FreightTaxCode Order PromisedDate ShipToAddress ShippingMethod"
    ),
}
_INVOICE = _DOCUMENT | {
    "Customer": _LINK,
    "CustomerPurchaseOrderNumber": text(255),
    "InvoiceDeliveryStatus": word(*DELIVERIES),
    **_passed(
        "CanApplyBPay CanApplySurcharge InvoiceType OnlinePaymentMethod "
        "ReferralSource Salesperson"
    ),
}
_BILL = _DOCUMENT | {
    "Supplier": _LINK,
    "SupplierInvoiceNumber": text(255),
    "BillDeliveryStatus": word(*DELIVERIES),
    **_passed("AppliedToDate AppliedToDateForeign BillType IsReportable"),
}
_ROOTS = {
    "Sale/Invoice": (_INVOICE, "Customer"),
    "Purchase/Bill": (_BILL, "Supplier"),
}


def document(path: str, layout: str) -> Shape:
    members, party = _ROOTS[path]
    lines = many(Shape(LINES[layout][0]))
    return Shape(members | {"Lines": lines}, needs=("Date", party, "Lines"))


_TAXES = {"TaxCode": _LINK, "FreightTaxCode": _LINK}
_DETAILS = Shape(
    {**_TAXES, "ABN": text(14), "TaxIdNumber": text(19)},
    needs=tuple(_TAXES),
    open=True,
)
_ADDRESS = Shape(
    {
        "Location": number(),
        "Street": text(255),
        "City": text(255),
        "State": text(255),
        "PostCode": text(11),
        "Country": text(255),
        "Phone1": text(21),
        "Email": text(255),
        **_passed("ContactName Fax Phone2 Phone3 Salutation Website"),
    }
)
_CARD: dict[str, Any] = {
    **_RECORD,
    "CompanyName": text(50),
    "LastName": text(52),
    "FirstName": text(52),
    "IsIndividual": flag,
    "IsActive": flag,
    "DisplayID": text(15),
    "Addresses": many(_ADDRESS),
    "Notes": text(255),
    **_passed(
        "CurrentBalance CustomField1 CustomField2 CustomField3 CustomList1 "
        "CustomList2 CustomList3 ForeignCurrency Identifiers PaymentDetails PhotoURI "
        "Tags Type"
    ),
}
CARDS = {
    "Contact/Customer": Shape(
        _CARD | {"SellingDetails": inner(_DETAILS)}, needs=("SellingDetails",)
    ),
    "Contact/Supplier": Shape(
        _CARD | {"BuyingDetails": inner(_DETAILS)}, needs=("BuyingDetails",)
    ),
}
_PAYMENT: dict[str, Any] = {
    **_RECORD,
    "Account": _LINK,
    "Date": moment,
    "Memo": text(255),
    **_passed("ForeignCurrency CurrencyExchangeRate"),
}
_APPLIED = {"AmountApplied": number(2)}
_NEEDS_APPLIED = ("AmountApplied", "Type")
_SALE = Shape(
    {**_APPLIED, "Type": word("Invoice", "Order"), "Sale": _LINK},
    needs=(*_NEEDS_APPLIED, "Sale"),
)
PAYMENTS = {
    "Sale/CustomerPayment": Shape(
        {
            **_PAYMENT,
            "DepositTo": word("Account", "UndepositedFunds"),
            "Customer": _LINK,
            "AmountReceived": number(2),
            "ReceiptNumber": text(13),
            "PaymentMethod": text(),
            "Invoices": many(
                Shape(
                    {**_APPLIED, "UID": guid, "Type": word("Invoice", "Order")}
                    | _passed("RowID Number Uri"),
                    needs=(*_NEEDS_APPLIED, "UID"),
                )
            ),
        },
        needs=("DepositTo", "Account", "Customer", "AmountReceived", "Date"),
    ),
    "Purchase/SupplierPayment": Shape(
        {
            **_PAYMENT,
            "PayFrom": word("Account", "ElectronicPayments"),
            "Supplier": _LINK,
            "AmountPaid": number(2),
            "PaymentNumber": text(13),
            "Lines": many(
                Shape(
                    {**_APPLIED, "Type": word("Bill", "Order"), "Purchase": _LINK}
                    | _passed("RowID RowVersion"),
                    needs=(*_NEEDS_APPLIED, "Purchase"),
                )
            ),
            **_passed(
                "DeliveryStatus PayeeAddress StatementCode StatementParticulars "
                "StatementReference"
            ),
        },
        needs=("PayFrom", "Account", "Supplier", "AmountPaid", "Lines"),
    ),
    "Sale/CreditRefund": Shape(
        {
            **_PAYMENT,
            "Customer": _LINK,
            "Invoice": _LINK,
            "Amount": number(2),
            "Number": text(13),
            **_passed("ChequePrinted DeliveryStatus Payee"),
        },
        needs=("Account", "Invoice", "Customer", "Amount", "Date"),
    ),
}
SETTLEMENT = Shape(
    {
        **_RECORD,
        "CreditFromInvoice": _LINK,
        "Customer": _LINK,
        "Date": moment,
        "Memo": text(255),
        "Number": text(13),
        "Lines": many(_SALE),
        **_passed("CreditAmount ForeignCurrency"),
    },
    needs=("CreditFromInvoice", "Customer", "Date", "Lines"),
)
