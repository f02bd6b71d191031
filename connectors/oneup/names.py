"""Where OneUp is asked, and what it calls things: guesses in part, each of which staff
may correct (`connectors.correctable`). What is empty is not known at all."""

LABEL = "OneUp"
PATHS = {
    "customers": "customers",
    "customer": "customers/{id}",
    "accounts": "accounts",
    "taxes": "taxes",
    "items": "items",
    "invoices": "invoices",
    "invoice": "invoices/{id}",
}
_INVOICE = (
    *("id", "user_code", "date", "po_number", "customer", "customer.id"),
    *("customer.name", "customer_id", "external_id", "currency_iso_code"),
    *("public_note", "payment_terms", "payment_terms.id", "invoice_status", "sent"),
    *("paid", "unpaid", "subtotal", "tax_amount", "total", "updated_at"),
    *("installments", "installments.due_date", "order_lines", "order_lines.item"),
    *("order_lines.item.id", "order_lines.item_id", "order_lines.description"),
    *("order_lines.quantity", "order_lines.unit_price_wt", "order_lines.total"),
    *("order_lines.sales_tax", "order_lines.sales_tax.id", "order_lines.tax"),
)
_CUSTOMER = (
    *("id", "type", "status", "company_name", "full_name", "user_code", "email"),
    *("phone_number", "taxpayer_id_number", "currency_iso_code", "updated_at"),
    *("address", "address.street_line1", "address.city", "address.state"),
    *("address.postal_code", "address.country"),
)
MEMBERS = {
    "invoice": _INVOICE,
    "customer": _CUSTOMER,
    "account": ("id", "number", "name", "is_family"),
    "tax": ("id", "name", "rate"),
    "item": ("id", "name", "item_number", "income_account", "income_account.id"),
}
FIELDS = frozenset(
    f"{record}.{member}" for record, members in MEMBERS.items() for member in members
)
