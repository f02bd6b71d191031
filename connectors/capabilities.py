"""What a platform can do: one frozen declaration each, the only place where an
inability is written. Screens, checks and engine ask it, never the platform's name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors.records import DocumentKind, PaymentDirection


class Trigger(StrEnum):
    """What makes a document wait for its sending."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SENT = "sent"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    FINALISED = "finalised"
    JOB_COMPLETED = "job_completed"
    ORDER_WON = "order_won"
    SCHEDULED = "scheduled"
    MANUAL = "manual"


class TaxModel(StrEnum):
    CODE_PER_LINE = "code_per_line"
    CODE_PER_DOCUMENT = "code_per_document"
    NAME_AND_PERCENT = "name_and_percent"
    CALLER_COMPUTES = "caller_computes"
    NONE = "none"


class Idempotency(StrEnum):
    """What keeps a repeated create from making a second document."""

    NONE = "none"
    REQUEST_KEY = "request_key"
    EXTERNAL_ID = "external_id"
    UNIQUE_NUMBER = "unique_number"


class Rounding(StrEnum):
    """How the platform gets from lines to totals (all half-up unless it says else)."""

    PER_LINE = "per_line"
    PER_DOCUMENT = "per_document"
    PER_TAX_CODE = "per_tax_code"
    AS_GIVEN = "as_given"


class AuthKind(StrEnum):
    OAUTH2 = "oauth2"
    OAUTH2_CLIENT = "oauth2_client"
    OAUTH1 = "oauth1"
    LOGIN = "login"
    API_KEY = "api_key"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """`limit` calls in `seconds`; `seconds` 0 means at the same time. `left_header`:
    where the vendor's answers say how many are left of it."""

    limit: int
    seconds: int
    note: str = ""
    left_header: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    # Which of our kinds of document does it take?
    kinds: frozenset[DocumentKind]
    # Which payments can be recorded against them?
    payments: frozenset[PaymentDirection] = frozenset()
    # How does one get in?
    auth: AuthKind = AuthKind.OAUTH2
    # Does what lets in open one company alone, so that none can be chosen?
    one_company: bool = False
    # Does it work by files that people carry, for want of an API?
    files: bool = False
    # How many documents may travel in one call?
    batch_size: int = 1
    # How many numbers can be looked up in one call?
    lookup_size: int = 30
    # Can customers and suppliers be made there?
    create_parties: bool = True
    # Does it make the account itself when a document arrives (check 2 is waived)?
    makes_parties: bool = False
    # Do staff see its account ids, so that one may be typed?
    typed_account_id: bool = True
    # Is a care-of account billed, with the contact named on the document?
    care_of: bool = False
    # Are party names unique there?
    unique_party_names: bool = False
    # Does it keep our number as the document's number (else as a reference)?
    keeps_our_number: bool = True
    # Does it refuse a number that is taken, of the same kind?
    unique_numbers: bool = False
    # How long may a number be? None: no limit known.
    number_length: int | None = None
    # And a supplier's, where it is longer than what the platform's own may be?
    supplier_number_length: int | None = None
    # Do sales lines carry an account? If not, items carry it, or nothing does.
    sales_line_accounts: bool = True
    items_carry_accounts: bool = False
    # Do lines need a nominal at all?
    nominal_codes: bool = True
    tax_model: TaxModel = TaxModel.CODE_PER_LINE
    # Must each line have a tax?
    tax_required: bool = True
    rounding: Rounding = Rounding.PER_LINE
    idempotency: Idempotency = Idempotency.NONE
    # Is finishing (post, approve, release) a call of its own?
    finalise: bool = False
    # Can a document be made there as a draft?
    drafts: bool = False
    # Can it be told that a document was sent to the customer?
    mark_sent: bool = False
    # What can be done to a document that is there?
    update: bool = False
    void: bool = False
    delete: bool = False
    # Can a credit note be set against an invoice?
    allocate_credit: bool = False
    # And taken off it again?
    release_credit: bool = False
    # Can what a payment settles be changed, once it is there?
    move_payments: bool = False
    # Does what a payment leaves over stay on account there?
    on_account: bool = False
    # Can a credit note be paid back (money made, to a customer)?
    refunds: bool = False
    # Does it list what changed since a moment?
    change_feed: bool = False
    # Does that list name what was deleted?
    feed_tells_deletions: bool = True
    # How many days does that reach back? None: no end.
    change_window_days: int | None = None
    webhooks: bool = False
    multi_currency: bool = False
    # Can negative lines stand on a sales document?
    negative_lines: bool = True
    # Does it take documents that total zero?
    zero_documents: bool = True
    # Can it report the balance of its control accounts?
    control_balances: bool = False
    quotas: tuple[Quota, ...] = ()
    default_trigger: Trigger = Trigger.MANUAL
    # Why a flag is as it is, where staff would ask: flag's name -> a sentence.
    reasons: Mapping[str, str] = field(default_factory=dict)
    # Is the platform proven against its vendor's schema, or thinly documented?
    proven: bool = True

    def longest_number(self, kind: DocumentKind) -> int | None:
        if kind is DocumentKind.SUPPLIER_INVOICE and self.supplier_number_length:
            return self.supplier_number_length
        return self.number_length
