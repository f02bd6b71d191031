"""What Wave can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.records import DocumentKind, PaymentDirection
from connectors.wave.mapping import NUMBER_LENGTH

LOOKUP_SIZE = 10
_INVOICES_ALONE = "Wave's API knows sales invoices alone; {} are kept in Wave by hand."

CAPABILITIES = Capabilities(
    kinds=frozenset({DocumentKind.SALES_INVOICE}),
    payments=frozenset({PaymentDirection.RECEIVED}),
    auth=AuthKind.OAUTH2,
    lookup_size=LOOKUP_SIZE,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    sales_line_accounts=False,
    items_carry_accounts=True,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.AS_GIVEN,
    idempotency=Idempotency.NONE,
    finalise=True,
    mark_sent=True,
    update=True,
    delete=True,
    change_feed=True,
    webhooks=True,
    feed_tells_deletions=False,
    multi_currency=True,
    control_balances=True,
    quotas=(Quota(limit=1, seconds=0, note="Wave publishes none; two were reported"),),
    default_trigger=Trigger.CREATE,
    reasons={
        "proven": "Requests and answers are held against an introspection of 2021, "
        "and a subset of today's schema written by hand.",
        "credit_note": _INVOICES_ALONE.format("credit notes"),
        "supplier_invoice": _INVOICES_ALONE.format("bills"),
        "sales_order": _INVOICES_ALONE.format("orders and estimates"),
        "payments": "Wave records payments on invoices; money paid out is kept in Wave "
        "by hand.",
        "sales_line_accounts": "In Wave the product on a line carries the account, so "
        "each nominal code needs a product; FinSync makes them.",
        "idempotency": "Wave knows no keys for invoices; FinSync looks for the number "
        "after an answer that never came.",
        "drafts": "FinSync's invoices arrive approved; drafts of others are read.",
        "finalise": "A draft that is found can be approved.",
        "void": "Wave's API cannot void; an invoice that nothing was paid on can be "
        "deleted.",
        "allocate_credit": "Wave's API has no credit notes.",
        "care_of": "An invoice in Wave names one customer, who is billed.",
        "feed_tells_deletions": "What is deleted in Wave is found by reconciliation.",
        "control_balances": "Wave tells balances as they are now, not as they were on "
        "an earlier day.",
        "rounding": "The tax of each line is told to Wave.",
        "webhooks": "Set up for the app in Wave's developer portal; signed. They make "
        "FinSync look at what changed, for their form is not published.",
        "find_parties": "Wave's API shows customers; vendors have no documents there.",
    },
)
