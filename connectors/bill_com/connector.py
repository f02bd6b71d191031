"""Bill.com: the v3 API of receivables and payables behind our contract."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.bill_com import masters
from connectors.bill_com.errors import LABEL
from connectors.bill_com.mapping import PATHS, document_payload
from connectors.bill_com.payments import RECORDING, payment_payload
from connectors.bill_com.reading import is_archived
from connectors.bill_com.reads import PAYOUTS, OrganisationReads
from connectors.bill_com.subscribing import EventSubscription
from connectors.bill_com.webhooks import BillWebhooks
from connectors.errors import Rejected, StaleVersion, Unsupported
from connectors.records import (
    Document,
    Party,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import as_sent, payment_results, push_results
from connectors.webhooks import Subscription


class Bill(OrganisationReads):
    webhooks = BillWebhooks()

    def create_party(self, party: Party) -> Party:
        path = masters.PARTIES[party.role]
        payload = masters.party_payload(party, self.usual)
        row = self.api.create("create_party", path, payload)
        return replace(masters.party_from(party.role, row, self.usual), key=party.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        return push_results(one_by_one(documents, self._pushed))

    def update(self, document: Document) -> RemoteDocument:
        """Bill.com has no versions: we look before we write."""
        now = self.get_document(document.kind, document.id)
        _require_changeable(document, now)
        path = f"{PATHS[document.kind]}/{document.id}"
        payload = document_payload(document, home=self.home)
        return self._document(document.kind, self.api.replace("update", path, payload))

    def void(self, document: Document) -> RemoteDocument:
        """Safe to repeat. That it is archived tells of it, and not its status."""
        path = f"{self._path(document.kind)}/{document.id}"
        row = self.api.act("void", f"{path}/archive")
        if not is_archived(row):
            row = self.api.get("void", path)
        if not is_archived(row):
            raise Rejected(f"{LABEL} did not archive {document.number}.")
        return self._document(document.kind, row)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        if payment.direction is PaymentDirection.RECEIVED:
            self._unsupported("void_payment", "direction")
        told = {"type": "VOID_ONLY", "reason": "Cancelled in FinSync"}
        self.api.act("void_payment", f"{PAYOUTS}/{payment.id}/void", told)

    def renew_webhooks(self, subscription: Subscription) -> Subscription:
        return EventSubscription(self.access).renew(subscription)

    def end_webhooks(self, subscription: Subscription) -> None:
        EventSubscription(self.access).end(subscription)

    def _pushed(self, document: Document) -> RemoteDocument:
        payload = document_payload(document, home=self.home)
        row = self.api.create("push", PATHS[document.kind], payload)
        return self._document(document.kind, row)

    def _paid(self, payment: Payment) -> RemotePayment:
        payload = payment_payload(payment)
        row = self.api.create("record_payments", RECORDING[payment.direction], payload)
        version = str(row.get("updatedTime") or "")
        return replace(as_sent(payment, str(row["id"])), version=version)


def _require_changeable(document: Document, now: RemoteDocument) -> None:
    if document.version and now.version != document.version:
        raise StaleVersion(f"Somebody changed this record in {LABEL} meanwhile.")
    if now.status in (RemoteStatus.PAID, RemoteStatus.PART_PAID) and now.gross:
        raise Unsupported(
            f"{LABEL} changes no document that was paid. Credit it and send a new one.",
            field="lines",
        )


CONNECTOR = Bill
