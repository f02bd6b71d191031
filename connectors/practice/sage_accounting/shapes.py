"""Which members Sage's objects may carry. Names and types are facts of the published
Swagger document; lengths stand in its read models, and are asked for all the same."""

from typing import Any

from ..shape import Shape, anything, day, flag, inner, many, number, text, words

_ADDRESS = Shape(
    {
        "address_line_1": text(50),
        "address_line_2": text(50),
        "city": text(50),
        "region": text(50),
        "postal_code": text(10),
        "country_id": text(),
        "address_type_id": text(),
        "name": text(50),
        "is_main_address": flag,
    }
)
_PERSON = Shape(
    {
        "contact_person_type_ids": words,
        "name": text(50),
        "job_title": text(50),
        "telephone": text(50),
        "mobile": text(50),
        "email": text(100),
        "fax": text(50),
        "is_main_contact": flag,
        "is_preferred_contact": flag,
    }
)
_CONTACT: dict[str, Any] = {
    "name": text(100),
    "contact_type_ids": words,
    "reference": text(10),
    "tax_number": text(255),
    "notes": text(4000),
    "locale": text(10),
    "credit_limit": number(),
    "credit_days": number(),
    "currency_id": text(),
    "registered_number": text(25),
    "main_address": inner(_ADDRESS),
    "delivery_address": inner(_ADDRESS),
    "main_contact_person": inner(_PERSON),
}
_AMOUNTS = dict.fromkeys(
    ("net_amount", "total_amount", "discount_amount", "discount_percentage"), number()
)
_LINE: dict[str, Any] = {
    **_AMOUNTS,
    "description": text(),
    "ledger_account_id": text(),
    "unit_price": number(),
    "quantity": number(),
    "tax_rate_id": text(),
    "tax_amount": number(),
    "product_id": text(),
    "service_id": text(),
    "unit_price_includes_tax": flag,
}
_DOCUMENT: dict[str, Any] = {
    "contact_id": text(),
    "date": day,
    "contact_name": text(255),
    "reference": text(25),
    "notes": text(2000),
    "currency_id": text(),
    "exchange_rate": number(),
    "status_id": text(),
    "net_amount": number(),
    "tax_amount": number(),
    "total_amount": number(),
}
_SALE: dict[str, Any] = {
    **_DOCUMENT,
    "sent": flag,
    "terms_and_conditions": text(2000),
    "main_address": anything,
}
_SALES_NEEDS = ("description", "ledger_account_id", "unit_price")


def _lines(*needs: str) -> Any:
    return many(Shape(_LINE, needs=needs))


# By path: the name around the object, its shape, and the list of its lines.
DOCUMENTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "sales_invoices": (
        "sales_invoice",
        {**_SALE, "due_date": day, "invoice_lines": _lines(*_SALES_NEEDS)},
        "invoice_lines",
    ),
    "sales_credit_notes": (
        "sales_credit_note",
        {
            **_SALE,
            "original_invoice_date": day,
            "credit_note_lines": _lines(*_SALES_NEEDS),
        },
        "credit_note_lines",
    ),
    "purchase_invoices": (
        "purchase_invoice",
        {
            **_DOCUMENT,
            "due_date": day,
            "vendor_reference": text(31),
            "invoice_lines": _lines(*_SALES_NEEDS, "quantity"),
        },
        "invoice_lines",
    ),
}
NEEDS = {
    "sales_invoices": ("contact_id", "date", "invoice_lines"),
    "sales_credit_notes": ("contact_id", "date", "credit_note_lines"),
    "purchase_invoices": ("contact_id", "date", "due_date", "invoice_lines"),
}
NEW_CONTACT = Shape(_CONTACT, needs=("name", "contact_type_ids"))
CONTACT = Shape(_CONTACT)
_ARTEFACT = Shape(
    {"artefact_id": text(), "amount": number(), "discount": number()},
    needs=("artefact_id", "amount"),
)
PAYMENT = Shape(
    {
        "transaction_type_id": text(),
        "contact_id": text(),
        "bank_account_id": text(),
        "date": day,
        "total_amount": number(),
        "payment_method_id": text(),
        "currency_id": text(),
        "exchange_rate": number(),
        "reference": text(25),
        "allocated_artefacts": many(_ARTEFACT),
    },
    needs=(
        *("transaction_type_id", "contact_id", "bank_account_id"),
        *("date", "total_amount"),
    ),
)
ALLOCATION = Shape(
    {
        "transaction_type_id": text(),
        "contact_id": text(),
        "date": day,
        "allocated_artefacts": many(_ARTEFACT),
    },
    needs=("transaction_type_id", "contact_id", "allocated_artefacts"),
)
PRODUCT = Shape(
    {
        "description": text(255),
        "item_code": text(255),
        "notes": text(500),
        "sales_ledger_account_id": text(),
        "purchase_ledger_account_id": text(),
        "sales_tax_rate_id": text(),
        "cost_price": number(),
        "active": flag,
    },
    needs=("description", "sales_ledger_account_id", "purchase_ledger_account_id"),
)
