"""FreshBooks: its accounting API behind our contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError
from connectors.freshbooks import reading
from connectors.freshbooks.api import integer
from connectors.freshbooks.kinds import PLACES
from connectors.freshbooks.mapping import (
    credit_payload,
    document_payload,
    party_payload,
    payment_payload,
)
from connectors.freshbooks.reads import CLIENTS, PAYMENTS, VENDORS, AccountReads
from connectors.freshbooks.subscribing import Callbacks
from connectors.freshbooks.webhooks import FreshBooksWebhooks
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    PartyRole,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import payment_results, push_results
from connectors.webhooks import Challenge, Subscription

_SENT = {"action_mark_as_sent": True}
_GONE = {"vis_state": reading.DELETED}


class FreshBooks(AccountReads):
    webhooks = FreshBooksWebhooks()
    keeps_redirect = True

    # Writes

    def create_party(self, party: Party) -> Party:
        payload = party_payload(party)
        if party.role is PartyRole.SUPPLIER:
            node = self.api.create("create_party", VENDORS, "bill_vendor", payload)
            return replace(reading.vendor_from(node), key=party.key)
        node = self.api.create("create_party", CLIENTS, "client", payload)
        return replace(reading.customer_from(node), key=party.key)

    def ensure_item(self, item: Item) -> Item:
        """Lines are free text: none is needed."""
        return item

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """Invoices arrive as drafts; `finalise` makes them count."""
        return push_results(one_by_one(documents, self._pushed))

    def _pushed(self, document: Document) -> RemoteDocument:
        payload = self._payload(document)
        place = PLACES[document.kind]
        node = self.api.create("push", place.path, place.key, payload, lines=True)
        return self._document(document.kind, node)

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        if remote.status is RemoteStatus.DRAFT:
            return self._written("finalise", kind, remote.id, _SENT)
        return self.get_document(kind, remote.id)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is DocumentKind.SUPPLIER_INVOICE:
            self._unsupported("mark_sent", "kind")
        return self._written("mark_sent", kind, remote.id, _SENT)

    def update(self, document: Document) -> RemoteDocument:
        """The lines are replaced as a whole."""
        payload = self._payload(document)
        return self._written("update", document.kind, document.id, payload)

    def void(self, document: Document) -> RemoteDocument:
        """What FreshBooks calls deleted: it stays readable, and its number is free."""
        return self._written("void", document.kind, document.id, _GONE)

    def _written(
        self, operation: str, kind: DocumentKind, id: str, payload: Mapping[str, object]
    ) -> RemoteDocument:
        place = self._place(kind)
        path = place.one(_id(id))
        return self._document(
            kind, self.api.update(operation, path, place.key, dict(payload))
        )

    def _payload(self, document: Document) -> dict[str, object]:
        return document_payload(document, per_line=self.account.rounds_per_line)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def _paid(self, payment: Payment) -> RemotePayment:
        return self._settled("record_payments", payment, payment_payload(payment))

    def void_payment(self, payment: RemotePayment) -> None:
        path, _, key = PAYMENTS[payment.direction]
        self.api.update("void_payment", f"{path}/{_id(payment.id)}", key, _GONE)

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        try:
            payload = credit_payload(payment)
            remote = self._settled("allocate_credit", payment, payload)
        except ConnectorError as error:
            return PaymentResult(error=error)
        return PaymentResult(remote=replace(remote, allocations=payment.allocations))

    def _settled(
        self, operation: str, payment: Payment, payload: dict[str, object]
    ) -> RemotePayment:
        path, _, key = PAYMENTS[payment.direction]
        node = self.api.create(operation, path, key, payload)
        found = reading.payment_from(payment.direction, node)
        return replace(found, party_id=found.party_id or payment.party_id)

    # Being told of changes

    def renew_webhooks(self, subscription: Subscription) -> Subscription:
        return self._callbacks().renew(subscription)

    def answer_challenge(self, challenge: Challenge) -> None:
        self._callbacks().answer(challenge)

    def end_webhooks(self, subscription: Subscription) -> None:
        self._callbacks().end(subscription)

    def _callbacks(self) -> Callbacks:
        return Callbacks(self.api, self.config.organisation_id)


def _id(id: str) -> str:
    """Never a path of somebody's making."""
    return str(integer(id, "NOT_FOUND", field="id"))


CONNECTOR = FreshBooks
