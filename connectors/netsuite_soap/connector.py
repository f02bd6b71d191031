"""NetSuite over SuiteTalk SOAP: the older way in, for connections with tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import Grant, PartyResult, PaymentResult, PushResult
from connectors.batching import in_batches
from connectors.errors import ConnectorError, Reauthorise, Retry
from connectors.netsuite import account, mapping, reading
from connectors.netsuite_soap.api import Outcome, dict_of
from connectors.netsuite_soap.capabilities import BATCH_SIZE
from connectors.netsuite_soap.reads import SETTINGS, AccountReads
from connectors.netsuite_soap.searching import text_is
from connectors.records import (
    Document,
    Item,
    Party,
    Payment,
    RemoteDocument,
)
from connectors.results import only_party
from connectors.services import Tokens

Typed = tuple[str, mapping.Record]


class NetSuiteSoap(AccountReads):
    # Getting in

    def login(self) -> Grant:
        """The tokens are among the settings; this proves them."""
        return Grant(tokens=Tokens(), organisations=(self.organisation(),))

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        config, values = account.opened_config(self.config, credentials, SETTINGS)
        with type(self)(config, self.services) as opened:
            return replace(opened.login(), values=values)

    # Writes

    def create_party(self, party: Party) -> Party:
        return only_party(self.create_parties([party]))

    def create_parties(self, parties: Sequence[Party]) -> list[PartyResult]:
        try:
            outcomes = in_batches(
                parties, self._party_record, self._sent, size=BATCH_SIZE
            )
        except (Retry, Reauthorise) as error:
            return [PartyResult(error=error) for _ in parties]
        return [
            PartyResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PartyResult(
                party=replace(self.party(party.role, outcome), key=party.key)
            )
            for party, outcome in zip(parties, outcomes, strict=True)
        ]

    def ensure_item(self, item: Item) -> Item:
        names = mapping.item_names(item)
        free = names[-1]
        for name in names:
            found = [
                reading.item_from(r)
                for r in self.api.search("Item", {"itemId": text_is(name)})
            ]
            for same in found:
                if same.active and same.income_account_id == item.income_account_id:
                    return same
            if not found:
                free = name
                break
        record = mapping.item_record(item, free, self.books)
        [outcome] = self._sent([(mapping.item_type(item), record)])
        return replace(reading.item_from(dict_of(outcome)), key=item.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        outcomes = in_batches(
            documents, self._document_record, self._sent, size=BATCH_SIZE
        )
        return [
            PushResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PushResult(remote=self.document(document.kind, outcome))
            for document, outcome in zip(documents, outcomes, strict=True)
        ]

    def update(self, document: Document) -> RemoteDocument:
        self.require_unchanged(document)
        record = mapping.update_record(document, self.books)
        self.api.update(self.type_of(document.kind), record)
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        outcomes = in_batches(
            payments, self._payment_record, self._sent, size=BATCH_SIZE
        )
        return [
            PaymentResult(error=outcome)
            if isinstance(outcome, ConnectorError)
            else PaymentResult(remote=self.payment(payment.direction, outcome))
            for payment, outcome in zip(payments, outcomes, strict=True)
        ]

    # Sending

    def change_record(self, type: str, record: mapping.Record) -> None:
        self.api.update(type, record)

    def delete_record(self, type: str, id: str) -> None:
        self.api.delete(type, id)

    def _party_record(self, party: Party) -> Typed:
        record = mapping.party_record(party, self.books)
        return mapping.PARTY_TYPES[party.role], record

    def _document_record(self, document: Document) -> Typed:
        record = mapping.document_record(document, self.books)
        return mapping.TYPES[document.kind], record

    def _payment_record(self, payment: Payment) -> Typed:
        record = mapping.payment_record(payment, self.books)
        return mapping.PAYMENT_TYPES[payment.direction], record

    def _sent(self, records: Sequence[Typed]) -> list[Outcome]:
        """Written, and read back: a write answers nothing but ids."""
        outcomes = self.api.upsert(records)
        return self.api.read_back(lambda place: records[place][0], outcomes)


CONNECTOR = NetSuiteSoap
