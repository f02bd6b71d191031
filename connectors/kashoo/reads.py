"""What is read from a Kashoo business."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from connectors.auth.login_connector import LoginConnector
from connectors.errors import NotFound, Reauthorise, Unreadable, Unsupported
from connectors.kashoo import reading
from connectors.kashoo.api import Entity
from connectors.kashoo.capabilities import CAPABILITIES
from connectors.kashoo.connection import OLDEST, SETTINGS, SLUG, Business
from connectors.kashoo.mapping import forecast_totals
from connectors.kashoo.names import CONTACTS, LABEL, PAYMENTS, RECORDS
from connectors.known_documents import KnownDocuments, sent_among
from connectors.party_names import name_key
from connectors.records import (
    AccountType,
    Document,
    DocumentKind,
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

# Without an end, documents dated ahead may be left out.
_AHEAD = timedelta(days=366)
# Around the date of a document whose answer was lost.
_AROUND = timedelta(days=7)
_GOOD_FOR = timedelta(minutes=5)


class BusinessReads(LoginConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.business = Business(config, self.services)
        self.api = self.business.api
        clock = self.services.clock
        self.known = KnownDocuments(self._listed, clock, good_for=_GOOD_FOR)

    def close(self) -> None:
        self.business.transport.close()

    def organisation(self) -> Organisation:
        rows = self.api.all_rows("organisation", "businesses", "business")
        found = [self._organisation(row) for row in rows]
        own = self.api.business
        chosen = [each for each in found if each.id == own] if own else found
        if len(chosen) == 1:
            return chosen[0]
        named = ", ".join(f"{each.name} ({each.id})" for each in found) or "none"
        raise Reauthorise(
            f"This log-in opens these businesses: {named}. Enter the number of the one "
            "whose books these are under Business.",
            where=self.business.transport.where("organisation"),
        )

    def _organisation(self, row: Entity) -> Organisation:
        told = self.config.value("home_currency") or self.config.home_currency
        return reading.organisation_from(row, home=told)

    @cached_property
    def home_currency(self) -> str:
        return (
            self.config.value("home_currency") or self.organisation().home_currency
        ).upper()

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """No search by name is known: the whole list is read."""
        wanted = {name_key(name) for name in names}
        return [p for p in self.list_parties(role) if name_key(p.name) in wanted]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        path, sync = CONTACTS[role], ""
        if self.config.value("contacts_by") == "sync":
            path, sync = f"sync_{path}", self._sync
        for row in self.api.rows("list_parties", path, "contact", sync=sync):
            yield reading.party_from(role, row)

    @cached_property
    def _sync(self) -> str:
        """One for the connector's life."""
        return self.api.begin_sync()

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        """From the list, unless the path of a single contact is known."""
        wanted = dict.fromkeys(ids)
        if not self.business.paths.has("contact"):
            return [each for each in self.list_parties(role) if each.id in wanted]
        found = []
        for id in wanted:
            try:
                row = self.api.one("get_parties", "contact", "contact", id=id)
            except NotFound:
                continue
            found.append(reading.party_from(role, row))
        return found

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        rows = self.api.rows("ledger_accounts", "accounts", "account")
        yield from map(reading.account_from, rows)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        accounts = self.ledger_accounts()
        yield from (each for each in accounts if each.type is AccountType.BANK)

    def tax_codes(self) -> Iterator[TaxCode]:
        if typed := self.config.value("taxes").strip():
            yield from reading.typed_taxes(typed)
            return
        rows = self.api.rows("tax_codes", "taxes", "tax")
        yield from map(reading.tax_from, rows)

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self._record(kind)
        wanted = set(numbers) - {""}
        return [
            document
            for document in self.known.of(kind, "find_documents")
            if document.number in wanted
            and (not party_ids or document.party_id in ("", *party_ids))
        ]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """Read anew around their dates: never from what is known already."""
        days = [document.date for document in documents]
        return sent_among(
            lambda kind: self._between(
                "find_sent", kind, min(days) - _AROUND, max(days) + _AROUND
            ),
            documents,
            self.forecast,
        )

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        """From the list, without lines, where the path of a single record is not the
        one guessed: a document is gone only when the list says so too."""
        record, _ = self._record(kind)
        try:
            row = self.api.one("get_document", record, record, id=id)
        except (NotFound, Unsupported):
            if (listed := self.listed(kind, id)) is None:
                raise
            return listed
        return self._document(kind, row, "get_document")

    def listed(self, kind: DocumentKind, id: str) -> RemoteDocument | None:
        """Whether it is there, read anew."""
        rows = self._between("get_document", kind, None, None)
        return next((each for each in rows if each.id == id), None)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        yield from self._between("list_documents", kind, start, end)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for direction in PaymentDirection:
            record, path = PAYMENTS[direction]
            window = self._window(start, end)
            for row in self.api.rows("list_payments", path, record, window):
                yield reading.payment_from(direction, row, currency=self.home_currency)

    def forecast(self, document: Document) -> Totals:
        per_line = self.config.value("rounding") != "code"
        return forecast_totals(document, per_line=per_line)

    def _listed(
        self, kind: DocumentKind, operation: str, since: datetime | None
    ) -> Iterator[RemoteDocument]:
        """Kashoo stamps no changes, so `since` is never told."""
        return self._between(operation, kind, None, None)

    def _between(
        self,
        operation: str,
        kind: DocumentKind,
        start: date | None,
        end: date | None,
    ) -> Iterator[RemoteDocument]:
        record, path = self._record(kind)
        for row in self.api.rows(operation, path, record, self._window(start, end)):
            yield self._document(kind, row, operation)

    def _window(self, start: date | None, end: date | None) -> dict[str, str]:
        """Kashoo lists nothing without both ends."""
        last = end or self.services.clock.now().date() + _AHEAD
        first = start.isoformat() if start else self.config.value("oldest") or OLDEST
        return {"startDate": first, "endDate": last.isoformat()}

    def _record(self, kind: DocumentKind) -> tuple[str, str]:
        if kind not in RECORDS:
            self._unsupported(kind, "kind")
        return RECORDS[kind]

    def _document(
        self, kind: DocumentKind, row: Entity, operation: str
    ) -> RemoteDocument:
        """A list may tell no total; then the record does."""
        if row.get("totalDue") is None:
            record, _ = self._record(kind)
            id = reading.text(row, "id")
            row = {**row, **self.api.one(operation, record, record, id=id)}
        if row.get("totalDue") is None:
            raise Unreadable(
                f"{LABEL} tells no total of {reading.text(row, 'number')}. Correct the "
                "name of the field totalDue in the connection's settings.",
                where=self.business.transport.where(operation),
            )
        return reading.document_from(kind, row, currency=self.home_currency)
