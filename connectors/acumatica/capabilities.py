"""What Acumatica can do, and why not more."""

from connectors.acumatica.mapping import NUMBER_LENGTH, TYPES
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
    kinds=frozenset(TYPES),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.LOGIN,
    batch_size=1,
    lookup_size=30,
    keeps_our_number=False,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_TAX_CODE,
    idempotency=Idempotency.NONE,
    on_account=True,
    finalise=True,
    allocate_credit=True,
    change_feed=True,
    webhooks=True,
    feed_tells_deletions=False,
    quotas=(Quota(limit=1, seconds=0, note="one session, one call after the other"),),
    default_trigger=Trigger.JOB_COMPLETED,
    reasons={
        "proven": "Requests and answers are held against the OpenAPI document of one "
        "release, 24.200.",
        "keeps_our_number": "Acumatica numbers documents itself. Ours stands in the "
        "customer order (or vendor reference), where it is looked up.",
        "unique_numbers": "The same customer order may stand on two invoices there; "
        "FinSync looks before it sends.",
        "finalise": "A document is saved first and released then; only released ones "
        "count in the ledger.",
        "drafts": "What FinSync saves it also releases.",
        "update": "Released documents cannot be changed in Acumatica.",
        "void": "Acumatica has no voiding of released invoices: raise a credit note.",
        "delete": "Released documents cannot be deleted in Acumatica.",
        "mark_sent": "E-mailing is an action of Acumatica's own screen, and leaves no "
        "mark that its web service tells.",
        "multi_currency": "An invoice in Acumatica's web service names no currency.",
        "tax_required": "Lines that bear no tax may go without a category.",
        "ensure_item": "Lines carry accounts; items are made in Acumatica.",
        "care_of": "An invoice in Acumatica names one customer, who is billed.",
        "sales_order": "FinSync sends invoices there, no orders.",
        "change_feed": "Documents tell when they were last changed.",
        "feed_tells_deletions": "Unreleased documents that were deleted are found by "
        "comparison.",
        "control_balances": "The web service tells no balances of an earlier day.",
        "webhooks": "Push notifications, which an administrator sets up, with a secret "
        "in a header; they make FinSync look at what changed.",
    },
)
