"""Which members FreeAgent's objects may carry, after its documentation. Numbers come as
texts or as numbers; there is no published schema to hold them against."""

from typing import Any

from ..shape import Shape, anything, day, flag, inner, many, number, text, word

NUMBER = number(quoted=True)
STATUSES = ("TAXABLE", "EXEMPT", "OUT_OF_SCOPE")
_SOLD = Shape(
    {
        "url": text(),
        "_destroy": anything,
        "position": NUMBER,
        "item_type": word(
            *("Hours", "Days", "Weeks", "Months", "Years", "Products", "Services"),
            *("Training", "Expenses", "Comment", "Bills", "Discount", "Credit"),
            *("VAT", "Stock", "No Unit", "-no unit-"),
        ),
        "quantity": NUMBER,
        "price": NUMBER,
        "description": text(),
        "sales_tax_rate": NUMBER,
        "sales_tax_status": word(*STATUSES),
        "category": text(),
    }
)
_BOUGHT = Shape(
    {
        "url": text(),
        "_destroy": anything,
        "category": text(),
        "description": text(),
        "total_value": NUMBER,
        "total_value_ex_tax": NUMBER,
        "sales_tax_rate": NUMBER,
        "sales_tax_status": word(*STATUSES),
        "quantity": NUMBER,
    }
)
_DOCUMENT: dict[str, Any] = {
    "contact": text(),
    "reference": text(),
    "dated_on": day,
    "due_on": day,
    "currency": text(3),
    "exchange_rate": NUMBER,
    "comments": text(),
}
_SALE: dict[str, Any] = {
    **_DOCUMENT,
    "payment_terms_in_days": NUMBER,
    "po_reference": text(),
    "omit_header": flag,
    "always_show_bic_and_iban": flag,
    "ec_status": text(),
    "discount_percent": NUMBER,
}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "invoices": {**_SALE, "invoice_items": many(_SOLD)},
    "credit_notes": {**_SALE, "credit_note_items": many(_SOLD)},
    "bills": {**_DOCUMENT, "bill_items": many(_BOUGHT)},
}
NEEDS = {
    "invoices": ("contact", "dated_on", "payment_terms_in_days"),
    "credit_notes": ("contact", "dated_on", "payment_terms_in_days"),
    "bills": ("contact", "reference", "dated_on", "due_on", "bill_items"),
}
CONTACT = Shape(
    {
        **dict.fromkeys(
            (
                *("organisation_name", "first_name", "last_name", "email"),
                *("billing_email", "phone_number", "mobile", "address1", "address2"),
                *("address3", "town", "region", "postcode", "country"),
                *("sales_tax_registration_number", "charge_sales_tax", "locale"),
            ),
            text(),
        ),
        "contact_name_on_invoices": flag,
        "uses_contact_invoice_sequence": flag,
        "default_payment_terms_in_days": NUMBER,
    }
)
EXPLANATION = Shape(
    {
        "bank_account": text(),
        "bank_transaction": text(),
        "dated_on": day,
        "gross_value": NUMBER,
        "foreign_currency_value": NUMBER,
        "description": text(),
        "paid_invoice": text(),
        "paid_bill": text(),
        "category": text(),
    },
    needs=("dated_on", "gross_value"),
)
RECONCILIATION = Shape(
    {
        "invoice": text(),
        "credit_note": text(),
        "gross_value": NUMBER,
        "dated_on": day,
        "currency": text(3),
        "exchange_rate": NUMBER,
    },
    needs=("invoice", "credit_note", "gross_value", "dated_on"),
)


def wrapped(name: str, shape: Shape) -> Shape:
    return Shape({name: inner(shape)}, needs=(name,))
