"""What Xero can do, and why not more."""

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
from connectors.xero.api import BATCH_SIZE
from connectors.xero.mapping import NUMBER_LENGTH, PATHS

LOOKUP_SIZE = 200

CAPABILITIES = Capabilities(
    kinds=frozenset(PATHS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    batch_size=BATCH_SIZE,
    lookup_size=LOOKUP_SIZE,
    unique_party_names=True,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.AS_GIVEN,
    idempotency=Idempotency.REQUEST_KEY,
    refunds=True,
    mark_sent=True,
    update=True,
    void=True,
    allocate_credit=True,
    release_credit=True,
    change_feed=True,
    webhooks=True,
    multi_currency=True,
    quotas=(
        Quota(
            limit=60,
            seconds=60,
            note="for each organisation",
            left_header="X-MinLimit-Remaining",
        ),
        Quota(
            limit=5000,
            seconds=86_400,
            note="1000 for apps of the starter tier",
            left_header="X-DayLimit-Remaining",
        ),
        Quota(limit=5, seconds=0),
    ),
    default_trigger=Trigger.UPDATE,
    reasons={
        "proven": "Requests and answers are held against Xero's OpenAPI document.",
        "unique_party_names": "Customers and suppliers share one list of contacts in "
        "Xero, and no two active ones have the same name.",
        "unique_numbers": "Numbers of sales invoices and of credit notes are unique in "
        "Xero, void ones included; bills may repeat a number, so FinSync looks first.",
        "finalise": "What FinSync sends to Xero arrives approved.",
        "drafts": "FinSync sends approved documents; drafts that staff make in Xero "
        "are read as drafts.",
        "care_of": "An invoice in Xero names one contact, who is billed.",
        "delete": "What is approved in Xero can be voided, not deleted.",
        "void": "A void number stays taken in Xero. Payments and credits must be taken "
        "off first.",
        "mark_sent": "Xero keeps no sent mark on bills, and sets that of credit notes "
        "itself.",
        "sales_order": "Xero has no sales orders.",
        "control_balances": "Control balances stand in Xero's reports, which need a "
        "further permission that FinSync does not ask for.",
        "webhooks": "Set up once for the app in Xero's developer portal; signed. "
        "Payments come as changes of their invoices.",
        "zero_documents": "Xero counts an invoice of zero as paid at once.",
    },
)
