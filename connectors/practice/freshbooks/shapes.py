"""What FreshBooks takes: members, types, and what must be there."""

from ..shape import Shape, day, flag, inner, many, number, text, word

MONEY = Shape(
    {"amount": number(2, quoted=True), "code": text(3)}, needs=("amount", "code")
)
WHOLE = number(0, quoted=True)
PERCENT = number(3, quoted=True)
SALE_LINE = Shape(
    {
        "type": number(),
        "name": text(255),
        "description": text(),
        "qty": number(quoted=True),
        "unit_cost": inner(MONEY),
        "taxName1": text(),
        "taxAmount1": PERCENT,
        "taxName2": text(),
        "taxAmount2": PERCENT,
    },
    needs=("unit_cost",),
)
BILL_LINE = Shape(
    {
        "categoryid": WHOLE,
        "description": text(),
        "quantity": number(quoted=True),
        "unit_cost": inner(MONEY),
        "tax_name1": text(),
        "tax_percent1": PERCENT,
    },
    needs=("categoryid", "unit_cost"),
)
_SALE = {
    "create_date": day,
    "currency_code": text(3),
    "language": text(),
    "notes": text(),
    "terms": text(),
    "lines": many(SALE_LINE),
    "vis_state": number(),
    "action_mark_as_sent": flag,
    "action_email": flag,
}
INVOICE = {
    **_SALE,
    "customerid": WHOLE,
    "invoice_number": text(),
    "due_offset_days": number(),
    "po_number": text(),
}
CREDIT_NOTE = {
    **_SALE,
    "clientid": WHOLE,
    "credit_number": text(),
    "credit_type": word("goodwill", "prepayment"),
}
BILL = {
    "vendorid": WHOLE,
    "bill_number": text(),
    "issue_date": day,
    "due_offset_days": number(),
    "currency_code": text(3),
    "language": text(),
    "lines": many(BILL_LINE),
    "vis_state": number(),
}
CLIENT = Shape(
    {
        **{
            name: text(255)
            for name in (
                *("organization", "fname", "lname", "email", "home_phone"),
                *("vat_number", "vat_name", "p_street", "p_street2", "p_city"),
                *("p_province", "p_code", "p_country", "currency_code", "language"),
                "note",
            )
        },
        "vis_state": number(),
    }
)
VENDOR = Shape(
    {"vendor_name": text(255), "currency_code": text(3), "language": text()},
    needs=("vendor_name",),
)
PAYMENT = {
    "invoiceid": WHOLE,
    "amount": inner(MONEY),
    "date": day,
    "type": text(),
    "note": text(),
    "creditid": WHOLE,
}
BILL_PAYMENT = {
    "billid": WHOLE,
    "amount": inner(MONEY),
    "paid_date": day,
    "payment_type": text(),
    "note": text(),
}
PAYMENT_TYPES = frozenset(
    (
        *("Check", "Credit", "Cash", "Bank Transfer", "Credit Card", "Debit"),
        *("PayPal", "2Checkout", "VISA", "MASTERCARD", "DISCOVER", "AMEX", "DINERS"),
        *("JCB", "ACH", "Other"),
    )
)
