"""Xero: the Accounting API 2.0 behind our contract."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from connectors.base import PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches
from connectors.errors import ConnectorError, StaleVersion
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
)
from connectors.results import as_sent, credit_laid, only_party
from connectors.xero import masters
from connectors.xero.api import BATCH_BYTES, BATCH_SIZE, Creation
from connectors.xero.errors import LABEL
from connectors.xero.mapping import (
    CREDIT_NOTES,
    IDS,
    INVOICES,
    document_creation,
    update_payload,
    warnings_of,
)
from connectors.xero.payments import (
    BATCH_PAYMENTS,
    PAYMENTS,
    allocations_by_credit,
    payment_creation,
)
from connectors.xero.reads import CONTACTS, TenantReads
from connectors.xero.webhooks import XeroWebhooks
from connectors.xero.wire import Entity

R = TypeVar("R")
Outcome = Entity | ConnectorError


class Xero(TenantReads):
    webhooks = XeroWebhooks()

    # Getting in and out

    def logout(self) -> None:
        """Disconnects this organisation. The grant itself may open others, and is
        revoked with the last of them."""
        mine: list[str] = []
        others: list[str] = []
        for row in self.api.connections():
            same = row.get("tenantId") == self.config.organisation_id
            (mine if same else others).append(str(row["id"]))
        for connection in mine:
            self.api.disconnect(connection)
        if not others:
            super().logout()

    # Writes

    def create_party(self, party: Party) -> Party:
        return only_party(self.create_parties([party]))

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        outcomes = self._created(
            "create_party",
            parties,
            lambda party: Creation(party.key, CONTACTS, masters.party_payload(party)),
        )
        return [
            PartyResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PartyResult(
                party=replace(self._party(party.role, outcome), key=party.key)
            )
            for party, outcome in zip(parties, outcomes, strict=True)
        ]

    def ensure_item(self, item: Item) -> Item:
        code = masters.item_code(item)
        for found in self.items():
            if found.code.casefold() == code.casefold():
                return found
        creation = Creation(item.key, "Items", masters.item_payload(item))
        [outcome] = self.api.create("ensure_item", [creation])
        if isinstance(outcome, ConnectorError):
            raise outcome
        return replace(masters.item_from(outcome), key=item.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = self._created("push", documents, self._creation)
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(
                remote=self._document(outcome), warnings=warnings_of(document)
            )
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is not DocumentKind.SALES_INVOICE:
            self._unsupported("mark_sent", "kind")
        payload = {"InvoiceID": remote.id, "SentToContact": True}
        row = self.api.post("mark_sent", INVOICES, remote.id, payload)
        return self._document(row)

    def update(self, document: Document) -> RemoteDocument:
        """Xero has no versions: the last write wins there, so we look before we write,
        and a change in between goes under."""
        self._require_unchanged(document)
        payload = update_payload(
            document, link_base=self.tenant.link_base, our_rate=self.tenant.our_rate
        )
        return self._changed("update", document, payload)

    def void(self, document: Document) -> RemoteDocument:
        id_name = IDS[self._path(document.kind)]
        payload = {id_name: document.id, "Status": "VOIDED"}
        return self._changed("void", document, payload)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        outcomes = self._created(
            "record_payments",
            payments,
            lambda payment: payment_creation(payment, our_rate=self.tenant.our_rate),
        )
        return [
            PaymentResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PaymentResult(remote=_recorded(payment, outcome))
            for payment, outcome in zip(payments, outcomes, strict=True)
        ]

    def void_payment(self, payment: RemotePayment) -> None:
        """One of several documents is a batch there, and ended as such."""
        several = len(payment.allocations) > 1
        path = BATCH_PAYMENTS if several else PAYMENTS
        self.api.remove("void_payment", path, payment.id)

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        ids: list[str] = []
        for credit, rows in allocations_by_credit(payment).items():
            path = f"{CREDIT_NOTES}/{credit}/Allocations"
            body = {"Allocations": rows}
            key = f"{payment.key}:{credit}" if payment.key else ""
            answer = self.api.put("allocate_credit", path, body, key=key).json_object()
            ids += [str(row["AllocationID"]) for row in answer["Allocations"]]
        laid = credit_laid(payment, ids[0] if ids else "")
        return PaymentResult(remote=laid)

    def release_credit(self, payment: RemotePayment) -> None:
        for each in payment.allocations:
            if each.kind is DocumentKind.CREDIT_NOTE:
                path = f"{CREDIT_NOTES}/{each.document_id}/Allocations/{payment.id}"
                self.api.delete("release_credit", path)

    def _creation(self, document: Document) -> Creation:
        return document_creation(
            document, link_base=self.tenant.link_base, our_rate=self.tenant.our_rate
        )

    def _created(
        self, operation: str, records: Sequence[R], make: Callable[[R], Creation]
    ) -> list[Outcome]:
        return in_batches(
            records,
            make,
            lambda some: self._by_path(operation, some),
            size=BATCH_SIZE,
            weigh=lambda creation: creation.weight,
            heaviest=BATCH_BYTES,
        )

    def _by_path(self, operation: str, some: Sequence[Creation]) -> list[Outcome]:
        """Invoices and bills go together, credit notes by themselves."""
        outcomes: dict[int, Outcome] = {}
        for path in dict.fromkeys(creation.path for creation in some):
            places = [at for at, creation in enumerate(some) if creation.path == path]
            try:
                answered = self.api.create(operation, [some[at] for at in places])
            except ConnectorError as error:
                if not outcomes:
                    raise
                answered = [error] * len(places)
            outcomes.update(zip(places, answered, strict=True))
        return [outcomes[at] for at in range(len(some))]

    def _require_unchanged(self, document: Document) -> None:
        if not document.version:
            return
        now = self.get_document(document.kind, document.id)
        if now.version != document.version:
            raise StaleVersion(f"Somebody changed this record in {LABEL} meanwhile.")

    def _changed(
        self, operation: str, document: Document, payload: Entity
    ) -> RemoteDocument:
        path = self._path(document.kind)
        row = self.api.post(operation, path, document.id, payload, key=document.key)
        return self._document(row)


def _recorded(payment: Payment, row: Entity) -> RemotePayment:
    """A batch answers its own amount; what it pays we know ourselves."""
    id = str(row.get("BatchPaymentID") or row.get("PaymentID"))
    return as_sent(payment, id)


CONNECTOR = Xero
