"""What NetSuite can do by either way in, and why not more."""

from connectors.capabilities import (
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.netsuite.mapping import NUMBER_LENGTH, TYPES
from connectors.records import PaymentDirection

SHARED = Capabilities(
    kinds=frozenset(TYPES),
    payments=frozenset(PaymentDirection),
    number_length=NUMBER_LENGTH,
    sales_line_accounts=False,
    items_carry_accounts=True,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.EXTERNAL_ID,
    on_account=True,
    update=True,
    delete=True,
    allocate_credit=True,
    release_credit=True,
    move_payments=True,
    change_feed=True,
    multi_currency=True,
    quotas=(Quota(limit=1, seconds=0, note="of 5 that all programs share"),),
    default_trigger=Trigger.FINALISED,
    reasons={
        "sales_line_accounts": "A line of a NetSuite invoice names an item, and the "
        "item carries the account; FinSync makes an item for each nominal code.",
        "unique_numbers": "NetSuite takes a document number twice unless the account "
        "forbids it; FinSync looks before it sends.",
        "void": "The API cannot void an invoice. It can be deleted, or cleared by a "
        "credit memo.",
        "mark_sent": "NetSuite keeps no mark that a document was sent.",
        "finalise": "What arrives is posted at once, or waits for approval there where "
        "the account asks for it.",
        "drafts": "NetSuite has approval in place of drafts.",
        "sales_order": "FinSync sends no orders to NetSuite.",
        "care_of": "An invoice in NetSuite names one customer, who is billed.",
        "control_balances": "Accounts tell no balance over this API.",
        "webhooks": "NetSuite sends none; changes are polled.",
        "quotas": "Five calls at a time are shared by all programs of an account; "
        "FinSync takes one of them.",
        "default_trigger": "Invoices travel when they are approved.",
    },
)
