"""What is read from a NetSuite account over REST."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from connectors.batching import chunks
from connectors.dates import moment
from connectors.errors import NotFound, Rejected
from connectors.netsuite import reading
from connectors.netsuite.common import (
    KINDS,
    PAYMENTS,
    NetSuiteConnector,
    gone_document,
    gone_payment,
)
from connectors.netsuite.mapping import (
    PARTY_TYPES,
    Record,
    external_id,
)
from connectors.netsuite_rest import queries
from connectors.netsuite_rest.capabilities import CAPABILITIES
from connectors.netsuite_rest.connection import SETTINGS, SLUG, Account
from connectors.records import (
    Changes,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Party,
    PartyRole,
    RemoteDocument,
    RemotePayment,
    TaxCode,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig

_NAMES_AT_ONCE = 100
# SuiteQL knows the account's own time alone, which may be half a day behind ours.
_OVERLAP = timedelta(hours=12, minutes=5)
# How deleted records name their types, without blanks and in small letters.
_GONE = {
    "invoice": "invoice",
    "custinvc": "invoice",
    "creditmemo": "creditMemo",
    "custcred": "creditMemo",
    "vendorbill": "vendorBill",
    "bill": "vendorBill",
    "vendbill": "vendorBill",
    "customerpayment": "customerPayment",
    "payment": "customerPayment",
    "custpymt": "customerPayment",
    "vendorpayment": "vendorPayment",
    "billpayment": "vendorPayment",
    "vendpymt": "vendorPayment",
}


class AccountReads(NetSuiteConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = "Oracle NetSuite"
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.account = Account(config, self.services)
        self.api = self.account.api

    def close(self) -> None:
        self.account.transport.close()

    # The account

    def fetch_subsidiaries(self) -> list[Record]:
        return list(self.api.query(queries.subsidiaries()))

    def fetch_currencies(self) -> list[Record]:
        return list(self.api.query(queries.currencies()))

    # Parties

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = list(dict.fromkeys(names))
        found = [
            party
            for some in chunks(wanted, _NAMES_AT_ONCE)
            for party in self._parties(role, queries.named(some))
        ]
        return [party for party in found if party.name in wanted]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        for record in self.api.query(queries.parties(role)):
            yield self.party(role, record)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        """One comes whole; of many the main fields alone, in one call."""
        known = [id for id in dict.fromkeys(ids) if id.isdecimal()]
        if len(known) != 1:
            return [
                party
                for some in chunks(known, _NAMES_AT_ONCE)
                for party in self._parties(role, queries.among("id", some))
            ]
        try:
            return [self.party(role, self.api.get(PARTY_TYPES[role], known[0]))]
        except NotFound:
            return []

    def _parties(self, role: PartyRole, where: str) -> list[Party]:
        rows = self.api.query(queries.parties(role, where))
        return [self.party(role, record) for record in rows]

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for record in self.api.query(queries.accounts()):
            yield reading.account_from(record)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        for record in self.api.query(queries.accounts(type="Bank")):
            yield reading.account_from(record)

    def tax_codes(self) -> Iterator[TaxCode]:
        """By query; accounts that do not show the table tell the records one by one."""
        if not self.has_tax_codes:
            return
        try:
            found = list(self.api.query(queries.tax_codes()))
        except Rejected:
            ids = self.api.list_ids("salesTaxItem")
            found = [self.api.get("salesTaxItem", id) for id in ids]
        for record in found:
            yield reading.tax_code_from(record)

    def items(self) -> Iterator[Item]:
        for record in self.api.query(queries.items()):
            yield reading.item_from(record)

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self.type_of(kind)
        wanted = list(dict.fromkeys(number for number in numbers if number))
        found: list[RemoteDocument] = []
        for some in chunks(wanted, CAPABILITIES.lookup_size):
            query = queries.of_kind(kind, queries.among("tranid", some))
            found += self._documents(kind, query)
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By the external id that each was sent with."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {d.kind for d in documents}:
            self.type_of(kind)
            marks = [external_id(d.reference) for d in documents if d.kind is kind]
            for some in chunks(marks, CAPABILITIES.lookup_size):
                query = queries.of_kind(kind, queries.among("externalid", some))
                for document in self._documents(kind, query):
                    found[kind, document.reference] = document
        return [found.get((d.kind, d.reference)) for d in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        return self.document(kind, self.api.get(self.type_of(kind), id))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        self.type_of(kind)
        query = queries.of_kind(kind, queries.dated(start, end))
        yield from self._documents(kind, query)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        """A query does not tell what a payment settles, so that each is read."""
        days = queries.dated(start, end)
        query = queries.transactions(queries.PAYMENT_CODES, days)
        for record in list(self.api.query(query)):
            yield self._whole_payment(record)

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now."""
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        since = (moment(cursor) or now) - _OVERLAP
        changed = queries.changed_from(since)
        codes = (*queries.DOCUMENT_CODES, *queries.PAYMENT_CODES)
        rows = list(self.api.query(queries.transactions(codes, changed)))
        gone, complete = self._deleted(since)
        documents = [
            self.document(KINDS[r["type"]], r) for r in rows if r["type"] in KINDS
        ]
        payments = [self._whole_payment(r) for r in rows if r["type"] in PAYMENTS]
        documents += [gone_document(t, id) for t, id in gone if t in KINDS]
        payments += [gone_payment(t, id) for t, id in gone if t in PAYMENTS]
        return Changes(
            documents=tuple(documents),
            payments=tuple(payments),
            cursor=now.isoformat(),
            complete=complete,
        )

    def _deleted(self, since: datetime) -> tuple[list[tuple[str, str]], bool]:
        """Where the role may not see what was deleted, the changes are not complete."""
        try:
            rows = list(self.api.query(queries.deleted_from(since)))
        except Rejected:
            return [], False
        named = [
            ("".join(reading.text(row, "type").split()).casefold(), row) for row in rows
        ]
        return [(_GONE[t], str(r["recordid"])) for t, r in named if t in _GONE], True

    def _documents(self, kind: DocumentKind, query: str) -> Iterator[RemoteDocument]:
        for record in self.api.query(query):
            yield self.document(kind, record)

    def _whole_payment(self, record: Record) -> RemotePayment:
        type = str(record["type"])
        whole = self.api.get(type, str(record["id"]))
        return self.payment(PAYMENTS[type], whole)
