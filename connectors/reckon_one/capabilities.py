"""What Reckon One can do, and why not more."""

from connectors.capabilities import (
    AuthKind,
    Capabilities,
    Idempotency,
    Quota,
    Rounding,
    TaxModel,
    Trigger,
)
from connectors.reckon_one.kinds import BILL, PLACES
from connectors.reckon_one.mapping import REFERENCE_LENGTH
from connectors.records import PaymentDirection

# In one filter, which travels in the address.
LOOKUP_SIZE = 10

CAPABILITIES = Capabilities(
    kinds=frozenset({*PLACES, BILL}),
    payments=frozenset({PaymentDirection.RECEIVED}),
    auth=AuthKind.OAUTH2,
    lookup_size=LOOKUP_SIZE,
    unique_party_names=True,
    keeps_our_number=False,
    number_length=REFERENCE_LENGTH,
    tax_model=TaxModel.CODE_PER_LINE,
    tax_required=False,
    rounding=Rounding.PER_LINE,
    idempotency=Idempotency.NONE,
    on_account=True,
    finalise=True,
    drafts=True,
    mark_sent=True,
    update=True,
    delete=True,
    allocate_credit=True,
    release_credit=True,
    move_payments=True,
    quotas=(Quota(limit=5, seconds=1, note="none is published: FinSync's own choice"),),
    default_trigger=Trigger.CREATE,
    reasons={
        "proven": "Invoices, credit notes and receipts are held against Reckon's own "
        "OpenAPI document; the form of a bill's create is an assumption.",
        "supplier_invoice": "Over the older API, whose form is not confirmed: off "
        "until it is turned on in the connection's settings.",
        "payments": "How the older API ties a payment to a bill is not documented. "
        "Payments that are entered in Reckon One come back.",
        "refunds": "How the API pays a credit note back is not documented.",
        "typed_account_id": "The id in the address of the contact's page.",
        "unique_party_names": "Reckon's API takes a name in place of an id, so names "
        "are taken as unique.",
        "keeps_our_number": "Reckon One numbers documents itself; our number is their "
        "reference.",
        "unique_numbers": "A reference may be repeated, so FinSync looks first.",
        "finalise": "With approvals on, what arrives is a draft and is approved by a "
        "call of its own; without them it is approved at once.",
        "mark_sent": "Sets the mark of the invoice's e-mail; nothing is mailed. Credit "
        "notes have no such mark that could be set.",
        "void": "Reckon One does not void. Delete the document, or credit it.",
        "delete": "Payments and credits must be taken off first.",
        "change_feed": "Invoices in Reckon One do not tell when they were changed, so "
        "that the lists are compared.",
        "webhooks": "Reckon documents none.",
        "multi_currency": "A book is kept in one currency.",
        "care_of": "An invoice in Reckon One names one customer, who is billed.",
        "sales_order": "FinSync sends no orders to Reckon One.",
        "batch_size": "Reckon One takes one document in a call.",
        "idempotency": "Reckon One knows no keys, so FinSync looks for a document "
        "before it sends it again.",
        "control_balances": "Reckon One tells balances of accounts as of now alone.",
    },
)
