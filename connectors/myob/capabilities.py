"""What MYOB can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.myob.kinds import NUMBER_LENGTH, PATHS, SUPPLIER_NUMBER_LENGTH
from connectors.records import PaymentDirection

CAPABILITIES = Capabilities(
    kinds=frozenset(PATHS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.OAUTH2,
    lookup_size=30,
    unique_numbers=True,
    number_length=NUMBER_LENGTH,
    supplier_number_length=SUPPLIER_NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    refunds=True,
    update=True,
    delete=True,
    allocate_credit=True,
    change_feed=True,
    feed_tells_deletions=False,
    control_balances=True,
    quotas=(
        Quota(limit=8, seconds=1, note="for each API key, of all its customers"),
        Quota(limit=1_000_000, seconds=86_400, note="for each API key"),
    ),
    default_trigger=Trigger.MANUAL,
    reasons={
        "proven": "Requests and answers are held against the fields of MYOB's own .NET "
        "client, which tells neither what is needed nor how long it may be.",
        "default_trigger": "What arrives in MYOB counts at once and cannot be voided: "
        "a person presses Sync, unless the connection says otherwise.",
        "drafts": "MYOB knows no drafts: an invoice counts as soon as it is there.",
        "finalise": "MYOB knows no drafts, so that nothing is left to finish.",
        "mark_sent": "MYOB keeps whether an invoice is still to be printed or mailed, "
        "not whether it was sent.",
        "void": "MYOB does not void. Delete the document there where the company file "
        "allows it, or credit it.",
        "delete": "Where the company file does not ask for reversals.",
        "unique_numbers": "What MYOB does over a number that is taken is not "
        "published; FinSync looks for it before it sends.",
        "number_length": "Of invoices and credit notes, which share their numbers; "
        "numbers of suppliers may have 255.",
        "idempotency": "MYOB knows no key, so FinSync looks for a document before it "
        "sends it again.",
        "credit_note": "As an invoice of negative amounts, which is what MYOB calls a "
        "credit.",
        "tax_model": "Tax codes by their id; MYOB computes the tax itself.",
        "rounding": "On each line, or once for each tax code: a setting of the "
        "connection, for MYOB does not publish it.",
        "typed_account_id": "The UID of the card, which MYOB shows in its API alone.",
        "care_of": "An invoice in MYOB names one card, which is billed.",
        "ensure_item": "FinSync makes no items in MYOB: the Item layout uses those "
        "that are there.",
        "multi_currency": "FinSync sends to MYOB in the currency of the company file.",
        "sales_order": "FinSync sends no orders to MYOB.",
        "batch_size": "MYOB takes one document in a call.",
        "feed_tells_deletions": "MYOB lists what changed, but not what was deleted; "
        "the daily comparison finds that.",
        "webhooks": "MYOB has none; changes are fetched by date of change.",
    },
)
