"""What Zoho Books can do, and why not more."""

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
from connectors.zoho_books.connection import PLAN, PLANS
from connectors.zoho_books.kinds import PLACES
from connectors.zoho_books.mapping import NUMBER_LENGTH


def quotas_of(plan: str) -> tuple[Quota, ...]:
    """By the plan that the organisation pays for."""
    return (
        Quota(limit=100, seconds=60, note="for each organisation"),
        Quota(
            limit=PLANS.get(plan, PLANS[PLAN]),
            seconds=86_400,
            note="1,000 on the free plan, 5,000 on Professional, 10,000 above: a "
            "setting of the connection",
        ),
        Quota(limit=5, seconds=0, note="10 on paid plans"),
    )


CAPABILITIES = Capabilities(
    kinds=frozenset(PLACES),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    lookup_size=1,
    unique_party_names=True,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    on_account=True,
    finalise=True,
    drafts=True,
    mark_sent=True,
    update=True,
    void=True,
    delete=True,
    allocate_credit=True,
    release_credit=True,
    move_payments=True,
    refunds=True,
    change_feed=True,
    feed_tells_deletions=False,
    webhooks=True,
    multi_currency=True,
    quotas=quotas_of(PLAN),
    default_trigger=Trigger.UPDATE,
    reasons={
        "proven": "Requests are held against an excerpt of Zoho's own OpenAPI "
        "document, which tells nothing of answers.",
        "typed_account_id": "The long number in the address of the contact's page.",
        "unique_party_names": "Customers and suppliers share one list of contacts, and "
        "no two have the same name unless the organisation allows it.",
        "unique_numbers": "Zoho Books refuses a number that is taken. Of bills that is "
        "not documented, so FinSync looks first.",
        "finalise": "An invoice arrives as a draft, and counts once it is marked as "
        "sent; credit notes and bills are opened.",
        "mark_sent": "In Zoho Books this is what makes an invoice count; nothing is "
        "mailed.",
        "idempotency": "With a unique custom field, named in the settings, a "
        "document that is sent twice is one. Without it FinSync looks for its "
        "reference after an answer that never came.",
        "void": "Payments and credits must be taken off first.",
        "delete": "Payments and credits must be taken off first.",
        "feed_tells_deletions": "Zoho Books lists what changed, but not what was "
        "deleted; reconciliation finds that.",
        "care_of": "An invoice in Zoho Books names one customer, who is billed.",
        "sales_order": "FinSync sends no orders to Zoho Books.",
        "batch_size": "Zoho Books takes one document in a call.",
        "control_balances": "Zoho Books tells balances of accounts as of now alone.",
        "rounding": "On each line, or once for each tax: a setting of the connection.",
        "webhooks": "By workflow rules that an administrator makes there; FinSync "
        "asks for what changed all the same.",
    },
)
