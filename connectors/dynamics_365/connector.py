"""Dynamics 365 Business Central: the API v2.0 behind our contract."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from connectors.base import Grant, PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches, one_by_one
from connectors.dynamics_365 import masters, payments, sending
from connectors.dynamics_365.api import BATCH_SIZE
from connectors.dynamics_365.connection import is_delegated
from connectors.dynamics_365.journals import PaymentJournals
from connectors.dynamics_365.mapping import warnings_of
from connectors.dynamics_365.reads import CompanyReads
from connectors.dynamics_365.subscribing import Subscriptions
from connectors.errors import ConnectorError, Reauthorise, Rejected
from connectors.records import (
    Document,
    DocumentKind,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import only_party, payment_results
from connectors.services import Tokens
from connectors.transport.odata_json_batch import Part
from connectors.webhooks import Subscription


class Dynamics365(CompanyReads):
    def login(self) -> Grant:
        """As a service, which needs no consent page."""
        if is_delegated(self.config.values):
            raise Reauthorise(f"Log in to {self.label} as a person, and allow FinSync.")
        tokens, organisations = self._opened(self.config, Tokens())
        if not organisations:
            raise Reauthorise(
                f"{self.label} does not open that company to the application. Register "
                "it there, under Microsoft Entra applications."
            )
        return Grant(tokens=tokens, organisations=tuple(organisations))

    def create_party(self, party: Party) -> Party:
        return only_party(self.create_parties([party]))

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        outcomes = in_batches(parties, lambda party: party, self._made, size=BATCH_SIZE)
        return [
            PartyResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PartyResult(party=outcome)
            for outcome in outcomes
        ]

    def _made(self, parties: Sequence[Party]) -> list[Party | ConnectorError]:
        parts = [
            Part(
                method="POST",
                path=masters.PATHS[party.role],
                payload=masters.party_payload(party),
            )
            for party in parties
        ]
        outcomes = self.api.writes("create_party", parts)
        return [
            outcome
            if isinstance(outcome, ConnectorError)
            else replace(self._party(party.role, outcome.json_object()), key=party.key)
            for party, outcome in zip(parties, outcomes, strict=True)
        ]

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        """Created, posted and read back, in a batch each."""
        outcomes = in_batches(
            documents,
            lambda document: sending.sheet_of(document, self.style),
            lambda sheets: sending.send(self.api, sheets),
            size=BATCH_SIZE,
        )
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(
                remote=self._spelt(document, self._document(document.kind, outcome)),
                warnings=warnings_of(document),
            )
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def _spelt(self, document: Document, remote: RemoteDocument) -> RemoteDocument:
        return replace(remote, reference=document.number)

    def finalise(self, kind: DocumentKind, remote: RemoteDocument) -> RemoteDocument:
        """Safe to repeat: what is posted already is only read."""
        if remote.status is RemoteStatus.DRAFT:
            path = f"{self._names(kind).path}({remote.id})/{sending.POST}"
            try:
                self.api.call("finalise", "POST", path)
            except Rejected:
                found = self.get_document(kind, remote.id)
                if found.status is RemoteStatus.DRAFT:
                    raise
                return found
        return self.get_document(kind, remote.id)

    def void(self, document: Document) -> RemoteDocument:
        """A corrective document takes it back; the cancelled one is read again."""
        if document.kind is DocumentKind.SUPPLIER_INVOICE:
            self._unsupported("void", "kind")
        path = f"{self._names(document.kind).path}({document.id})/Microsoft.NAV.cancel"
        self.api.call("void", "POST", path)
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    def _paid(self, payment: Payment) -> RemotePayment:
        payments.require_tellable(payment, self.home_currency)
        return self.journals.pay(payment)

    @cached_property
    def home_currency(self) -> str:
        """Of the business, or else of the books."""
        return self.config.home_currency or self.organisation().home_currency

    @cached_property
    def journals(self) -> PaymentJournals:
        return PaymentJournals(self.api)

    def renew_webhooks(self, subscription: Subscription) -> Subscription:
        return Subscriptions(self.api).renew(subscription)

    def end_webhooks(self, subscription: Subscription) -> None:
        Subscriptions(self.api).end(subscription)


CONNECTOR = Dynamics365
