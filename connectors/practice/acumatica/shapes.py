"""Which members Acumatica's records take, each scalar wrapped in `{"value": x}`."""

from typing import Any

from ..shape import Check, Misfit, Shape, day, flag, inner, many, number, text


def value(check: Check) -> Check:
    """Null clears a member; nothing is cleared here."""

    def unwrapped(sent: Any, path: str) -> Any:
        if not isinstance(sent, dict) or sent.keys() - {"value"}:
            raise Misfit(path, "type", '{"value": ...} is needed')
        told = sent.get("value")
        return None if told is None else check(told, path)

    return unwrapped


def moment(sent: Any, path: str) -> Any:
    """A day, or a moment whose day counts."""
    if not isinstance(sent, str):
        raise Misfit(path, "type", "a date is needed")
    return day(sent[:10], path)


def _text(limit: int = 0) -> Check:
    return value(text(limit))


def idle(sent: Any, path: str) -> None:
    """Clients tell all members of a record; what asks for nothing is passed over."""
    if sent not in ([], {"value": False}):
        raise Misfit(path, "unknown")


AMOUNT, DAY, FLAG, ANY = value(number()), value(moment), value(flag), value(text())
_ROW = {
    "InventoryID": _text(30),
    "Account": _text(10),
    "Subaccount": ANY,
    "Branch": ANY,
    "Qty": AMOUNT,
    "Amount": AMOUNT,
    "UOM": ANY,
    "TaxCategory": _text(15),
    "CalculateDiscountsOnImport": idle,
}
ROWS = {
    "Invoice": Shape(
        {**_ROW, "TransactionDescription": _text(256), "UnitPrice": AMOUNT}
    ),
    "SalesInvoice": Shape(
        {
            **_ROW,
            "TransactionDescr": _text(256),
            "UnitPrice": AMOUNT,
            "ManualPrice": FLAG,
            "WarehouseID": ANY,
        },
        needs=("InventoryID",),
    ),
    "Bill": Shape({**_ROW, "TransactionDescription": _text(256), "UnitCost": AMOUNT}),
}
_HEAD = {
    "Type": ANY,
    "ReferenceNbr": _text(15),
    "Date": DAY,
    "DueDate": DAY,
    "Description": _text(256),
    "Hold": FLAG,
    "PostPeriod": ANY,
    "Terms": ANY,
    **dict.fromkeys(
        (
            *("ApplicationsCreditMemo", "ApplicationsDefault", "DiscountDetails"),
            *("TaxDetails", "IsTaxValid", "BillingPrinted"),
            *("BillToContactOverride", "ShipToContactOverride"),
        ),
        idle,
    ),
}
DOCUMENTS = {
    "Invoice": Shape(
        {
            **_HEAD,
            "Customer": _text(30),
            "CustomerOrder": _text(40),
            "Details": many(ROWS["Invoice"]),
        },
        needs=("Customer", "Details"),
    ),
    "SalesInvoice": Shape(
        {
            **_HEAD,
            "CustomerID": _text(30),
            "CustomerOrder": _text(40),
            "ExternalRef": _text(40),
            "Currency": ANY,
            "Details": many(ROWS["SalesInvoice"]),
        },
        needs=("CustomerID", "Details"),
    ),
    "Bill": Shape(
        {
            **_HEAD,
            "Vendor": _text(30),
            "VendorRef": _text(40),
            "CurrencyID": ANY,
            "Details": many(ROWS["Bill"]),
        },
        needs=("Vendor", "Details"),
    ),
}
_ADDRESS = Shape(
    {
        "AddressLine1": _text(50),
        "AddressLine2": _text(50),
        "City": _text(50),
        "State": _text(50),
        "PostalCode": _text(20),
        "Country": _text(2),
    }
)
_CONTACT = Shape(
    {
        "CompanyName": _text(255),
        "Email": _text(255),
        "Phone1": _text(50),
        "Address": inner(_ADDRESS),
    }
)


def _party(word: str) -> Shape:
    return Shape(
        {
            f"{word}ID": _text(30),
            f"{word}Name": _text(255),
            f"{word}Class": _text(10),
            "TaxRegistrationID": _text(50),
            "CurrencyID": _text(5),
            "Status": ANY,
            "MainContact": inner(_CONTACT),
        },
        needs=(f"{word}Name",),
    )


PARTIES = {"Customer": _party("Customer"), "Vendor": _party("Vendor")}
_APPLIED = Shape(
    {"DocType": ANY, "ReferenceNbr": ANY, "AmountPaid": AMOUNT},
    needs=("DocType", "ReferenceNbr"),
)
_PAYMENT = {
    "Type": ANY,
    "ReferenceNbr": _text(15),
    "PaymentMethod": _text(10),
    "CashAccount": _text(10),
    "PaymentRef": _text(40),
    "Description": _text(256),
    "ApplicationDate": DAY,
    "PaymentAmount": AMOUNT,
    "CurrencyID": ANY,
    "Hold": FLAG,
}
PAYMENTS = {
    "Payment": Shape(
        {
            **_PAYMENT,
            "CustomerID": _text(30),
            "ExternalRef": _text(40),
            "DocumentsToApply": many(_APPLIED),
        }
    ),
    "Check": Shape({**_PAYMENT, "Vendor": _text(30), "Details": many(_APPLIED)}),
}
