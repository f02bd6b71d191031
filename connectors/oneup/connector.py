"""OneUp: what is known of its API, behind our contract."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.base import PushResult
from connectors.batching import one_by_one
from connectors.errors import Rejected, StaleVersion, Unsupported
from connectors.oneup import reading
from connectors.oneup.mapping import customer_payload, invoice_payload
from connectors.oneup.names import LABEL
from connectors.oneup.reads import CompanyReads
from connectors.records import (
    Document,
    Item,
    Party,
    RemoteDocument,
    RemoteStatus,
)
from connectors.results import push_results
from connectors.worded_refusals import no_place


class OneUp(CompanyReads):
    def create_party(self, party: Party) -> Party:
        self._customers_alone(party.role)
        payload = customer_payload(party)
        row = self.api.create("create_party", "customers", "customer", payload)
        return replace(reading.customer_from(row), key=party.key)

    def ensure_item(self, item: Item) -> Item:
        """Chooses one that is sold to the account, by name or code where it can; none
        is made."""
        fitting = [
            found
            for found in self.items()
            if found.income_account_id == item.income_account_id
        ]
        for found in fitting:
            if item.name == found.name or (item.code and item.code == found.code):
                return replace(found, key=item.key)
        if fitting:
            return replace(fitting[0], key=item.key)
        raise Rejected(
            f"No item in {LABEL} is sold to that account. Make one there, or map the "
            "nominal code to another.",
            status_code="NO_NOMINAL",
            field="lines",
            where=self.company.transport.where("ensure_item"),
        )

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        return push_results(one_by_one(documents, self._pushed))

    def update(self, document: Document) -> RemoteDocument:
        """OneUp has no versions: we look before we write."""
        self._invoices_alone(document.kind)
        payload = invoice_payload(document, self.style)
        now = self.get_document(document.kind, document.id)
        if document.version and now.version != document.version:
            raise StaleVersion(f"Somebody changed this invoice in {LABEL} meanwhile.")
        if now.status in (RemoteStatus.PART_PAID, RemoteStatus.PAID) and now.gross:
            raise Unsupported(
                f"FinSync changes nothing in {LABEL} that was paid. Take the payment "
                "off there first.",
                field="lines",
            )
        with no_place(LABEL, "The invoice could not be changed"):
            self.api.change("update", "invoice", "invoice", document.id, payload)
        return self.get_document(document.kind, document.id)

    def delete(self, document: Document) -> None:
        self._invoices_alone(document.kind)
        self.api.remove("delete", "invoice", document.id)
        self.known.forget(document.kind, document.id)

    def _pushed(self, document: Document) -> RemoteDocument:
        self._invoices_alone(document.kind)
        payload = invoice_payload(document, self.style)
        return self._invoice(self.api.create("push", "invoices", "invoice", payload))


CONNECTOR = OneUp
