"""What FreeAgent can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.freeagent.mapping import NUMBER_LENGTH, PATHS
from connectors.records import PaymentDirection

CAPABILITIES = Capabilities(
    kinds=frozenset(PATHS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    lookup_size=1000,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    refunds=True,
    finalise=True,
    drafts=True,
    mark_sent=True,
    update=True,
    delete=True,
    allocate_credit=True,
    release_credit=True,
    change_feed=True,
    feed_tells_deletions=False,
    multi_currency=True,
    quotas=(
        Quota(limit=120, seconds=60, note="for each user"),
        Quota(limit=3600, seconds=3600, note="for each user"),
        Quota(limit=1, seconds=0, note="one at a time, as FreeAgent advises"),
    ),
    default_trigger=Trigger.PAYMENT,
    one_company=True,
    reasons={
        "proven": "Requests are held against FreeAgent's Postman collection, whose "
        "bodies are samples alone.",
        "finalise": "What arrives in FreeAgent is a draft; marking it as sent makes it "
        "count.",
        "mark_sent": "In FreeAgent a document that counts is one that was sent; bills "
        "have no such mark.",
        "unique_numbers": "FreeAgent refuses a reference that is taken. Of bills it "
        "does not, so FinSync looks first.",
        "tax_model": "FreeAgent knows rates, not codes: each rate stands for itself.",
        "care_of": "An invoice in FreeAgent names one contact, who is billed.",
        "void": "FreeAgent does not void. Delete the document there, or credit it.",
        "feed_tells_deletions": "FreeAgent lists what changed, but not what was "
        "deleted; reconciliation finds that.",
        "ensure_item": "Lines in FreeAgent need no items.",
        "one_company": "A grant of FreeAgent opens the company of the person who gave "
        "it, and no other.",
        "sales_order": "FreeAgent has no sales orders.",
        "batch_size": "FreeAgent takes one document in a call.",
        "idempotency": "FreeAgent knows no key, so FinSync looks for a document before "
        "it sends it again.",
        "control_balances": "FreeAgent's accounting reports are not read.",
        "webhooks": "FreeAgent has none; changes are fetched by date of change.",
        "record_payments": "A payment is an explanation of a bank transaction, of one "
        "document each.",
    },
)
