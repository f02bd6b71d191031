"""What Business Central can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.dynamics_365.api import BATCH_SIZE
from connectors.dynamics_365.mapping import NAMES, NUMBER_LENGTH
from connectors.records import PaymentDirection

LOOKUP_SIZE = 100

CAPABILITIES = Capabilities(
    kinds=frozenset(NAMES),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2_CLIENT,
    batch_size=BATCH_SIZE,
    lookup_size=LOOKUP_SIZE,
    keeps_our_number=False,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.PER_TAX_CODE,
    idempotency=Idempotency.NONE,
    on_account=True,
    finalise=True,
    drafts=True,
    void=True,
    change_feed=True,
    feed_tells_deletions=False,
    webhooks=True,
    multi_currency=True,
    quotas=(
        Quota(limit=6000, seconds=300, note="for each user; the service is one"),
        Quota(limit=5, seconds=0, note="more wait there"),
    ),
    default_trigger=Trigger.PAYMENT,
    reasons={
        "keeps_our_number": "Business Central numbers documents itself, drafts and "
        "posted ones apart. Our number stands in the external document number (of a "
        "bill: the vendor's invoice number), where it is looked up.",
        "unique_numbers": "The same external document number may stand on two sales "
        "documents there; FinSync looks before it sends. Of bills it is refused.",
        "idempotency": "Business Central knows no keys; FinSync looks for its number "
        "after an answer that never came.",
        "finalise": "A document is made as a draft, and posted by a second call.",
        "drafts": "FinSync posts what it sends; a draft that broke off is posted "
        "later.",
        "update": "What is posted in Business Central cannot be changed: void it, and "
        "send it again.",
        "delete": "Business Central deletes only drafts; what is posted is cancelled.",
        "void": "A cancelled invoice gets a corrective credit memo; payments must be "
        "taken off before. Of bills the API cancels none.",
        "mark_sent": "Business Central keeps no mark of having been sent.",
        "allocate_credit": "The API applies a credit memo only when it is posted, "
        "where the connection is set so; later it is applied in Business Central.",
        "move_payments": "What a posted payment settles is changed in Business "
        "Central.",
        "refunds": "The API's payment journals settle invoices alone; a refund is "
        "entered in Business Central.",
        "void_payment": "The API reverses no posted payment; reverse it in Business "
        "Central.",
        "list_payments": "The API lists no posted payments; what was paid is seen by "
        "what is left of the invoices.",
        "ensure_item": "Items carry posting groups and stock in Business Central; they "
        "are made there.",
        "care_of": "An invoice in Business Central names one customer, who is billed; "
        "the care-of name stands below the lines.",
        "sales_order": "FinSync sends invoices there, no orders.",
        "rounding": "VAT is rounded on the sum of each code.",
        "change_feed": "Part payments raise no stamp there, so open invoices are "
        "looked at with each poll.",
        "feed_tells_deletions": "Posted documents cannot be deleted there; a draft "
        "that is gone is found by comparison.",
        "control_balances": "Which accounts are control accounts stands in posting "
        "groups, which the API does not tell.",
        "webhooks": "Subscriptions of three days, renewed before they end. Polling "
        "finds the same changes.",
        "batch_size": "The vendor allows 100; posting is slow, so FinSync sends ten.",
        "proven": "Names are held against those of the vendor's published pages of "
        "version 2.0, types against its description of version 1.0.",
        "multi_currency": "Rates are those of Business Central's own table. Payments "
        "go in the home currency alone.",
    },
)
