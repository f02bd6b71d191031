"""What FreshBooks can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.freshbooks.kinds import PLACES
from connectors.freshbooks.mapping import NUMBER_LENGTH
from connectors.records import PaymentDirection

CAPABILITIES = Capabilities(
    kinds=frozenset(PLACES),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    lookup_size=1,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    sales_line_accounts=False,
    items_carry_accounts=False,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_TAX_CODE,
    idempotency=Idempotency.NONE,
    finalise=True,
    drafts=True,
    mark_sent=True,
    update=True,
    void=True,
    allocate_credit=True,
    change_feed=True,
    webhooks=True,
    multi_currency=True,
    quotas=(Quota(limit=4, seconds=1, note="none is published: FinSync's own choice"),),
    default_trigger=Trigger.CREATE,
    reasons={
        "proven": "An OpenAPI document of others covers half of what is used; the "
        "rest is written after the vendor's pages.",
        "sales_line_accounts": "Sales lines in FreshBooks carry no account: nominal "
        "codes count on supplier invoices alone, where they are expense categories.",
        "typed_account_id": "The number in the address of the client's page.",
        "finalise": "What arrives in FreshBooks is a draft, and counts once it is "
        "marked as sent.",
        "mark_sent": "In FreshBooks this is what makes an invoice count; nothing is "
        "mailed.",
        "sales_order": "FinSync sends no orders to FreshBooks.",
        "idempotency": "FreshBooks knows no keys; FinSync looks for the number after "
        "an answer that never came.",
        "void": "By FreshBooks' own deletion: the document stays readable, counts no "
        "more, and its number is free again.",
        "delete": "What is deleted in FreshBooks still answers, so FinSync calls it "
        "void.",
        "care_of": "An invoice in FreshBooks names one client, who is billed.",
        "allocate_credit": "As a payment of the kind Credit on the invoice.",
        "control_balances": "FreshBooks' API tells no balances of accounts.",
        "rounding": "Once for each tax, or on each line: a setting of the connection, "
        "for FreshBooks does not publish it.",
        "webhooks": "FinSync arranges them by itself; signed.",
    },
)
