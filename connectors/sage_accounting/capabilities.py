"""What Sage Accounting can do, and why not more."""

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
from connectors.sage_accounting.mapping import NUMBER_LENGTH, PATHS

CAPABILITIES = Capabilities(
    kinds=frozenset(PATHS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    lookup_size=30,
    typed_account_id=False,
    keeps_our_number=False,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.AS_GIVEN,
    idempotency=Idempotency.NONE,
    on_account=True,
    refunds=True,
    mark_sent=True,
    update=True,
    void=True,
    allocate_credit=True,
    release_credit=True,
    change_feed=True,
    multi_currency=True,
    quotas=(
        Quota(limit=100, seconds=60, note="for each business"),
        Quota(limit=2500, seconds=86_400, note="for each business"),
    ),
    default_trigger=Trigger.CREATE,
    reasons={
        "proven": "Requests and answers are held against Sage's Swagger document 3.1.",
        "typed_account_id": "Ids in Sage are long codes that its screens do not show. "
        "Search for the customer and pick it.",
        "keeps_our_number": "Sage numbers sales documents itself. Our number is their "
        "reference, and Sage's number is kept beside it.",
        "unique_numbers": "Sage does not mind a reference that is taken, so FinSync "
        "looks first.",
        "finalise": "What FinSync sends to Sage arrives as created, and can be amended "
        "there.",
        "drafts": "FinSync sends finished documents; drafts that staff make in Sage "
        "are read as drafts.",
        "care_of": "An invoice in Sage names one contact, who is billed.",
        "void": "Sage asks for a reason and keeps the void document.",
        "delete": "Only drafts can be deleted in Sage; all else is voided.",
        "mark_sent": "Sage keeps no sent mark on purchase invoices.",
        "supplier_invoice": "Purchase invoices need the Plus or Standard plan of Sage.",
        "sales_order": "The API of Sage Accounting has no sales orders.",
        "batch_size": "Sage takes one document in a call, and 2,500 calls a day.",
        "idempotency": "Sage knows no key, so FinSync looks for a document before it "
        "sends it again.",
        "control_balances": "Sage's API tells no balances of control accounts for a "
        "day.",
        "webhooks": "Sage has none; changes are fetched by date of change.",
    },
)
