"""FreeAgent: the API v2 behind our contract."""

from collections.abc import Sequence
from dataclasses import replace

from connectors import unknown_reference
from connectors.amounts import credit_shares
from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import NotFound, StaleVersion, Unsupported
from connectors.freeagent.api import Entity, last_part
from connectors.freeagent.errors import LABEL
from connectors.freeagent.mapping import ITEMS, NAMES, PATHS, document_payload
from connectors.freeagent.masters import party_payload
from connectors.freeagent.payments import EXPLANATION, EXPLANATIONS, payment_payload
from connectors.freeagent.reads import CONTACTS, CompanyReads
from connectors.records import (
    Document,
    DocumentKind,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import as_sent, payment_results, push_results

RECONCILIATIONS = "credit_note_reconciliations"


class FreeAgent(CompanyReads):
    def create_party(self, party: Party) -> Party:
        row = self.api.create("create_party", CONTACTS, "contact", party_payload(party))
        return replace(self._party(party.role, row), key=party.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """Sales arrive as drafts, one after the other: FreeAgent advises against more
        at the same time."""
        return push_results(one_by_one(documents, self._drafted))

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Safe to repeat: what is no draft any more is only read. Bills are none."""
        if kind in _MARKED and remote.status is RemoteStatus.DRAFT:
            self.api.transition("finalise", PATHS[kind], remote.id, "mark_as_sent")
        return self.get_document(kind, remote.id)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Nothing is mailed."""
        if kind not in _MARKED:
            self._unsupported("mark_sent", "kind")
        return self.finalise(kind, remote)

    def update(self, document: Document) -> RemoteDocument:
        """FreeAgent has no versions: we look before we write. What was sent is locked,
        and is a draft for a moment; where that breaks off, the next try goes on."""
        kind, path = document.kind, self._path(document.kind)
        now = self.api.get("update", f"{path}/{document.id}", NAMES[kind])
        self._require_unchanged(document, self._document(kind, now))
        payload = document_payload(document, self.api.address)
        payload[ITEMS[kind]] += _dropped(now, ITEMS[kind])
        if kind in _MARKED and now.get("status") != "Draft":
            self.api.transition("update", path, document.id, "mark_as_draft")
        self.api.change("update", f"{path}/{document.id}", NAMES[kind], payload)
        return self.finalise(kind, replace(_named(document), kind=kind))

    def delete(self, document: Document) -> None:
        self.api.remove("delete", f"{self._path(document.kind)}/{document.id}")
        self.known.forget(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        self.api.remove("void_payment", f"{EXPLANATIONS}/{payment.id}")

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        ids: list[str] = []
        for share in credit_shares(payment):
            payload = {
                "invoice": self.api.address("invoices", share.document_id),
                "credit_note": self.api.address("credit_notes", share.credit_id),
                "gross_value": f"{share.amount:f}",
                "dated_on": payment.date,
            }
            row = self.api.create(
                "allocate_credit",
                RECONCILIATIONS,
                "credit_note_reconciliation",
                payload,
            )
            ids.append(last_part(row["url"]))
        return PaymentResult(remote=as_sent(payment, ids[0] if ids else ""))

    def release_credit(self, payment: RemotePayment) -> None:
        self.api.remove("release_credit", f"{RECONCILIATIONS}/{payment.id}")

    def _drafted(self, document: Document) -> RemoteDocument:
        payload = document_payload(document, self.api.address)
        kind = document.kind
        try:
            row = self.api.create("push", PATHS[kind], NAMES[kind], payload)
        except NotFound as error:
            raise unknown_reference.explained(self, document, error.where) from error
        return self._document(kind, row)

    def _paid(self, payment: Payment) -> RemotePayment:
        payload = payment_payload(payment, self.api.address, home=self.home_currency)
        row = self.api.create("record_payments", EXPLANATIONS, EXPLANATION, payload)
        return as_sent(payment, last_part(row["url"]))

    def _require_unchanged(self, document: Document, now: RemoteDocument) -> None:
        if document.version and now.version != document.version:
            raise StaleVersion(f"Somebody changed this record in {LABEL} meanwhile.")
        if now.status in (RemoteStatus.PAID, RemoteStatus.PART_PAID):
            raise Unsupported(
                f"{LABEL} changes no document that was paid. Credit it and send a new "
                "one.",
                field="lines",
            )


_MARKED = frozenset({DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE})


def _named(document: Document) -> RemoteDocument:
    return RemoteDocument(
        kind=document.kind,
        id=document.id,
        number=document.number,
        status=RemoteStatus.DRAFT,
    )


def _dropped(now: Entity, name: str) -> list[Entity]:
    """The items that are there, to be taken out: those sent are added to them."""
    return [{"url": item["url"], "_destroy": 1} for item in now.get(name) or ()]


CONNECTOR = FreeAgent
