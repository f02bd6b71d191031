"""What SAP Business One can do, and why not more."""

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
from connectors.sap_business_one.api import BATCH_SIZE
from connectors.sap_business_one.mapping import NUMBER_LENGTH, SETS

CAPABILITIES = Capabilities(
    kinds=frozenset(SETS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.LOGIN,
    batch_size=BATCH_SIZE,
    lookup_size=30,
    keeps_our_number=False,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    on_account=True,
    refunds=True,
    void=True,
    change_feed=True,
    feed_tells_deletions=False,
    multi_currency=True,
    control_balances=True,
    quotas=(Quota(limit=2, seconds=0, note="its workers are few"),),
    default_trigger=Trigger.JOB_COMPLETED,
    reasons={
        "proven": "Requests and answers are held against the metadata of a real "
        "Service Layer.",
        "feed_tells_deletions": "Posted documents cannot be deleted there; what is "
        "gone all the same is found by comparison.",
        "keeps_our_number": "SAP Business One numbers documents itself. Our number "
        "stands in the customer's reference number, where it is looked up.",
        "unique_numbers": "The same reference number may stand on two documents there, "
        "unless the company forbids it; FinSync looks before it sends.",
        "finalise": "What arrives in SAP Business One is posted at once.",
        "drafts": "FinSync posts documents; drafts are for people to finish there.",
        "update": "What is posted in SAP Business One cannot be changed but for "
        "remarks and due date: cancel it and send it again.",
        "delete": "Posted documents cannot be deleted in SAP Business One, only "
        "cancelled.",
        "void": "SAP Business One posts a cancellation document; payments must be "
        "taken off before.",
        "mark_sent": "SAP Business One keeps no mark of having been sent.",
        "allocate_credit": "Credit notes are set against invoices in SAP Business One "
        "by internal reconciliation, which the Service Layer is not known to offer.",
        "ensure_item": "Items carry stock and prices in SAP Business One; they are "
        "made there.",
        "care_of": "An invoice in SAP Business One names one customer, who is billed.",
        "sales_order": "FinSync sends invoices there, no orders.",
        "change_feed": "Changes are told by the day; each poll repeats the last one.",
        "control_balances": "SAP Business One tells balances as they are now, not as "
        "they were on an earlier day.",
        "webhooks": "The Service Layer sends no messages; changes are polled.",
    },
)
