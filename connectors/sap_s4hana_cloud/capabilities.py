"""What S/4HANA Cloud can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.records import DocumentKind
from connectors.sap_s4hana_cloud.mapping import NUMBER_LENGTH

CAPABILITIES = Capabilities(
    kinds=frozenset(DocumentKind) - {DocumentKind.SALES_ORDER},
    auth=AuthKind.API_KEY,
    lookup_size=20,
    keeps_our_number=False,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    rounding=Rounding.AS_GIVEN,
    idempotency=Idempotency.NONE,
    void=True,
    change_feed=True,
    feed_tells_deletions=False,
    multi_currency=True,
    zero_documents=False,
    quotas=(Quota(limit=1, seconds=0, note="fair use; SAP names no number"),),
    default_trigger=Trigger.FINALISED,
    reasons={
        "proven": "OData is held against SAP's EDMX documents; the service that posts "
        "entries has no public description.",
        "sales_invoice": "No API of SAP makes a sales invoice. FinSync posts the "
        "customer's open item with its income and tax (a journal entry).",
        "payments": "A payment can be posted on account alone; clearing it against an "
        "invoice is a background job without an answer. Payments come back from SAP.",
        "record_payments": "A payment can be posted to SAP on account alone, and would "
        "not settle the invoice. Post it in SAP; FinSync sees it.",
        "bank_accounts": "Payments are not sent to SAP.",
        "allocate_credit": "Clearing in SAP is a background job without an answer.",
        "keeps_our_number": "SAP numbers journal entries itself. Our number is their "
        "document reference.",
        "unique_numbers": "SAP takes a document reference twice; FinSync looks before "
        "it sends.",
        "update": "A posted journal entry cannot be changed; reverse it and send anew.",
        "delete": "A posted journal entry stays. Voiding posts its reversal.",
        "zero_documents": "A journal entry of zero cannot be posted.",
        "drafts": "What arrives is posted at once.",
        "finalise": "What arrives is posted at once.",
        "mark_sent": "A journal entry keeps no mark that an invoice was sent.",
        "items": "Lines carry G/L accounts, not items.",
        "ensure_item": "Lines carry G/L accounts, not items.",
        "sales_order": "FinSync sends no orders to SAP.",
        "care_of": "A posting in SAP names one customer, who is billed.",
        "control_balances": "Balances of control accounts are told by another API.",
        "batch_size": "One document in one call, so that each refusal is clear.",
        "webhooks": "SAP's business events are a product of their own; changes are "
        "polled.",
        "change_feed": "SAP tells the day of a change, not its time; the days of the "
        "last look are read again.",
        "feed_tells_deletions": "Posted entries cannot be deleted in SAP, only "
        "reversed.",
        "quotas": "SAP publishes no limit; FinSync makes one call at a time.",
        "default_trigger": "Invoices travel when they are approved.",
    },
)
