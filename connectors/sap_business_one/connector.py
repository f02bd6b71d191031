"""SAP Business One: the Service Layer behind our contract."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from connectors.base import PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches
from connectors.errors import ConnectorError, DuplicateParty
from connectors.records import (
    Document,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
)
from connectors.results import only_party
from connectors.sap_business_one import masters
from connectors.sap_business_one.api import BATCH_SIZE, Outcome
from connectors.sap_business_one.errors import EXISTS, LABEL
from connectors.sap_business_one.mapping import document_write, warnings_of
from connectors.sap_business_one.payments import SETS as PAYMENT_SETS
from connectors.sap_business_one.payments import payment_write
from connectors.sap_business_one.reading import payment_from
from connectors.sap_business_one.reads import PARTNERS, CompanyReads
from connectors.transport.odata import key
from connectors.transport.odata_batch import Write

R = TypeVar("R")


class SapBusinessOne(CompanyReads):
    def create_party(self, party: Party) -> Party:
        return only_party(self.create_parties([party]))

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        outcomes = self._created(
            "create_party",
            parties,
            lambda party: Write("POST", PARTNERS, masters.party_payload(party)),
        )
        return [
            self._party_result(party, outcome)
            for party, outcome in zip(parties, outcomes, strict=True)
        ]

    def _party_result(self, party: Party, outcome: Outcome) -> PartyResult:
        """A code that is taken by the very same partner was an earlier attempt."""
        if not isinstance(outcome, ConnectorError):
            return PartyResult(party=masters.party_from(party.role, outcome))
        if outcome.where.vendor_code != EXISTS:
            return PartyResult(error=outcome)
        code = masters.card_code(party)
        try:
            taken = self.get_parties(party.role, [code])
        except ConnectorError as error:
            return PartyResult(error=error)
        for found in taken:
            if found.name == party.name:
                return PartyResult(party=found)
        sentence = f"{LABEL} already has a business partner of the code {code}."
        return PartyResult(error=DuplicateParty(sentence, where=outcome.where))

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = self._created(
            "push", documents, lambda document: document_write(document, self.style)
        )
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(
                remote=self._document(document.kind, outcome),
                warnings=warnings_of(document),
            )
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def void(self, document: Document) -> RemoteDocument:
        """The cancelled document stays, and is read back."""
        path = f"{self._set(document.kind)}{key(int(document.id))}"
        self.api.post("void", f"{path}/Cancel", {})
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        outcomes = self._created("record_payments", payments, payment_write)
        return [
            PaymentResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PaymentResult(remote=payment_from(payment.direction, outcome))
            for payment, outcome in zip(payments, outcomes, strict=True)
        ]

    def void_payment(self, payment: RemotePayment) -> None:
        path = f"{PAYMENT_SETS[payment.direction]}{key(int(payment.id))}"
        self.api.post("void_payment", f"{path}/Cancel", {})

    def _created(
        self, operation: str, records: Sequence[R], make: Callable[[R], Write]
    ) -> list[Outcome]:
        return in_batches(
            records,
            make,
            lambda writes: self.api.create(operation, writes),
            size=BATCH_SIZE,
        )


CONNECTOR = SapBusinessOne
