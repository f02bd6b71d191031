"""Kashoo: what is known of its API, behind our contract."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import (
    ConnectorError,
    InDoubt,
    NotFound,
    Rejected,
    Unsupported,
)
from connectors.kashoo import reading
from connectors.kashoo.mapping import (
    document_payload,
    party_payload,
    payment_payload,
)
from connectors.kashoo.names import CONTACTS, LABEL, PAYMENTS
from connectors.kashoo.reads import BusinessReads
from connectors.records import (
    Document,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import as_sent, payment_results, push_results
from connectors.worded_refusals import no_place


class Kashoo(BusinessReads):
    def create_party(self, party: Party) -> Party:
        path, payload = CONTACTS[party.role], party_payload(party)
        row = self.api.create("create_party", path, "contact", payload)
        return replace(reading.party_from(party.role, row), key=party.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        return push_results(one_by_one(documents, self._pushed))

    def update(self, document: Document) -> RemoteDocument:
        """Kashoo has no versions: we look before we write."""
        record, _ = self._record(document.kind)
        payload = document_payload(document, home=self.home_currency)
        now = self.get_document(document.kind, document.id)
        if now.status in (RemoteStatus.PART_PAID, RemoteStatus.PAID) and now.gross:
            raise Unsupported(
                f"FinSync changes nothing in {LABEL} that was paid. Take the payment "
                "off there first.",
                field="lines",
            )
        with no_place(LABEL, "The document could not be changed"):
            self.api.change("update", record, record, payload, document.id)
        changed = self.get_document(document.kind, document.id)
        self.known.add(changed)
        return changed

    def delete(self, document: Document) -> None:
        """What is not found at a path that is guessed may be there all the same."""
        record, _ = self._record(document.kind)
        try:
            self.api.remove("delete", record, document.id)
        except NotFound as error:
            if self.listed(document.kind, document.id) is not None:
                raise self._still_there("The document", error) from error
            raise
        finally:
            self.known.forget(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        record, _ = PAYMENTS[payment.direction]
        try:
            self.api.remove("void_payment", record, payment.id)
        except NotFound as error:
            there = self.list_payments(payment.date, payment.date)
            if payment.id in {p.id for p in there if p.direction == payment.direction}:
                raise self._still_there("The payment", error) from error
            raise

    def _still_there(self, what: str, error: NotFound) -> Rejected:
        return Rejected(
            f"{what} is in {LABEL} still: it is taken away by another path there. Take "
            "it away by hand, and correct the path.",
            where=error.where,
        )

    def _pushed(self, document: Document) -> RemoteDocument:
        record, path = self._record(document.kind)
        payload = document_payload(document, home=self.home_currency)
        row = self.api.create("push", path, record, payload)
        try:
            made = self._document(document.kind, row, "push")
        except ConnectorError as error:
            raise InDoubt(
                f"{LABEL} took the document, but could not show it. FinSync looks for "
                "it.",
                where=error.where,
            ) from error
        self.known.add(made)
        return made

    def _paid(self, payment: Payment) -> RemotePayment:
        record, path = PAYMENTS[payment.direction]
        row = self.api.create("record_payments", path, record, payment_payload(payment))
        return as_sent(payment, reading.text(row, "id"))


CONNECTOR = Kashoo
