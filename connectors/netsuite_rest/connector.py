"""NetSuite over SuiteTalk REST: records by external id, questions in SuiteQL."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import Grant, PaymentResult, PushResult
from connectors.batching import one_by_one
from connectors.errors import ConnectorError, InDoubt
from connectors.netsuite import account, mapping, reading
from connectors.netsuite.errors import LABEL
from connectors.netsuite_rest import queries
from connectors.netsuite_rest.connection import SETTINGS
from connectors.netsuite_rest.reads import AccountReads
from connectors.records import (
    Document,
    DocumentKind,
    Item,
    Party,
    Payment,
    RemoteDocument,
    RemotePayment,
)
from connectors.results import payment_results, push_results
from connectors.services import MemoryTokens, Tokens

# What is read back of a document: its lines we know.
_HEADER = {
    DocumentKind.SALES_INVOICE: "total,amountPaid,amountRemaining",
    DocumentKind.CREDIT_NOTE: "total,amountRemaining,unapplied",
    DocumentKind.SUPPLIER_INVOICE: "userTotal",
}
_FIELDS = (
    "id,externalId,tranId,entity,tranDate,dueDate,currency,exchangeRate,status,"
    "taxTotal,lastModifiedDate"
)


class NetSuiteRest(AccountReads):
    # Getting in

    def login(self) -> Grant:
        """Proves the certificate, or the tokens, that stand among the settings."""
        tokens = Tokens()
        if self.config.value("sign_in") != "tokens":
            tokens = self.account.fetched()
        services = replace(self.services, tokens=MemoryTokens(tokens))
        with type(self)(self.config, services) as opened:
            return Grant(tokens=tokens, organisations=(opened.organisation(),))

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        config, values = account.opened_config(self.config, credentials, SETTINGS)
        with type(self)(config, self.services) as opened:
            return replace(opened.login(), values=values)

    # Writes

    def create_party(self, party: Party) -> Party:
        type = mapping.PARTY_TYPES[party.role]
        record = mapping.party_record(party, self.books)
        replaced = "addressBook" if "addressBook" in record else ""
        id = self.api.upsert(type, record, replace=replaced)
        return replace(self.party(party.role, self._read_back(type, id)), key=party.key)

    def ensure_item(self, item: Item) -> Item:
        names = mapping.item_names(item)
        found = [reading.item_from(r) for r in self.api.query(queries.items(names))]
        for same in found:
            if same.active and same.income_account_id == item.income_account_id:
                return same
        taken = {each.name.casefold() for each in found}
        name = next((n for n in names if n.casefold() not in taken), names[-1])
        type = mapping.item_type(item)
        id = self.api.upsert(type, mapping.item_record(item, name, self.books))
        return replace(reading.item_from(self._read_back(type, id)), key=item.key)

    def push(self, documents: Sequence[Document]) -> list[PushResult]:
        return push_results(one_by_one(documents, self._pushed))

    def update(self, document: Document) -> RemoteDocument:
        self.require_unchanged(document)
        record = mapping.update_record(document, self.books)
        type = self.type_of(document.kind)
        self.api.patch(type, record, replace=_sublists(record))
        return self.get_document(document.kind, document.id)

    def record_payments(self, payments: Sequence[Payment]) -> list[PaymentResult]:
        return payment_results(one_by_one(payments, self._paid))

    # Sending

    def change_record(self, type: str, record: mapping.Record) -> None:
        self.api.patch(type, record)

    def delete_record(self, type: str, id: str) -> None:
        self.api.delete(type, id)

    def _pushed(self, document: Document) -> RemoteDocument:
        """Sublists are always replaced: left to itself, a repeated PUT adds lines."""
        record = mapping.document_record(document, self.books)
        type = mapping.TYPES[document.kind]
        id = self.api.upsert(type, record, replace=_sublists(record))
        fields = f"{_FIELDS},{_HEADER[document.kind]}"
        return self.document(document.kind, self._read_back(type, id, fields))

    def _paid(self, payment: Payment) -> RemotePayment:
        record = mapping.payment_record(payment, self.books)
        type = mapping.PAYMENT_TYPES[payment.direction]
        id = self.api.upsert(type, record, replace="apply")
        return self.payment(payment.direction, self._read_back(type, id))

    def _read_back(self, type: str, id: str, fields: str = "") -> mapping.Record:
        """A write answers an id alone. Where reading fails, what is there is in doubt,
        and is looked up."""
        try:
            return self.api.get(type, id, fields=fields)
        except ConnectorError as error:
            raise InDoubt(
                f"It was written to {LABEL}, but could not be read there.",
                where=error.where,
            ) from error


def _sublists(record: mapping.Record) -> str:
    return ",".join(name for name in ("item", "expense") if name in record)


CONNECTOR = NetSuiteRest
