"""What is read from an organisation."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from connectors.auth.login_connector import LoginConnector
from connectors.batching import chunks
from connectors.bill_com import masters, reading
from connectors.bill_com.api import Entity, OrganisationApi, among, equals
from connectors.bill_com.capabilities import CAPABILITIES
from connectors.bill_com.connection import SETTINGS, SLUG, OrganisationAccess
from connectors.bill_com.errors import LABEL, lacks_right
from connectors.bill_com.mapping import NUMBERS, PATHS, forecast_totals
from connectors.dates import within
from connectors.errors import NotFound, Rejected
from connectors.known_documents import sent_among
from connectors.party_names import name_key
from connectors.records import (
    AccountType,
    Changes,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    RemoteDocument,
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig

RECEIPTS, PAYOUTS = "receivable-payments", "payments"
ACCOUNTS, ITEMS = "classifications/chart-of-accounts", "classifications/items"
# Each name is a call of its own; for more of them the list is shorter.
FEW = 5
_AT_ONCE = 50
# Clocks differ, and a change may be listed later than it was stamped.
_OVERLAP = timedelta(minutes=5)
_ACTIVE = equals("archived", False)
# What changes while pages are read moves to the end, and is met again.
_OLDEST_FIRST = "updatedTime:asc"


class OrganisationReads(LoginConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.access = OrganisationAccess(config, self.services)
        self.api = OrganisationApi(self.access)
        self.home = config.value("home_currency") or "USD"
        self.usual = masters.Usual.of(config)

    def close(self) -> None:
        self.access.transport.close()

    def logout(self) -> None:
        self.access.log_out()

    def organisation(self) -> Organisation:
        """Only administrators are shown its name; the others' session says its id."""
        id = self.config.value("organization_id")
        try:
            entity = self.api.get("organisation", f"organizations/{id}")
        except Rejected as error:
            if not lacks_right(error):
                raise
            session = self.api.get("organisation", "login/session")
            entity = {"id": session.get("organizationId")}
        return masters.organisation_from(entity, home=self.home)

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = {name_key(name): name for name in names}
        if len(wanted) > FEW:
            listed: Iterable[Party] = self.list_parties(role)
        else:
            listed = (
                party
                for name in wanted.values()
                for party in self._parties(
                    "find_parties", role, _ACTIVE, equals("name", name)
                )
            )
        found = {p.id: p for p in listed if p.active and name_key(p.name) in wanted}
        return list(found.values())

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        for party in self._parties("list_parties", role, _ACTIVE):
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        found: list[Party] = []
        for some in chunks(list(dict.fromkeys(filter(None, ids))), _AT_ONCE):
            for archived in (False, True):
                asked = equals("archived", archived), among("id", some)
                parties = self._parties("get_parties", role, *asked)
                found += [p for p in parties if p.active is not archived]
        return found

    def _parties(
        self, operation: str, role: PartyRole, *filters: str
    ) -> Iterator[Party]:
        for row in self.api.rows(operation, masters.PARTIES[role], *filters):
            yield masters.party_from(role, row, self.usual)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        return self._accounts("ledger_accounts")

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        for account in self._accounts("bank_accounts"):
            if account.type is AccountType.BANK:
                yield account

    def _accounts(self, operation: str) -> Iterator[LedgerAccount]:
        for row in self.api.rows(operation, ACCOUNTS, _ACTIVE):
            yield masters.account_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        for row in self.api.rows("tax_codes", ITEMS, _ACTIVE):
            if masters.is_sales_tax(row):
                yield masters.tax_code_from(row)

    def items(self) -> Iterator[Item]:
        for row in self.api.rows("items", ITEMS, _ACTIVE):
            if not masters.is_sales_tax(row):
                yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        path = self._path(kind)
        found: list[RemoteDocument] = []
        for number in dict.fromkeys(filter(None, numbers)):
            asked = equals(NUMBERS[kind], number)
            for row in self.api.rows("find_documents", path, asked):
                document = self._document(kind, row)
                if document.number == number:
                    found.append(document)
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By our reference; an invoice keeps none, and is known by number, customer,
        date and total."""
        return [self._sent(document) for document in documents]

    def _sent(self, document: Document) -> RemoteDocument | None:
        if document.kind not in PATHS:
            return None
        asked = equals(NUMBERS[document.kind], document.number)
        rows = self._rows("find_sent", document.kind, asked)
        found = [self._document(document.kind, row) for row in rows]
        if document.kind is DocumentKind.SALES_INVOICE:
            return sent_among(lambda _: found, [document], self.forecast)[0]
        ours = (each for each in found if each.reference == document.reference)
        return next(ours, None)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        """A refusal can only be of the id: there is nothing else in the question."""
        path = f"{self._path(kind)}/{id}"
        try:
            return self._document(kind, self.api.get("get_document", path))
        except NotFound:
            raise
        except Rejected as error:
            if lacks_right(error):
                raise
            raise NotFound(error.message, where=error.where) from error

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """Bill.com is not known to narrow lists by the date of a document."""
        for row in self._rows("list_documents", kind):
            document = self._document(kind, row)
            if within(document.date, start, end):
                yield document

    def _rows(
        self, operation: str, kind: DocumentKind, *filters: str, sort: str = ""
    ) -> Iterator[Entity]:
        """What is archived comes by a question of its own."""
        path = self._path(kind)
        for archived in (False, True):
            asked = equals("archived", archived), *filters
            for row in self.api.rows(operation, path, *asked, sort=sort):
                if reading.is_archived(row) is archived:
                    yield row

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for payment in self._payments("list_payments"):
            if not payment.deleted and within(payment.date, start, end):
                yield payment

    def _payments(
        self, operation: str, *filters: str, sort: str = ""
    ) -> Iterator[RemotePayment]:
        for row in self.api.rows(operation, RECEIPTS, *filters, sort=sort):
            yield reading.receipt_from(row, home=self.home)
        for row in self.api.rows(operation, PAYOUTS, *filters, sort=sort):
            yield reading.payout_from(row, home=self.home)

    def changed_since(self, cursor: str) -> Changes:
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        since = f'updatedTime:gte:"{stamp(begin)}"'
        documents = [
            self._document(kind, row)
            for kind in PATHS
            for row in self._rows("changed_since", kind, since, sort=_OLDEST_FIRST)
        ]
        return Changes(
            documents=tuple(documents),
            payments=tuple(self._payments("changed_since", since, sort=_OLDEST_FIRST)),
            cursor=now.isoformat(),
        )

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _path(self, kind: DocumentKind) -> str:
        if kind not in PATHS:
            self._unsupported(kind, "kind")
        return PATHS[kind]

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        return reading.document_from(kind, row, home=self.home)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
