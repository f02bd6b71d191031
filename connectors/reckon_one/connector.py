"""Reckon One: the API of version 2 behind our contract, and bills by version 1."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.amounts import credit_shares
from connectors.base import PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError, InDoubt
from connectors.reckon_one import masters
from connectors.reckon_one.api import Node, checked
from connectors.reckon_one.bills import bill_payload
from connectors.reckon_one.errors import LABEL
from connectors.reckon_one.filters import can_ask, equals
from connectors.reckon_one.kinds import BILL, PLACES
from connectors.reckon_one.mapping import document_payload, warnings_of
from connectors.reckon_one.payments import (
    RECEIPTS,
    is_to_invoice,
    link_from,
    link_payload,
    receipt_payload,
)
from connectors.reckon_one.reading import payment_from
from connectors.reckon_one.reads import BookReads
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import as_sent, credit_laid, payment_results

_APPROVED = {"status": "Approved"}


class ReckonOne(BookReads):
    # Parties and items

    def create_party(self, party: Party) -> Party:
        payload = masters.party_payload(party)
        id = self.api.create("create_party", masters.PATHS[party.role], payload)
        return replace(party, id=id)

    def ensure_item(self, item: Item) -> Item:
        name = item.name[: masters.ITEM_NAME_LENGTH]
        where = equals("name", name) if can_ask(name) else ""
        for row in self.api.pages("ensure_item", "items", where):
            found = masters.item_from(row)
            if found.name == name:
                return found
        id = self.api.create("ensure_item", "items", masters.item_payload(item))
        return replace(item, id=id, name=name)

    # Documents

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """With approvals on, documents arrive as drafts; `finalise` approves them."""
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else outcome
            for outcome in one_by_one(documents, self._pushed)
        ]

    def _pushed(self, document: Document) -> PushResult:
        id = self._created(document)
        try:
            remote = self.get_document(document.kind, id)
        except ConnectorError as error:
            # The create answers an id alone. It is there, whatever keeps us from
            # reading its number and totals.
            raise InDoubt(
                f"{LABEL} has taken the document, but does not show it yet.",
                where=error.where,
            ) from error
        return PushResult(remote=remote, warnings=warnings_of(document))

    def _created(self, document: Document) -> str:
        if document.kind is BILL:
            return self.bills.create("push", self._bill(document, "push"))
        payload = document_payload(document, home=self.home)
        return self.api.create("push", PLACES[document.kind].path, payload)

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Read again only where a draft had no number yet, or where a document of
        nothing may be paid at once."""
        if remote.status is not RemoteStatus.DRAFT:
            return self.get_document(kind, remote.id)
        if kind is BILL:
            self._require_bills("finalise")
            self.bills.approve("finalise", _id(remote.id))
        else:
            path = self._place(kind).one(_id(remote.id))
            self.api.patch("finalise", path, _APPROVED)
        if not (remote.number and remote.gross):
            return self.get_document(kind, remote.id)
        return replace(remote, status=RemoteStatus.OPEN)

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is not DocumentKind.SALES_INVOICE:
            self._unsupported("mark_sent", "kind")
        path = self._place(kind).one(_id(remote.id))
        self.api.act("mark_sent", f"{path}/email/markAsSent")
        return replace(remote, sent=True)

    def update(self, document: Document) -> RemoteDocument:
        """All of it is replaced. Reckon has no versions: the last write wins."""
        if document.kind is BILL:
            self.bills.replace("update", self._bill(document, "update"))
        else:
            payload = document_payload(document, home=self.home)
            path = PLACES[document.kind].one(_id(document.id))
            self.api.replace("update", path, payload)
        return self.get_document(document.kind, document.id)

    def _bill(self, document: Document, operation: str) -> Node:
        self._require_bills(operation)
        fields = self.book.bill_fields
        return bill_payload(document, fields, home=self.home)

    def delete(self, document: Document) -> None:
        if document.kind is BILL:
            self._require_bills("delete")
            self.bills.remove("delete", _id(document.id))
            return
        path = self._place(document.kind).one(_id(document.id))
        self.api.remove("delete", path)

    # Payments

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def _paid(self, payment: Payment) -> RemotePayment:
        if payment.direction is not PaymentDirection.RECEIVED:
            self._unsupported("payments", "direction")
        payload = receipt_payload(payment, home=self.home)
        id = self.api.create("record_payments", RECEIPTS, payload)
        return as_sent(payment, id)

    def void_payment(self, payment: RemotePayment) -> None:
        if payment.direction is not PaymentDirection.RECEIVED:
            self._unsupported("payments", "direction")
        self.api.remove("void_payment", f"{RECEIPTS}/{_id(payment.id)}")

    def move_payment(self, payment: Payment, remote: RemotePayment) -> RemotePayment:
        """Link by link: what stands there already is left."""
        if payment.direction is not PaymentDirection.RECEIVED:
            self._unsupported("payments", "direction")
        path = f"{RECEIPTS}/{_id(remote.id)}"
        wanted = receipt_payload(payment, home=self.home)["transactionLinks"]
        standing = self._links("move_payment", path)
        for id, link in standing.items():
            if link not in wanted:
                self.api.remove("move_payment", f"{path}/transactionlinks/{id}")
        for link in wanted:
            if link not in standing.values():
                self.api.create("move_payment", f"{path}/transactionLinks", link)
        node = self.api.get("move_payment", path)
        return payment_from(payment.direction, node, currency=self.home)

    def _links(self, operation: str, path: str) -> dict[str, Node]:
        """By id, those to invoices, as they would be sent."""
        rows = self.api.get(operation, path).get("transactionLinks") or ()
        return {
            str(row["linkId"]): link_from(row) for row in rows if is_to_invoice(row)
        }

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        place = PLACES[DocumentKind.CREDIT_NOTE]
        ids: list[str] = []
        try:
            for share in credit_shares(payment):
                path = f"{place.one(_id(share.credit_id))}/transactionLinks"
                link = link_payload(share)
                ids.append(self.api.create("allocate_credit", path, link))
        except ConnectorError as error:
            return PaymentResult(error=error)
        return PaymentResult(remote=credit_laid(payment, ids[0] if ids else ""))

    def release_credit(self, payment: RemotePayment) -> None:
        """Several links may have been made, and one id alone was kept, so what is
        linked is looked at."""
        place = PLACES[DocumentKind.CREDIT_NOTE]
        for share in credit_shares(payment):
            path = place.one(_id(share.credit_id))
            links = self._links("release_credit", path)
            wanted = link_payload(share)
            for id in [id for id, link in links.items() if link == wanted][:1]:
                self.api.remove("release_credit", f"{path}/transactionlinks/{id}")


def _id(id: str) -> str:
    """Never a path of somebody's making."""
    return checked(id, "NOT_FOUND", field="id")


CONNECTOR = ReckonOne
