"""What Bill.com can do, and why not more."""

from connectors.bill_com.mapping import NUMBER_LENGTH, PATHS
from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.records import PaymentDirection

CAPABILITIES = Capabilities(
    kinds=frozenset(PATHS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.LOGIN,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_DOCUMENT,
    tax_required=False,
    rounding=Rounding.PER_DOCUMENT,
    idempotency=Idempotency.NONE,
    on_account=True,
    update=True,
    void=True,
    change_feed=True,
    feed_tells_deletions=False,
    webhooks=True,
    quotas=(
        Quota(limit=20_000, seconds=3600, note="for the developer key"),
        Quota(limit=3, seconds=0, note="for the developer key and organisation"),
    ),
    default_trigger=Trigger.PAYMENT,
    reasons={
        "proven": "The vendor's Postman collection, its pages, and what public "
        "integrations found out; its OpenAPI document is not on file.",
        "typed_account_id": "It begins with 0cu for customers, 009 for vendors.",
        "unique_numbers": "Whether a number that is taken is refused is a setting "
        "there; FinSync looks before it sends.",
        "tax_model": "One sales tax item for a whole document; each line is taxable or "
        "not. Bills know no tax: it is part of each line's amount.",
        "tax_required": "Lines that bear no tax are not taxable in Bill.com.",
        "finalise": "What arrives in Bill.com is open at once.",
        "drafts": "FinSync sends what counts at once.",
        "mark_sent": "Bill.com keeps no mark of having been sent, and its e-mail would "
        "mail the customer once more.",
        "update": "The document is replaced as a whole, as long as nothing was paid.",
        "void": "Bill.com archives it: it stays readable and counts no more.",
        "delete": "Bill.com deletes nothing; what is not to count is archived.",
        "feed_tells_deletions": "Nothing is deleted in Bill.com, and what is archived "
        "is told.",
        "allocate_credit": "Bill.com takes credit out of a customer's credit memos as "
        "it chooses; set it against the invoice there.",
        "void_payment": "Payments to suppliers that were recorded are voided; the "
        "interface has no way to void a receipt.",
        "record_payments": "Bill.com writes down what was paid outside of it. FinSync "
        "never moves money.",
        "multi_currency": "Documents there name no currency; the customer has one.",
        "batch_size": "Invoices go one by one; bills and credit memos in bulk would "
        "all fail for one.",
        "idempotency": "Bill.com knows no key, so FinSync looks for a document before "
        "it sends it again.",
        "ensure_item": "Lines carry accounts; items are not needed.",
        "care_of": "An invoice in Bill.com names one customer, who is billed.",
        "sales_order": "Bill.com has no sales orders.",
        "control_balances": "Bill.com is no ledger, and has no balances of control "
        "accounts.",
        "document_url": "The addresses of Bill.com's own pages are not published.",
        "webhooks": "Signed; of invoices, bills, vendors and payments made. Receipts, "
        "credit memos and customers come with the next poll.",
    },
)
