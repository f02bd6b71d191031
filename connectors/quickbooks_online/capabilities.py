"""What QuickBooks Online can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.quickbooks_online.api import BATCH_SIZE
from connectors.quickbooks_online.mapping import ENTITIES, NUMBER_LENGTH
from connectors.records import PaymentDirection

CDC_DAYS = 30
LOOKUP_SIZE = 500

CAPABILITIES = Capabilities(
    kinds=frozenset(ENTITIES),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    batch_size=BATCH_SIZE,
    lookup_size=LOOKUP_SIZE,
    unique_party_names=True,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    sales_line_accounts=False,
    items_carry_accounts=True,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.PER_TAX_CODE,
    idempotency=Idempotency.REQUEST_KEY,
    on_account=True,
    mark_sent=True,
    update=True,
    void=True,
    delete=True,
    allocate_credit=True,
    release_credit=True,
    move_payments=True,
    change_feed=True,
    webhooks=True,
    change_window_days=CDC_DAYS,
    multi_currency=True,
    control_balances=True,
    quotas=(
        Quota(limit=500, seconds=60, note="each item of a batch counts"),
        Quota(limit=10, seconds=0, note="newer pages say ten in a second"),
    ),
    default_trigger=Trigger.CREATE,
    reasons={
        "proven": "Requests are held against Intuit's XSDs, and two clients of others "
        "use the practice ledger.",
        "sales_line_accounts": "In QuickBooks Online the item on a line carries the "
        "account, so each nominal code needs an item; FinSync makes them.",
        "unique_party_names": "Customers, suppliers and employees share one list of "
        "names in QuickBooks Online.",
        "finalise": "What arrives in QuickBooks Online is posted at once.",
        "drafts": "QuickBooks Online has no draft invoices.",
        "care_of": "An invoice in QuickBooks Online names one customer, who is billed.",
        "void": "QuickBooks Online voids invoices; its API cannot void credit notes "
        "and bills, which are deleted instead.",
        "mark_sent": "QuickBooks Online keeps no sent mark on bills.",
        "sales_order": "The API of QuickBooks Online takes no sales orders.",
        "change_feed": f"The feed reaches {CDC_DAYS} days back; after a longer silence "
        "everything is compared anew.",
        "control_balances": "QuickBooks Online tells balances as they are now, not as "
        "they were on an earlier day.",
        "webhooks": "Set up once for the app in Intuit's developer portal; signed.",
        "zero_documents": "Totals of zero are taken, negative totals are refused.",
    },
)
