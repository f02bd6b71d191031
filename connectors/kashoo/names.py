"""Where Kashoo is asked, and what it calls things: guesses in most cases, each of which
staff may correct (`connectors.correctable`). What is empty is not known at all."""

from connectors.records import DocumentKind, PartyRole, PaymentDirection

LABEL = "Kashoo"
_OF_BUSINESS = "businesses/{business}"
_RECORDS = f"{_OF_BUSINESS}/records"
PATHS = {
    "login": "authTokens",
    "user": "users/me",
    "businesses": "users/me/businesses",
    "sync": "sync",
    "customers": f"{_OF_BUSINESS}/contacts/customers",
    "sync_customers": "sync/{sync}/contacts/customers",
    "vendors": f"{_OF_BUSINESS}/contacts/vendors",
    "sync_vendors": "sync/{sync}/contacts/vendors",
    "contact": "",
    "accounts": f"{_OF_BUSINESS}/accounts",
    "taxes": f"{_OF_BUSINESS}/taxes",
    "invoices": f"{_RECORDS}/invoices",
    "invoice": f"{_RECORDS}/invoices/{{id}}",
    "bills": f"{_RECORDS}/bills",
    "bill": f"{_RECORDS}/bills/{{id}}",
    "invoice_payments": f"{_RECORDS}/invoicePayments",
    "invoice_payment": f"{_RECORDS}/invoicePayments/{{id}}",
    "bill_payments": f"{_RECORDS}/billPayments",
    "bill_payment": f"{_RECORDS}/billPayments/{{id}}",
}
# The record and its list, by name.
RECORDS = {
    DocumentKind.SALES_INVOICE: ("invoice", "invoices"),
    DocumentKind.SUPPLIER_INVOICE: ("bill", "bills"),
}
PAYMENTS = {
    PaymentDirection.RECEIVED: ("invoice_payment", "invoice_payments"),
    PaymentDirection.MADE: ("bill_payment", "bill_payments"),
}
CONTACTS = {PartyRole.CUSTOMER: "customers", PartyRole.SUPPLIER: "vendors"}

_DOCUMENT = (
    *("id", "number", "date", "dueDate", "contactId", "contactName", "currency"),
    *("poNumber", "memo", "totalDue", "balanceDue", "lineItems"),
    *("lineItems.position", "lineItems.account", "lineItems.account.id"),
    *("lineItems.description", "lineItems.quantity", "lineItems.rate"),
    *("lineItems.amount", "lineItems.taxes", "lineItems.taxes.id"),
)
_PAYMENT = (
    *("id", "date", "contactId", "depositAccount", "depositAccount.id"),
    *("amount", "memo", "payments", "payments.amount"),
)
_CONTACT = (
    *("id", "name", "email", "phone", "taxNumber", "address", "address.address1"),
    *("address.city", "address.state", "address.postalCode", "address.country"),
)
MEMBERS = {
    "business": ("id", "name", "currency", "product"),
    "contact": _CONTACT,
    "account": ("id", "name", "type", "number"),
    "tax": ("id", "name", "rate"),
    "invoice": _DOCUMENT,
    "bill": _DOCUMENT,
    "invoice_payment": (*_PAYMENT, "payments.invoiceId"),
    "bill_payment": (*_PAYMENT, "payments.billId"),
}
FIELDS = frozenset(
    f"{record}.{member}" for record, members in MEMBERS.items() for member in members
)
