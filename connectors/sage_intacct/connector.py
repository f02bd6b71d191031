"""Sage Intacct: the XML gateway behind our contract."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from connectors.base import PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches
from connectors.errors import ConnectorError, DuplicateParty
from connectors.records import (
    Document,
    DocumentKind,
    Party,
    PartyRole,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import as_sent, only_party
from connectors.sage_intacct import masters
from connectors.sage_intacct.api import BATCH_SIZE
from connectors.sage_intacct.envelope import Element, Result, element
from connectors.sage_intacct.errors import REPEATED, TAKEN_ID
from connectors.sage_intacct.mapping import (
    REVERSALS,
    credit_function,
    document_function,
    payment_function,
    reversal,
)
from connectors.sage_intacct.reads import CompanyReads
from connectors.sage_intacct.webhooks import IntacctWebhooks

R = TypeVar("R")
Keyed = tuple[str, Element]
Outcome = Result | ConnectorError
_UNREAD = "It arrived, but Sage Intacct could not be asked what became of it."
_WAITS = "It waits in Sage Intacct for approval."


class SageIntacct(CompanyReads):
    webhooks = IntacctWebhooks()

    def create_party(self, party: Party) -> Party:
        return only_party(self.create_parties([party]))

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        """What was made is read back, in one call for each role."""
        own_ids = self.config.value("party_ids") != "theirs"
        outcomes = self._written(
            "create_party",
            parties,
            lambda party: (party.key, masters.party_function(party, own_id=own_ids)),
        )
        ids = [
            _party_id(party, outcome, own_ids=own_ids)
            for party, outcome in zip(parties, outcomes, strict=True)
        ]
        made = self._parties_by_id(parties, ids)
        return [
            _made(party, outcome, made.get((party.role, id)))
            for party, outcome, id in zip(parties, outcomes, ids, strict=True)
        ]

    def _parties_by_id(
        self, parties: Sequence[Party], ids: Sequence[str]
    ) -> dict[tuple[PartyRole, str], Party]:
        found: dict[tuple[PartyRole, str], Party] = {}
        for role in {party.role for party in parties}:
            pairs = zip(parties, ids, strict=True)
            wanted = [id for party, id in pairs if party.role is role and id]
            try:
                there = self.get_parties(role, wanted) if wanted else []
            except ConnectorError:
                continue
            found |= {(role, party.id): party for party in there}
        return found

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = self._written(
            "push", documents, lambda d: (d.key, document_function(d, self.style))
        )
        read = self._read_back(documents, outcomes)
        return [
            self._pushed(document, outcome, read)
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def _read_back(
        self, documents: Sequence[Document], outcomes: Sequence[Outcome]
    ) -> dict[tuple[DocumentKind, str], RemoteDocument]:
        """A create answers the key alone. What it made is read, in one call for each
        kind; what is not read now is by the next poll."""
        read: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {document.kind for document in documents}:
            pairs = zip(documents, outcomes, strict=True)
            ids = [_key(o) for d, o in pairs if d.kind is kind and _key(o)]
            try:
                rows = list(
                    self.api.read("push", self._object(kind), ids) if ids else ()
                )
            except ConnectorError:
                continue
            found = (self._document(kind, row) for row in rows)
            read |= {(kind, document.id): document for document in found}
        return read

    def _pushed(
        self,
        document: Document,
        outcome: Outcome,
        read: dict[tuple[DocumentKind, str], RemoteDocument],
    ) -> PushResult:
        error = outcome if isinstance(outcome, ConnectorError) else outcome.error
        if error is not None:
            if error.where.vendor_code == REPEATED:
                return self._sent_before(document, error)
            return PushResult(error=error)
        remote = read.get((document.kind, _key(outcome)))
        if remote is None:
            return PushResult(
                remote=_assumed(document, _key(outcome)), warnings=(_UNREAD,)
            )
        waits = (_WAITS,) if remote.status is RemoteStatus.DRAFT else ()
        return PushResult(remote=remote, warnings=waits)

    def _sent_before(self, document: Document, error: ConnectorError) -> PushResult:
        """The gateway had this very request before; what it made is what was meant."""
        try:
            [found] = self.find_sent([document])
        except ConnectorError:
            return PushResult(error=error)
        return PushResult(remote=found) if found else PushResult(error=error)

    def void(self, document: Document) -> RemoteDocument:
        """Reversed as of its own day, so that the period counts nothing of it."""
        if document.kind not in REVERSALS:
            self._unsupported("void", "kind")
        function = reversal(document.kind, document.id, document.date)
        self.api.write("void", function, key=f"void {document.key}")
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        outcomes = self._written("record_payments", payments, self._payment)
        return [
            _recorded(payment, outcome)
            for payment, outcome in zip(payments, outcomes, strict=True)
        ]

    def _payment(self, payment: Payment) -> Keyed:
        if payment.direction is not PaymentDirection.RECEIVED:
            self._unsupported("payments", "direction")
        return payment.key, payment_function(payment, self.style)

    def void_payment(self, payment: RemotePayment) -> None:
        today = payment.date or self.services.clock.now().date()
        day = (("year", "%Y"), ("month", "%m"), ("day", "%d"))
        split = [element(name, today.strftime(form)) for name, form in day]
        function = element(
            "reverse_arpayment", element("datereversed", *split), key=payment.id
        )
        self.api.write("void_payment", function)

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        function = credit_function(payment, self.style)
        try:
            result = self.api.write("allocate_credit", function, key=payment.key)
        except ConnectorError as error:
            return PaymentResult(error=error)
        return _recorded(payment, result)

    def _written(
        self, operation: str, records: Sequence[R], make: Callable[[R], Keyed]
    ) -> list[Outcome]:
        return in_batches(
            records,
            make,
            lambda keyed: self.api.write_all(operation, keyed),
            size=BATCH_SIZE,
        )


def _party_id(party: Party, outcome: Outcome, *, own_ids: bool) -> str:
    """Of one that was made, or of one whose id was taken before. Empty: not made."""
    error = outcome if isinstance(outcome, ConnectorError) else outcome.error
    if error is None and not isinstance(outcome, ConnectorError):
        told = outcome.text(masters.PARTY_IDS[party.role])
        return told or masters.party_id(party)
    before = error is not None and error.where.vendor_code in (TAKEN_ID, REPEATED)
    return masters.party_id(party) if before and own_ids else ""


def _made(party: Party, outcome: Outcome, found: Party | None) -> PartyResult:
    """An id that is taken by the very same party was an earlier attempt."""
    error = outcome if isinstance(outcome, ConnectorError) else outcome.error
    if found is not None and (error is None or found.name == party.name):
        return PartyResult(party=replace(found, key=party.key))
    if error is None:
        id = _party_id(party, outcome, own_ids=True)
        return PartyResult(party=replace(party, id=id))
    if isinstance(error, DuplicateParty):
        error = DuplicateParty(
            f"Sage Intacct already has a record of the id {masters.party_id(party)}.",
            where=error.where,
        )
    return PartyResult(error=error)


def _key(outcome: Outcome) -> str:
    if isinstance(outcome, ConnectorError) or outcome.error:
        return ""
    return outcome.text("key") or outcome.text("RECORDNO")


def _recorded(payment: Payment, outcome: Outcome) -> PaymentResult:
    """A create answers the key alone; what it paid we know ourselves."""
    error = outcome if isinstance(outcome, ConnectorError) else outcome.error
    if error is not None:
        return PaymentResult(error=error)
    return PaymentResult(remote=as_sent(payment, _key(outcome)))


def _assumed(document: Document, id: str) -> RemoteDocument:
    return RemoteDocument(
        kind=document.kind,
        id=id,
        number=document.number,
        status=RemoteStatus.UNKNOWN,
        date=document.date,
        currency=document.currency,
        gross=document.gross,
        reference=document.reference,
        party_id=document.party_id,
        party_name=document.party_name,
    )


CONNECTOR = SageIntacct
