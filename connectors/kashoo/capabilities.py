"""What Kashoo can do, as far as is known, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.kashoo.mapping import NUMBER_LENGTH
from connectors.kashoo.names import RECORDS
from connectors.records import PaymentDirection

CAPABILITIES = Capabilities(
    kinds=frozenset(RECORDS),
    payments=frozenset(PaymentDirection),
    auth=AuthKind.LOGIN,
    lookup_size=1000,
    number_length=NUMBER_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    update=True,
    delete=True,
    quotas=(
        Quota(limit=1, seconds=1, note="Kashoo publishes none; FinSync goes slowly"),
    ),
    default_trigger=Trigger.JOB_COMPLETED,
    proven=False,
    reasons={
        "proven": "The vendor's reference could not be had: paths and fields come from "
        "public clients of 2013 to 2020.",
        "credit_note": "No record for credit notes is known in Kashoo.",
        "sales_order": "Kashoo has no sales orders.",
        "create_parties": "The path is a guess; an id typed in is the safest way.",
        "care_of": "An invoice in Kashoo names one contact, who is billed.",
        "unique_numbers": "Whether Kashoo refuses a number that is taken is not known, "
        "so FinSync looks first.",
        "drafts": "No draft state is known in Kashoo.",
        "finalise": "What arrives in Kashoo counts; no step after that is known.",
        "mark_sent": "No call is known that marks a document as sent.",
        "update": "The path is a guess; a document that was paid is left alone.",
        "void": "No void is known in Kashoo; delete the document.",
        "delete": "The path is a guess.",
        "allocate_credit": "No record for credit notes is known in Kashoo.",
        "change_feed": "Kashoo cannot be asked what changed: documents are listed by "
        "date and compared.",
        "webhooks": "None are documented; documents are listed and compared.",
        "multi_currency": "How a rate is told to Kashoo is not known.",
        "batch_size": "Kashoo takes one document in a call.",
        "idempotency": "Kashoo knows no key, so FinSync looks for a document before it "
        "sends it again.",
        "control_balances": "No report of balances is known in Kashoo's API.",
        "items": "No list of items is known in Kashoo's API.",
        "ensure_item": "Lines in Kashoo need no items.",
    },
)
