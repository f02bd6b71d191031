"""Acumatica: the contract-based REST API behind our contract."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from connectors.acumatica import masters
from connectors.acumatica.errors import LABEL
from connectors.acumatica.mapping import (
    document_payload,
    keys_payload,
    warnings_of,
)
from connectors.acumatica.payments import (
    SCREENS,
    UNRELEASED,
    credit_payloads,
    payment_from,
    payment_payload,
)
from connectors.acumatica.reads import TenantReads
from connectors.acumatica.webhooks import AcumaticaWebhooks
from connectors.acumatica.wrapping import Entity, text, wrapped
from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    InDoubt,
    Reauthorise,
    Rejected,
    Retry,
)
from connectors.records import (
    Document,
    DocumentKind,
    Party,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import credit_laid, payment_results
from connectors.transport.odata import equals

_EXISTS = 412


class Acumatica(TenantReads):
    webhooks = AcumaticaWebhooks()

    def create_party(self, party: Party) -> Party:
        """An id that is taken by the very same party was an earlier attempt. A PUT
        would change whoever has it, so it is told to make one only."""
        own_id = self.config.value("party_ids") != "theirs"
        setting = "customer_class" if party.role == "customer" else "vendor_class"
        payload = masters.party_payload(
            party, own_id=own_id, party_class=self.config.value(setting)
        )
        try:
            row = self.api.put(
                "create_party",
                masters.ENTITIES[party.role],
                payload,
                expand=masters.EXPAND,
                create_only=own_id,
            )
        except ConnectorError as error:
            if error.where.http_status != _EXISTS:
                raise
            return self._made_before(party, error)
        return replace(masters.party_from(party.role, row), key=party.key)

    def _made_before(self, party: Party, error: ConnectorError) -> Party:
        id = masters.party_id(party)
        for found in self.get_parties(party.role, [id]):
            if found.name == party.name:
                return replace(found, key=party.key)
        raise DuplicateParty(
            f"{self.label} already has a record of the id {id}.", where=error.where
        ) from error

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = one_by_one(documents, self._pushed)
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(remote=outcome, warnings=warnings_of(document))
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def _pushed(self, document: Document) -> RemoteDocument:
        payload = document_payload(document, self.style)
        entity = self.style.entity(document.kind)
        row = self.api.put("push", entity, payload, expand="Details,TaxDetails")
        return self._document(document.kind, row)

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Releases it. What is released already says so when it is asked again, and is
        then simply read."""
        entity = self._entity(kind)
        path = f"{entity}/Release{entity}"
        try:
            self.api.act("finalise", path, keys_payload(kind, remote.id))
        except Rejected:
            found = self.get_document(kind, remote.id)
            if found.status is RemoteStatus.DRAFT:
                raise
            return found
        return self.get_document(kind, remote.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def _paid(self, payment: Payment) -> RemotePayment:
        """Saved, then released. Nothing keeps a payment from being saved twice, so the
        intent is looked for before, and gone on with where it stopped."""
        screen = SCREENS[payment.direction]
        payload = payment_payload(payment, self.style)
        row = self._begun(payment) if payment.key else None
        if row is None:
            row = self.api.put(
                "record_payments", screen.entity, payload, expand=screen.details
            )
        if text(row, "Status") in UNRELEASED:
            with _begun_already("The payment"):
                self._act(screen.release, payment.direction, text(row, "ReferenceNbr"))
        found = payment_from(payment.direction, row)
        return replace(
            found,
            currency=found.currency or payment.currency,
            allocations=payment.allocations,
        )

    def _begun(self, payment: Payment) -> Entity | None:
        screen = SCREENS[payment.direction]
        condition = equals(screen.mark, payment.key)
        listed = self._payment_rows("record_payments", payment.direction, condition)
        return next(listed, None)

    def void_payment(self, payment: RemotePayment) -> None:
        screen = SCREENS[payment.direction]
        self._act(screen.void, payment.direction, payment.id)

    def _act(self, action: str, direction: PaymentDirection, number: str) -> None:
        entity = SCREENS[direction].entity
        keys = wrapped({"Type": "Payment", "ReferenceNbr": number})
        self.api.act("record_payments", f"{entity}/{action}", keys)

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        """A memo is applied on the screen of payments, and that is released."""
        number = ""
        try:
            for payload in credit_payloads(payment):
                row = self.api.put("allocate_credit", "Payment", payload)
                number = text(row, "ReferenceNbr")
                keys = {"Type": row["Type"], "ReferenceNbr": row["ReferenceNbr"]}
                with _begun_already("The credit"):
                    self.api.act("allocate_credit", "Payment/ReleasePayment", keys)
        except ConnectorError as error:
            return PaymentResult(error=error)
        return PaymentResult(remote=credit_laid(payment, number))


@contextmanager
def _begun_already(what: str) -> Iterator[None]:
    """ "Not now" does not mean that nothing was done."""
    try:
        yield
    except (Retry, Reauthorise) as error:
        raise InDoubt(
            f"{what} is in {LABEL}, and not released yet: {error}", where=error.where
        ) from error


CONNECTOR = Acumatica
