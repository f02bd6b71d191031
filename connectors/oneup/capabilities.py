"""What OneUp can do, as far as is known, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.oneup.mapping import NUMBER_LENGTH
from connectors.records import DocumentKind

_NO_PATH = "OneUp publishes no path for {}."
CAPABILITIES = Capabilities(
    kinds=frozenset({DocumentKind.SALES_INVOICE}),
    auth=AuthKind.API_KEY,
    lookup_size=1000,
    number_length=NUMBER_LENGTH,
    sales_line_accounts=False,
    items_carry_accounts=True,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    update=True,
    delete=True,
    change_feed=True,
    feed_tells_deletions=False,
    quotas=(
        Quota(limit=1, seconds=1, note="the vendor's figures could not be had"),
        Quota(limit=2, seconds=0, note="as a public client does it"),
    ),
    default_trigger=Trigger.JOB_COMPLETED,
    one_company=True,
    proven=False,
    reasons={
        "proven": "Reads are known from public clients; how an invoice is written was "
        "inferred from how it reads.",
        "credit_note": _NO_PATH.format("credit notes"),
        "supplier_invoice": _NO_PATH.format("bills"),
        "sales_order": "OneUp has orders, but its invoices ship goods by themselves: "
        "FinSync sends invoices alone.",
        "payments": _NO_PATH.format("payments") + " A journal entry would move the "
        "ledger and leave the invoice unpaid; record payments in OneUp.",
        "record_payments": _NO_PATH.format("payments"),
        "void_payment": _NO_PATH.format("payments"),
        "list_payments": _NO_PATH.format("payments"),
        "bank_accounts": _NO_PATH.format("payments"),
        "find_parties": "Suppliers are left alone: OneUp is sent no bills.",
        "sales_line_accounts": "In OneUp the item on a line carries the account, so "
        "each nominal code needs an item.",
        "ensure_item": "How OneUp is told a new item is not known: make one there that "
        "is sold to this account.",
        "care_of": "An invoice in OneUp names one customer, who is billed.",
        "unique_numbers": "Whether OneUp refuses a number that is taken is not known, "
        "so FinSync looks first.",
        "drafts": "What OneUp calls a draft is not known.",
        "finalise": "No call is known that finishes an invoice.",
        "mark_sent": "OneUp marks an invoice as sent when it mails it; no call does.",
        "void": "No void is known in OneUp; delete the invoice.",
        "allocate_credit": _NO_PATH.format("credit notes"),
        "feed_tells_deletions": "What is deleted in OneUp is found by reconciliation.",
        "webhooks": "None are documented; changes are fetched by date of change.",
        "multi_currency": "How a rate is told to OneUp is not known.",
        "one_company": "A pair of API e-mail and key in OneUp opens one company.",
        "batch_size": "OneUp's rules speak of several in a call, which nobody has "
        "tried; FinSync sends one.",
        "idempotency": "OneUp knows no key, so FinSync looks for an invoice before it "
        "sends it again.",
        "control_balances": "No report of balances is known in OneUp's API.",
    },
)
