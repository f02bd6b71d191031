"""What Zoho Books takes: members, types, lengths, and what must be there."""

from ..shape import Shape, anything, day, flag, inner, many, number, text, word

ID = text(30)
_LINE = {
    "line_item_id": ID,
    "item_id": ID,
    "name": text(100),
    "description": text(2000),
    "account_id": ID,
    "tax_id": ID,
    "rate": number(6),
    "quantity": number(),
}
INVOICE_LINE = Shape(
    {
        **_LINE,
        "item_order": number(),
        "unit": text(100),
        "discount": number(),
        "product_type": text(),
        "hsn_or_sac": text(),
    },
    needs=("rate",),
)
CREDIT_LINE = Shape({**_LINE, "product_type": text()}, needs=("rate",))
BILL_LINE = Shape(
    {**_LINE, "item_order": number(), "unit": text(), "is_billable": flag},
    needs=("rate", "account_id"),
)
_DOCUMENT = {
    "currency_id": ID,
    "reference_number": text(100),
    "date": day,
    "is_inclusive_tax": flag,
    "notes": text(5000),
    "terms": text(10_000),
    "place_of_supply": text(),
    "vat_treatment": text(),
    "tax_treatment": text(),
    "gst_treatment": text(),
    "gst_no": text(),
    "custom_fields": anything,
}
INVOICE = {
    **_DOCUMENT,
    "customer_id": ID,
    "invoice_number": text(100),
    "due_date": day,
    "payment_terms": number(),
    "exchange_rate": number(),
    "line_items": many(INVOICE_LINE),
    "reason": text(),
}
CREDIT_NOTE = {
    **_DOCUMENT,
    "customer_id": ID,
    "creditnote_number": text(100),
    "is_draft": flag,
    "exchange_rate": text(),
    "line_items": many(CREDIT_LINE),
}
BILL = {
    **_DOCUMENT,
    "vendor_id": ID,
    "bill_number": text(100),
    "due_date": day,
    "payment_terms": number(),
    "exchange_rate": number(),
    "line_items": many(BILL_LINE),
}
ADDRESS = Shape(
    {
        "attention": text(100),
        "address": text(500),
        "street2": text(255),
        "city": text(100),
        "state": text(100),
        "zip": text(50),
        "country": text(100),
        "phone": text(50),
    }
)
PERSON = Shape(
    {
        "first_name": text(100),
        "last_name": text(100),
        "email": text(100),
        "phone": text(50),
        "mobile": text(50),
        "is_primary_contact": flag,
    }
)
CONTACT = Shape(
    {
        "contact_name": text(200),
        "company_name": text(200),
        "contact_type": word("customer", "vendor"),
        "currency_id": ID,
        "billing_address": inner(ADDRESS),
        "shipping_address": inner(ADDRESS),
        "contact_persons": many(PERSON),
        "vat_reg_no": text(),
        "vat_treatment": text(),
        "tax_reg_no": text(),
        "gst_no": text(),
        "gst_treatment": text(),
        "notes": text(),
    },
    needs=("contact_name",),
)
ITEM = Shape(
    {
        "name": text(100),
        "rate": number(),
        "description": text(2000),
        "account_id": ID,
        "purchase_account_id": ID,
        "tax_id": ID,
        "sku": text(),
        "product_type": word("goods", "service", "digital_service"),
        "item_type": word("sales", "purchases", "sales_and_purchases", "inventory"),
    },
    needs=("name", "rate"),
)
_APPLIED = {"amount_applied": number(2)}
INVOICES_PAID = many(
    Shape({**_APPLIED, "invoice_id": ID}, needs=("invoice_id", "amount_applied"))
)
BILLS_PAID = many(
    Shape({**_APPLIED, "bill_id": ID}, needs=("bill_id", "amount_applied"))
)
_PAYMENT = {
    "payment_mode": text(100),
    "amount": number(2),
    "date": day,
    "reference_number": text(100),
    "description": text(),
    "exchange_rate": number(),
}
CUSTOMER_PAYMENT = Shape(
    {
        **_PAYMENT,
        "customer_id": ID,
        "account_id": ID,
        "invoices": INVOICES_PAID,
    },
    needs=("customer_id", "payment_mode", "amount", "date"),
)
VENDOR_PAYMENT = Shape(
    {
        **_PAYMENT,
        "vendor_id": ID,
        "paid_through_account_id": ID,
        "bills": BILLS_PAID,
    },
    needs=("vendor_id", "amount"),
)
REFUND = Shape(
    {
        "date": day,
        "refund_mode": text(100),
        "amount": number(2),
        "exchange_rate": text(),
        "from_account_id": ID,
        "reference_number": text(100),
        "description": text(),
    },
    needs=("amount",),
)
CREDITS = Shape({"invoices": INVOICES_PAID}, needs=("invoices",))
