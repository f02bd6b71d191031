"""What is read from a OneUp company."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from connectors.auth.login_connector import LoginConnector
from connectors.dates import within
from connectors.errors import NotFound
from connectors.known_documents import KnownDocuments, sent_among
from connectors.oneup import reading
from connectors.oneup.api import Entity
from connectors.oneup.capabilities import CAPABILITIES
from connectors.oneup.connection import (
    EXPENSE_NUMBERS,
    INCOME_NUMBERS,
    SETTINGS,
    SLUG,
    Company,
)
from connectors.oneup.mapping import Style, forecast_totals, style_of
from connectors.oneup.names import LABEL
from connectors.party_names import name_key
from connectors.records import (
    Changes,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    RemoteDocument,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig

_OVERLAP = timedelta(minutes=5)


class CompanyReads(LoginConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.company = Company(config, self.services)
        self.api = self.company.api
        self.known = KnownDocuments(self._listed, self.services.clock)

    def close(self) -> None:
        self.company.transport.close()

    def organisation(self) -> Organisation:
        """OneUp tells nothing of the company: the API e-mail stands for it. The call
        proves that the pair is right."""
        self.api.first("organisation", "customers", "customer")
        user = self.config.value("user").strip().lower()
        return Organisation(
            id=user,
            name=self.config.value("company_name") or user,
            home_currency=self.style.home,
        )

    @property
    def style(self) -> Style:
        told = self.config.value("home_currency") or self.config.home_currency
        return style_of(self.config.values, home=told.strip().upper())

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """No search by name is known: the whole list is read."""
        wanted = {name_key(name) for name in names}
        return [p for p in self.list_parties(role) if name_key(p.name) in wanted]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        self._customers_alone(role)
        rows = self.api.rows("list_parties", "customers", "customer")
        return (reading.customer_from(row) for row in rows if reading.is_customer(row))

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        self._customers_alone(role)
        found = []
        for id in dict.fromkeys(ids):
            try:
                row = self.api.one("get_parties", "customer", "customer", id)
            except NotFound:
                continue
            found.append(reading.customer_from(row))
        return found

    def _customers_alone(self, role: PartyRole) -> None:
        if role is not PartyRole.CUSTOMER:
            self._unsupported("find_parties", "role")

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        """Families are headings, and take no entries."""
        income = _beginnings(self.config.value("income_numbers") or INCOME_NUMBERS)
        expense = _beginnings(self.config.value("expense_numbers") or EXPENSE_NUMBERS)
        for row in self.api.rows("ledger_accounts", "accounts", "account"):
            if not row.get("is_family"):
                yield reading.account_from(row, income=income, expense=expense)

    def tax_codes(self) -> Iterator[TaxCode]:
        yield from map(reading.tax_from, self.api.rows("tax_codes", "taxes", "tax"))

    def items(self) -> Iterator[Item]:
        yield from map(reading.item_from, self.api.rows("items", "items", "item"))

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self._invoices_alone(kind)
        return self.known.numbered(kind, numbers, party_ids)

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By number, customer, date and total; by our reference where it is kept."""
        return sent_among(
            lambda kind: self.known.of(kind, "find_sent"), documents, self.forecast
        )

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        self._invoices_alone(kind)
        return self._invoice(self.api.one("get_document", "invoice", "invoice", id))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """OneUp narrows nothing by date."""
        self._invoices_alone(kind)
        for row in self.api.rows("list_documents", "invoices", "invoice"):
            document = self._invoice(row)
            if within(document.date, start, end):
                yield document

    def changed_since(self, cursor: str) -> Changes:
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        rows = self.api.changed("changed_since", "invoices", "invoice", begin)
        documents = tuple(self._invoice(row) for row in rows)
        return Changes(documents=documents, payments=(), cursor=now.isoformat())

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document, self.style)

    def _listed(
        self, kind: DocumentKind, operation: str, since: datetime | None
    ) -> Iterator[RemoteDocument]:
        if since is None:
            rows = self.api.rows(operation, "invoices", "invoice")
        else:
            rows = self.api.changed(operation, "invoices", "invoice", since)
        return map(self._invoice, rows)

    def _invoices_alone(self, kind: DocumentKind) -> None:
        if kind not in self.capabilities.kinds:
            self._unsupported(kind, "kind")

    def _invoice(self, row: Entity) -> RemoteDocument:
        return reading.invoice_from(row, currency=self.style.home)


def _beginnings(told: str) -> list[str]:
    return [each.strip() for each in told.split(",") if each.strip()]
