"""What is read from a book in Reckon One."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property

from connectors.amounts import CENT
from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.batching import chunks
from connectors.dates import within
from connectors.errors import NotFound, Reauthorise
from connectors.guids import is_guid
from connectors.reckon_one import masters
from connectors.reckon_one.api import Node
from connectors.reckon_one.bill_reads import BillReads
from connectors.reckon_one.capabilities import CAPABILITIES, LOOKUP_SIZE
from connectors.reckon_one.connection import SETTINGS, SLUG, Book
from connectors.reckon_one.errors import LABEL
from connectors.reckon_one.filters import both, can_ask, either, equals, on_days
from connectors.reckon_one.kinds import BILL, PLACES, Place
from connectors.reckon_one.mapping import forecast_totals
from connectors.reckon_one.payments import PAYMENTS, RECEIPTS
from connectors.reckon_one.reading import document_from, payment_from
from connectors.records import (
    AccountType,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig

_IS_ACTIVE = equals("status", masters.ACTIVE)
_PAID = (
    (PaymentDirection.RECEIVED, RECEIPTS, "receiptdate"),
    (PaymentDirection.MADE, PAYMENTS, "paymentdate"),
)


class BookReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "book_id"
    keeps_redirect = True

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.book = Book(config, self.services)
        self.api = self.book.api
        self.bills = BillReads(self.api)

    @property
    def app(self) -> OAuth2Client:
        return self.book.app

    def close(self) -> None:
        self.book.transport.close()

    # The book

    def organisations(self) -> list[Organisation]:
        return [
            masters.organisation_from(row, {}, currency=self._currency(row))
            for row in self.api.books("organisations")
            if row.get("status") == masters.ACTIVE
        ]

    def organisation(self) -> Organisation:
        book = self._own_book("organisation")
        settings = self.api.get("organisation", "settings")
        return masters.organisation_from(book, settings, currency=self._currency(book))

    def _own_book(self, operation: str) -> Node:
        for row in self.api.books(operation):
            if str(row.get("id")) == self.config.organisation_id:
                return row
        raise Reauthorise(
            f"{LABEL} does not open this book to the person who connected.",
            where=self.book.transport.where(operation),
        )

    def _currency(self, book: Node) -> str:
        return self.config.value("home_currency") or masters.currency_of(book)

    @cached_property
    def home(self) -> str:
        told = self.config.value("home_currency")
        return told or masters.currency_of(self._own_book("home_currency"))

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        if not all(map(can_ask, names)):
            wanted = set(names)
            return [p for p in self.list_parties(role) if p.name in wanted]
        found: list[Party] = []
        for some in chunks(list(dict.fromkeys(names)), LOOKUP_SIZE):
            where = either(equals("name", name) for name in some)
            found += self._parties(role, "find_parties", where)
        return [party for party in found if party.active]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        return self._parties(role, "list_parties", _IS_ACTIVE)

    def _parties(self, role: PartyRole, operation: str, where: str) -> Iterator[Party]:
        for row in self.api.pages(operation, masters.PATHS[role], where, order="name"):
            yield masters.party_from(role, row, currency=self.home)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        found: list[Party] = []
        for id in filter(is_guid, dict.fromkeys(ids)):
            try:
                row = self.api.get("get_parties", f"{masters.PATHS[role]}/{id}")
            except NotFound:
                continue
            found.append(masters.party_from(role, row, currency=self.home))
        return found

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        rows = self.api.pages("ledger_accounts", "ledgeraccounts", _IS_ACTIVE)
        return map(masters.account_from, rows)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        for account in self.ledger_accounts():
            if account.type is AccountType.BANK:
                yield account

    def tax_codes(self) -> Iterator[TaxCode]:
        """The rates of today: they hang on the day."""
        today = self.services.clock.now().date().isoformat()
        return map(masters.tax_from, self.api.pages("tax_codes", f"taxrates/{today}"))

    def items(self) -> Iterator[Item]:
        return map(masters.item_from, self.api.pages("items", "items", _IS_ACTIVE))

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """By our number, which is the reference there, or by Reckon's own."""
        wanted = list(dict.fromkeys(filter(None, numbers)))
        found = list(self._numbered(kind, wanted))
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def _numbered(
        self, kind: DocumentKind, numbers: Sequence[str]
    ) -> Iterator[RemoteDocument]:
        if kind is BILL:
            bills = self._bills("find_documents")
            yield from (d for d in bills if {d.number, d.reference} & set(numbers))
            return
        place = self._place(kind)
        for some in chunks([n for n in numbers if can_ask(n)], LOOKUP_SIZE):
            names = ("reference", place.number.lower())
            where = either(equals(name, n) for n in some for name in names)
            yield from self._documents("find_documents", kind, where)

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """Known by our number, the party, the date and the total: a customer would see
        any further mark on the document."""
        found: dict[DocumentKind, list[RemoteDocument]] = {}
        for kind in {document.kind for document in documents}:
            numbers = [d.number for d in documents if d.kind is kind]
            found[kind] = list(self._numbered(kind, list(dict.fromkeys(numbers))))
        return [
            next((r for r in found[d.kind] if _is_made_of(r, d)), None)
            for d in documents
        ]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        if not is_guid(id):
            raise NotFound(
                f"{LABEL} has no such document.",
                where=self.book.transport.where("get_document"),
            )
        if kind is BILL:
            self._require_bills("get_document")
            return self.bills.one("get_document", id, currency=self.home)
        row = self.api.get("get_document", self._place(kind).one(id))
        return document_from(kind, row, currency=self.home)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        if kind is BILL:
            bills = self._bills("list_documents")
            yield from (d for d in bills if within(d.date, start, end))
            return
        where = on_days(self._place(kind).date.lower(), start, end)
        yield from self._documents("list_documents", kind, where)

    def _documents(
        self, operation: str, kind: DocumentKind, where: str
    ) -> Iterator[RemoteDocument]:
        place = self._place(kind)
        order = place.date.lower()
        for row in self.api.pages(operation, place.listed, where, order=order):
            yield document_from(kind, row, currency=self.home)

    def _bills(self, operation: str) -> Iterator[RemoteDocument]:
        self._require_bills(operation)
        return self.bills.all(operation, currency=self.home)

    def _require_bills(self, operation: str) -> None:
        if not self.book.sends_bills:
            self._unsupported("supplier_invoice", "kind")

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for direction, path, field in _PAID:
            where = both(on_days(field, start, end))
            for row in self.api.pages("list_payments", path, where, order=field):
                yield payment_from(direction, row, currency=self.home)

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _place(self, kind: DocumentKind) -> Place:
        if kind not in PLACES:
            self._unsupported(kind, "kind")
        return PLACES[kind]


def _is_made_of(remote: RemoteDocument, document: Document) -> bool:
    """Where Reckon rounds otherwise than we do, the document is the same."""
    odd = abs(remote.gross - document.gross)
    ours = (document.number, document.party_id, document.date)
    theirs = (remote.reference, remote.party_id, remote.date)
    return ours == theirs and odd <= CENT * len(document.lines)
