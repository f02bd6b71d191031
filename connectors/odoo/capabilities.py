"""What Odoo can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.odoo.mapping import MOVE_TYPES
from connectors.records import PaymentDirection

BATCH_SIZE = 30
LOOKUP_SIZE = 200

CAPABILITIES = Capabilities(
    kinds=frozenset(MOVE_TYPES),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.API_KEY,
    batch_size=BATCH_SIZE,
    lookup_size=LOOKUP_SIZE,
    keeps_our_number=False,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    on_account=True,
    refunds=True,
    finalise=True,
    drafts=True,
    mark_sent=True,
    update=True,
    void=True,
    allocate_credit=True,
    change_feed=True,
    webhooks=True,
    multi_currency=True,
    control_balances=True,
    quotas=(Quota(limit=2, seconds=0, note="each call holds one of few workers"),),
    default_trigger=Trigger.CREATE,
    reasons={
        "proven": "Requests and answers are held against what a real Odoo 18.0 "
        "answered.",
        "keeps_our_number": "Odoo numbers its journals itself, and a number of ours "
        "would change its counting; ours is kept as reference and payment reference.",
        "unique_numbers": "Odoo takes the same reference twice; FinSync looks before "
        "it sends.",
        "idempotency": "Odoo knows no keys; FinSync looks for its own reference after "
        "an answer that never came.",
        "delete": "Odoo deletes only drafts that were never posted; what is posted is "
        "cancelled instead.",
        "care_of": "An invoice in Odoo names one partner, who is billed.",
        "sales_order": "FinSync sends no orders to Odoo.",
        "rounding": "On each line, or on the document where the company is set so; "
        "FinSync reads which.",
        "control_balances": "Odoo tells balances as they are now, not as they were on "
        "an earlier day.",
        "webhooks": "Automation rules from version 17 on; unsigned, so that the "
        "address is the secret.",
    },
)
