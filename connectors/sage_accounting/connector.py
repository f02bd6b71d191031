"""Sage Business Cloud Accounting: the API v3.1 behind our contract."""

from collections.abc import Sequence
from dataclasses import replace

from connectors import unknown_reference
from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError, NotFound, Rejected, StaleVersion
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
)
from connectors.results import credit_laid, payment_results, push_results
from connectors.sage_accounting import masters
from connectors.sage_accounting.errors import LABEL, UNKNOWN_RECORD
from connectors.sage_accounting.mapping import NAMES, document_payload
from connectors.sage_accounting.payments import (
    ALLOCATIONS,
    PAYMENTS,
    allocation_payload,
    payment_payload,
)
from connectors.sage_accounting.reading import document_from, payment_from
from connectors.sage_accounting.reads import CONTACTS, BusinessReads

VOID_REASON = "Voided in FinSync"


class SageAccounting(BusinessReads):
    def create_party(self, party: Party) -> Party:
        payload = masters.party_payload(party)
        row = self.api.create("create_party", CONTACTS, payload)
        return replace(masters.party_from(party.role, row), key=party.key)

    def ensure_item(self, item: Item) -> Item:
        code = (item.code or item.name).casefold()
        for row in self.api.pages("ensure_item", "products", {"search": code}):
            found = masters.item_from(row)
            if found.code.casefold() == code and found.active:
                return found
        account = self.config.value("purchase_account")
        payload = masters.item_payload(item, purchase_account=account)
        row = self.api.create("ensure_item", "products", payload)
        return replace(masters.item_from(row), key=item.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        return push_results(one_by_one(documents, self._pushed))

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is DocumentKind.SUPPLIER_INVOICE:
            self._unsupported("mark_sent", "kind")
        path = f"{self._path(kind)}/{remote.id}"
        row = self.api.change("mark_sent", path, {NAMES[kind]: {"sent": True}})
        return document_from(kind, row)

    def update(self, document: Document) -> RemoteDocument:
        """Sage has no versions: we look before we write."""
        self._require_unchanged(document)
        payload = document_payload(document, home=self.home_currency)
        return self._changed_to("update", document, payload)

    def void(self, document: Document) -> RemoteDocument:
        path = f"{self._path(document.kind)}/{document.id}"
        is_bill = document.kind is DocumentKind.SUPPLIER_INVOICE
        reason = {} if is_bill else {"void_reason": VOID_REASON}
        self.api.remove("void", path, **reason)
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def void_payment(self, payment: RemotePayment) -> None:
        self.api.remove("void_payment", f"{PAYMENTS}/{payment.id}")

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        payload = allocation_payload(payment)
        row = self.api.create("allocate_credit", ALLOCATIONS, payload)
        return PaymentResult(remote=credit_laid(payment, str(row["id"])))

    def release_credit(self, payment: RemotePayment) -> None:
        self.api.remove("release_credit", f"{ALLOCATIONS}/{payment.id}")

    def _pushed(self, document: Document) -> RemoteDocument:
        payload = document_payload(document, home=self.home_currency)
        try:
            row = self.api.create("push", self._path(document.kind), payload)
        except NotFound as error:
            raise self._explained(document, error) from error
        return document_from(document.kind, row)

    def _paid(self, payment: Payment) -> RemotePayment:
        row = self.api.create("record_payments", PAYMENTS, payment_payload(payment))
        found = payment_from(row)
        if found is None:
            raise Rejected(f"{LABEL} made another kind of payment of it.")
        return found

    def _changed_to(
        self, operation: str, document: Document, payload: dict[str, object]
    ) -> RemoteDocument:
        path = f"{self._path(document.kind)}/{document.id}"
        return document_from(document.kind, self.api.change(operation, path, payload))

    def _require_unchanged(self, document: Document) -> None:
        now = self.get_document(document.kind, document.id)
        if document.version and now.version != document.version:
            raise StaleVersion(f"Somebody changed this record in {LABEL} meanwhile.")

    def _explained(self, document: Document, error: NotFound) -> ConnectorError:
        """Sage does not say which of the ids in a document it does not know."""
        if error.where.vendor_code != UNKNOWN_RECORD:
            return error
        return unknown_reference.explained(self, document, error.where)


CONNECTOR = SageAccounting
