"""QuickBooks Online: the Accounting API v3 behind our contract."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from connectors.base import Grant, PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches
from connectors.errors import ConnectorError, NotFound, Reauthorise, Rejected
from connectors.quickbooks_online import diagnosis, masters
from connectors.quickbooks_online.api import BATCH_SIZE, Creation, Entity
from connectors.quickbooks_online.errors import LABEL
from connectors.quickbooks_online.mapping import (
    document_creation,
    sent_payload,
    update_payload,
    version_payload,
    warnings_of,
)
from connectors.quickbooks_online.payments import (
    ENTITY_OF,
    payment_creation,
    payment_payload,
)
from connectors.quickbooks_online.query import ACTIVE_OR_NOT, among, select
from connectors.quickbooks_online.reads import CompanyReads
from connectors.quickbooks_online.webhooks import IntuitWebhooks
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)

R = TypeVar("R")


class QuickBooksOnline(CompanyReads):
    webhooks = IntuitWebhooks()

    # Getting in

    def grant(
        self, *, callback: Mapping[str, str], redirect_uri: str, verifier: str = ""
    ) -> Grant:
        """Which company was chosen is told by the callback alone."""
        answer = self.app.exchange(
            callback, redirect_uri=redirect_uri, verifier=verifier
        )
        realm = callback.get("realmId", "")
        if not realm:
            raise Reauthorise(
                f"{LABEL} did not say which company was chosen. Connect again.",
                where=self.company.transport.where("grant"),
            )
        config = replace(self.config, organisation_id=realm)
        tokens, organisations = self._opened(config, answer.tokens)
        return Grant(tokens=tokens, organisations=tuple(organisations))

    def logout(self) -> None:
        tokens = self.services.tokens.read()
        if tokens.refresh or tokens.access:
            self.app.revoke(tokens, as_json=True)

    # Writes

    def create_party(self, party: Party) -> Party:
        entity = masters.PARTY_ENTITIES[party.role]
        payload = masters.party_payload(party)
        body = self.api.post("create_party", entity.lower(), payload, key=party.key)
        return replace(self._party(party.role, body[entity]), key=party.key)

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        outcomes = self._created("create_party", parties, party_creation)
        return [
            PartyResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PartyResult(
                party=replace(self._party(party.role, outcome), key=party.key)
            )
            for party, outcome in zip(parties, outcomes, strict=True)
        ]

    def ensure_item(self, item: Item) -> Item:
        names = masters.item_names(item)
        query = select("Item", among("Name", names), ACTIVE_OR_NOT)
        taken = [
            masters.item_from(r) for r in self.api.pages("ensure_item", query, "Item")
        ]
        for found in taken:
            if found.active and found.income_account_id == item.income_account_id:
                return found
        used = {found.name.casefold() for found in taken}
        name = next((n for n in names if n.casefold() not in used), names[-1])
        payload = masters.item_payload(item, name)
        body = self.api.post("ensure_item", "item", payload, key=item.key)
        return replace(masters.item_from(body["Item"]), key=item.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = self._created("push", documents, document_creation)
        outcomes = diagnosis.all_explained(self.api, documents, outcomes)
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(
                remote=self._document(document.kind, outcome),
                warnings=warnings_of(document),
            )
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def mark_sent(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Sets the mark alone: nothing is mailed."""
        if kind is DocumentKind.SUPPLIER_INVOICE:
            self._unsupported("mark_sent", "kind")
        entity = self._entity(kind)
        payload = version_payload(remote.id, remote.version) | sent_payload("")
        body = self.api.post("mark_sent", entity.lower(), payload)
        return self._document(kind, body[entity])

    def update(self, document: Document) -> RemoteDocument:
        try:
            return self._changed("update", document, update_payload(document))
        except Rejected as error:
            if not diagnosis.is_unclear(error):
                raise
            raise diagnosis.explained(self.api, [(document, error)])[0] from error

    def void(self, document: Document) -> RemoteDocument:
        if document.kind is not DocumentKind.SALES_INVOICE:
            self._unsupported("void", "kind")
        payload = version_payload(document.id, document.version)
        done = self._changed("void", document, payload, params={"operation": "void"})
        # The answer was seen to show the amounts of before.
        return replace(done, status=RemoteStatus.VOID)

    def delete(self, document: Document) -> None:
        entity = self._entity(document.kind)
        self.api.post(
            "delete",
            entity.lower(),
            {"Id": document.id, "SyncToken": document.version},
            key=document.key,
            params={"operation": "delete"},
        )

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        outcomes = self._created("record_payments", payments, payment_creation)
        return [
            PaymentResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PaymentResult(remote=self._payment(payment.direction, outcome))
            for payment, outcome in zip(payments, outcomes, strict=True)
        ]

    def void_payment(self, payment: RemotePayment) -> None:
        self.api.post(
            "void_payment",
            ENTITY_OF[payment.direction].lower(),
            version_payload(payment.id, payment.version),
            params={"operation": "update", "include": "void"},
        )

    def allocate_credit(self, payment: Payment) -> PaymentResult:
        return self.record_payments([payment])[0]

    def release_credit(self, payment: RemotePayment) -> None:
        """The payment of nothing goes, and lets go of both."""
        row = self._paid_there("release_credit", payment)
        if row is not None:
            self.api.post(
                "release_credit",
                ENTITY_OF[payment.direction].lower(),
                version_payload(payment.id, str(row["SyncToken"])),
                params={"operation": "delete"},
            )

    def move_payment(self, payment: Payment, remote: RemotePayment) -> RemotePayment:
        """The whole payment is written anew: its lines take the place of the old."""
        row = self._paid_there("move_payment", remote)
        if row is None:
            raise NotFound("The payment is no longer in QuickBooks Online.")
        entity = ENTITY_OF[payment.direction]
        payload = payment_payload(payment) | version_payload(
            remote.id, str(row["SyncToken"])
        )
        payload.pop("sparse", None)
        body = self.api.post("move_payment", entity.lower(), payload)
        return self._payment(payment.direction, body[entity])

    def _paid_there(self, operation: str, payment: RemotePayment) -> Entity | None:
        entity = ENTITY_OF[payment.direction]
        query = select(entity, among("Id", [payment.id]))
        return next(iter(self.api.pages(operation, query, entity)), None)

    def _created(
        self, operation: str, records: Sequence[R], make: Callable[[R], Creation]
    ) -> list[Entity | ConnectorError]:
        return in_batches(
            records,
            make,
            lambda some: self.api.create(operation, some),
            size=BATCH_SIZE,
        )

    def _changed(
        self,
        operation: str,
        document: Document,
        payload: Entity,
        params: Mapping[str, str] | None = None,
    ) -> RemoteDocument:
        entity = self._entity(document.kind)
        body = self.api.post(
            operation, entity.lower(), payload, key=document.key, params=params
        )
        return self._document(document.kind, body[entity])


def party_creation(party: Party) -> Creation:
    return Creation(
        party.key, masters.PARTY_ENTITIES[party.role], masters.party_payload(party)
    )


CONNECTOR = QuickBooksOnline
