"""What Sage Intacct can do, and why not more."""

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
from connectors.sage_intacct.api import BATCH_SIZE
from connectors.sage_intacct.mapping import NUMBER_LENGTH, OBJECTS

CAPABILITIES = Capabilities(
    kinds=frozenset(OBJECTS),
    payments=frozenset({PaymentDirection.RECEIVED}),
    auth=AuthKind.LOGIN,
    batch_size=BATCH_SIZE,
    lookup_size=100,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.AS_GIVEN,
    idempotency=Idempotency.REQUEST_KEY,
    on_account=True,
    void=True,
    allocate_credit=True,
    change_feed=True,
    webhooks=True,
    feed_tells_deletions=False,
    multi_currency=True,
    quotas=(Quota(limit=2, seconds=0, note="of the lowest performance tier"),),
    default_trigger=Trigger.MANUAL,
    reasons={
        "proven": "Requests are held against the XSD 3.0, answers against the DTD "
        "2.1; both are of 2019, and know no fields of records.",
        "feed_tells_deletions": "What people delete there is found by comparison.",
        "payments": "Bills are paid in Sage Intacct; FinSync records receipts.",
        "finalise": "FinSync submits what it sends. Where the company approves "
        "invoices, it waits there for that, and is shown as a draft.",
        "drafts": "FinSync submits what it sends.",
        "update": "A posted document can be changed in a few fields only: reverse it "
        "and send it again.",
        "void": "Sage Intacct reverses invoices and bills, as long as they are not "
        "paid; credit memos are reversed by people.",
        "delete": "Only drafts can be deleted there, and FinSync sends none.",
        "mark_sent": "Sage Intacct keeps no mark of having been sent that its gateway "
        "tells.",
        "tax_required": "Companies without the Taxes module have no taxes to map.",
        "ensure_item": "Lines carry accounts; items are not needed.",
        "items": "Lines carry accounts; items are not needed.",
        "care_of": "An invoice in Sage Intacct names one customer, who is billed.",
        "sales_order": "FinSync sends invoices there, no orders.",
        "change_feed": "Changes are told by the time of the company; each poll repeats "
        "the last day.",
        "control_balances": "The gateway tells no balances of the control accounts.",
        "webhooks": "Smart events, which an administrator sets up; unsigned, so that "
        "they only make FinSync look at what changed.",
    },
)
