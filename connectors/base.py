"""The contract between FinSync's engine and a platform.

Every call may raise any error of `connectors.errors`; what a platform lacks raises
`Unsupported`, and its capability says so beforehand. A call that may have been carried
out without an answer raises `InDoubt`, never `Retry`. Nothing here opens a database
transaction, and none may be open around it.

Lists are iterators over pages: the first page is fetched at the first `next`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, NoReturn, Self

from connectors.capabilities import AuthKind, Capabilities, Quota
from connectors.errors import (
    ConnectorError,
    Reauthorise,
    Retry,
    Unsupported,
    Where,
)
from connectors.records import (
    Changes,
    ControlBalance,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    Payment,
    RemoteDocument,
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.services import Services, Tokens
from connectors.settings import ConnectionConfig, Setting
from connectors.webhooks import Challenge, Subscription, Webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """What became of one document: exactly one of `remote` and `error` is set.

    `warnings` are sentences for staff about a document that did arrive.
    """

    remote: RemoteDocument | None = None
    error: ConnectorError | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyResult:
    """As `PushResult`, for a party."""

    party: Party | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentResult:
    """As `PushResult`, for a payment."""

    remote: RemotePayment | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeRequest:
    """Where to send the person's browser. `verifier` (PKCE, may be empty) must be kept
    with the state until the callback."""

    url: str
    verifier: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a consent or log-in brought: tokens, and the organisations that they open.

    `values` are settings that came along (a data centre, a company file's id).
    """

    tokens: Tokens = field(repr=False)
    organisations: tuple[Organisation, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


class Connector:
    """One connection to one organisation on one platform. Cheap to make; not shared
    between threads. Use as a context manager, so that sessions are closed."""

    platform: ClassVar[str]
    label: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    settings: ClassVar[tuple[Setting, ...]] = ()
    webhooks: ClassVar[Webhooks | None] = None

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        self.config = config
        self.services = services or Services()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives sockets back. Tokens and shared sessions stay."""

    @classmethod
    def quotas_of(cls, values: Mapping[str, str]) -> tuple[Quota, ...]:
        """The vendor's quotas, where they hang on a setting (the plan paid for)."""
        return cls.capabilities.quotas

    @classmethod
    def by_consent(cls, values: Mapping[str, str]) -> bool:
        """Whether a person logs in over there, where that hangs on a setting."""
        return cls.capabilities.auth in (AuthKind.OAUTH2, AuthKind.OAUTH1)

    # Getting in

    def authorize(self, *, state: str, redirect_uri: str) -> AuthorizeRequest:
        """Starts the vendor's consent page (OAuth 2.0 authorization code alone)."""
        self._unsupported("authorize")

    def grant(
        self, *, callback: Mapping[str, str], redirect_uri: str, verifier: str = ""
    ) -> Grant:
        """Turns the callback's query parameters into tokens. Raises `Reauthorise` when
        the vendor refuses; the caller has compared the state."""
        self._unsupported("grant")

    def login(self) -> Grant:
        """Gets in with the declared settings, for platforms without a consent page."""
        self._unsupported("login")

    def logout(self) -> None:
        """Revokes the grant or ends the shared session, where that exists."""

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        """Turns the `credentials` of a practice ledger (or of a `connect` file, same
        keys) into a grant, with `values` for the declared settings."""
        self._unsupported("connect_practice")

    # Reads

    def organisation(self) -> Organisation:
        self._unsupported("organisation")

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """Active parties whose name is exactly one of `names` (as the platform compares
        names), in any order; few calls for many names."""
        self._unsupported("find_parties")

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        self._unsupported("list_parties")

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        """Those of `ids` that exist, inactive ones too, in any order."""
        self._unsupported("get_parties")

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        self._unsupported("ledger_accounts")

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """Accounts that payments may be put to."""
        self._unsupported("bank_accounts")

    def tax_codes(self) -> Iterator[TaxCode]:
        self._unsupported("tax_codes")

    def items(self) -> Iterator[Item]:
        self._unsupported("items")

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """All documents of `kind` there that have one of `numbers` as their number or
        as our number, any order, deleted ones left out; without lines. Supplier numbers
        may be narrowed to `party_ids`."""
        self._unsupported("find_documents")

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """For each document that was sent without an answer: what its intent made, or
        None. Known by key or reference; by number only where neither is kept there and
        party and total agree too. One answer per document, in order."""
        self._unsupported("find_sent")

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        """With lines. Raises `NotFound`."""
        self._unsupported("get_document")

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """Documents dated from `start` to `end`, both included, voided ones too."""
        self._unsupported("list_documents")

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        self._unsupported("list_payments")

    def changed_since(self, cursor: str) -> Changes:
        """What changed since `cursor` (empty: from now on), the edge repeated rather
        than missed."""
        self._unsupported("changed_since")

    def control_balances(self, on: date) -> list[ControlBalance]:
        self._unsupported("control_balances")

    def document_url(self, kind: DocumentKind, id: str) -> str:
        """Where a person sees it in the platform, or empty."""
        return ""

    def party_url(self, role: PartyRole, id: str) -> str:
        return ""

    # Before sending

    def forecast(self, document: Document) -> Totals:
        """What the platform will make of the document's totals. No call."""
        return Totals(net=document.net, tax=document.tax, gross=document.gross)

    # Writes

    def create_party(self, party: Party) -> Party:
        """Makes it; the same `key` twice makes one where the platform has keys. Raises
        `DuplicateParty` where names are unique."""
        self._unsupported("create_party")

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        """As `create_party`, for many: one result per party, in order. Platforms that
        can do so send them in batches. What keeps one from being made at all now
        (`Retry`, `Reauthorise`) is the result of those after it too, without a call;
        it may be raised where nothing was sent yet."""
        results: list[PartyResult] = []
        stop: ConnectorError | None = None
        for party in parties:
            if stop is not None:
                results.append(PartyResult(error=stop))
                continue
            try:
                results.append(PartyResult(party=self.create_party(party)))
            except ConnectorError as error:
                results.append(PartyResult(error=error))
                stop = error if isinstance(error, Retry | Reauthorise) else None
        return results

    def ensure_item(self, item: Item) -> Item:
        """The item of that code or name that carries those accounts, made when it is
        missing. Safe to repeat."""
        self._unsupported("ensure_item")

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """Creates documents. One result per document, in order; a refusal of one never
        hides the fate of another. Faults that concern one document are results; an
        error is raised only when nothing at all was sent (`Retry`, `PlatformDown`,
        `Reauthorise`). Documents whose fate is unknown get an `InDoubt` result."""
        self._unsupported("push")

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Posts, approves or releases a draft. Safe to repeat."""
        self._unsupported("finalise")

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        self._unsupported("mark_sent")

    def update(self, document: Document) -> RemoteDocument:
        """Makes the document `id` there the same as ours. Raises `StaleVersion` when it
        changed since `version`, `NotFound` when it is gone."""
        self._unsupported("update")

    def void(self, document: Document) -> RemoteDocument:
        self._unsupported("void")

    def delete(self, document: Document) -> None:
        self._unsupported("delete")

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        """As `push`: one result per payment, in order."""
        self._unsupported("record_payments")

    def void_payment(self, payment: RemotePayment) -> None:
        self._unsupported("void_payment")

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        """Sets credit notes against invoices: a payment of amount zero whose
        allocations name both sides."""
        self._unsupported("allocate_credit")

    def release_credit(self, payment: RemotePayment) -> None:
        """Takes off again what `allocate_credit` made; `id` and `allocations` are as it
        answered them. Safe to repeat: what is off already is no fault, or `NotFound`.
        """
        self._unsupported("release_credit")

    def move_payment(self, payment: Payment, remote: RemotePayment) -> RemotePayment:
        """Makes what the payment `remote` settles the same as ours, its amount and date
        unchanged. Safe to repeat. Raises `NotFound` when it is gone."""
        self._unsupported("move_payment")

    # Being told of changes, where that is arranged by calls

    def renew_webhooks(self, subscription: Subscription) -> Subscription:
        """Makes the platform tell `subscription.address` what `webhooks` reads: makes
        what is missing, extends what ends, and answers all that holds now. Safe to
        repeat; called well before `ends_at`."""
        self._unsupported("renew_webhooks")

    def answer_challenge(self, challenge: Challenge) -> None:
        """Gives the code back. Raises `Rejected` when the vendor does not know it."""
        self._unsupported("answer_challenge")

    def end_webhooks(self, subscription: Subscription) -> None:
        """What is gone already is no fault."""
        self._unsupported("end_webhooks")

    # For the connectors themselves

    def _unsupported(self, operation: str, field: str = "") -> NoReturn:
        sentence = self.capabilities.reasons.get(
            operation, f"{self.label} cannot do this ({operation.replace('_', ' ')})."
        )
        raise Unsupported(
            sentence,
            field=field,
            where=Where(platform=self.platform, operation=operation),
        )


def by_number(documents: Iterable[RemoteDocument]) -> dict[str, list[RemoteDocument]]:
    """Groups documents by their number, order kept."""
    groups: dict[str, list[RemoteDocument]] = {}
    for document in documents:
        groups.setdefault(document.number, []).append(document)
    return groups
