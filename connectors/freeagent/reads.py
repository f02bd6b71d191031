"""What is read from a FreeAgent company."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.dates import asked_days, within
from connectors.errors import NotFound, Reauthorise, Where
from connectors.freeagent import masters
from connectors.freeagent.api import Entity
from connectors.freeagent.capabilities import CAPABILITIES
from connectors.freeagent.connection import SETTINGS, SLUG, Company
from connectors.freeagent.errors import LABEL
from connectors.freeagent.mapping import ITEMS, NAMES, PATHS, forecast_totals
from connectors.freeagent.payments import EXPLANATIONS
from connectors.freeagent.reading import document_from, payment_from
from connectors.known_documents import KnownDocuments, sent_among
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
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig

CONTACTS = "contacts"
# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=5)
# FreeAgent's level "Invoices, Estimates & Files", the least that is of use.
_LEAST_LEVEL = 4
_DAYS = ("from_date", "to_date")


class CompanyReads(ConsentConnector):
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

    @property
    def app(self) -> OAuth2Client:
        return self.company.app

    def organisations(self) -> list[Organisation]:
        user = self.api.get("organisations", "users/me", "user")
        level = int(user.get("permission_level") or 0)
        if level < _LEAST_LEVEL:
            raise Reauthorise(
                f"This {LABEL} user has access level {level}. Invoices need 4, bills 5 "
                "and payments 6: raise it in FreeAgent, or connect as another user.",
                where=Where(platform=SLUG, operation="organisations"),
            )
        return [self.organisation()]

    def organisation(self) -> Organisation:
        return masters.organisation_from(self._company("organisation"))

    def _company(self, operation: str) -> Entity:
        return self.api.get(operation, "company", "company")

    @cached_property
    def home_currency(self) -> str:
        return self.organisation().home_currency

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """FreeAgent finds none by its name: the whole list is read."""
        wanted = {name_key(name) for name in names}
        return [p for p in self.list_parties(role) if name_key(p.name) in wanted]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        asked = {"view": "active", "sort": "name"}
        for row in self.api.pages("list_parties", CONTACTS, asked):
            party = self._party(role, row)
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        found: list[Party] = []
        for id in dict.fromkeys(ids):
            try:
                row = self.api.get("get_parties", f"{CONTACTS}/{id}", "contact")
            except NotFound:
                continue
            found.append(self._party(role, row))
        return found

    def _party(self, role: PartyRole, row: Entity) -> Party:
        party = masters.party_from(role, row)
        return masters.party_from(role, row, url=self.party_url(role, party.id))

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        yield from masters.accounts_from(
            self.api.whole("ledger_accounts", "categories")
        )

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        for row in self._banks("bank_accounts"):
            yield masters.bank_from(row)

    def _banks(self, operation: str) -> list[Entity]:
        """The primary one first."""
        rows = list(self.api.pages(operation, "bank_accounts"))
        return sorted(rows, key=lambda row: not row.get("is_primary"))

    def tax_codes(self) -> Iterator[TaxCode]:
        yield from masters.tax_codes_from(self._company("tax_codes"))

    def items(self) -> Iterator[Item]:
        for row in self.api.pages("items", "price_list_items"):
            yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self._path(kind)
        return self.known.numbered(kind, numbers, party_ids)

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """Known by number, party, date and total: FreeAgent has no field that
        customers do not see."""
        return sent_among(
            lambda kind: self.known.of(kind, "find_sent"), documents, self.forecast
        )

    def _listed(
        self, kind: DocumentKind, operation: str, since: datetime | None
    ) -> Iterator[RemoteDocument]:
        asked = {"view": "all"}
        if since:
            asked["updated_since"] = stamp(since)
        for row in self.api.pages(operation, PATHS[kind], asked):
            yield self._document(kind, row)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        path = f"{self._path(kind)}/{id}"
        return self._document(kind, self.api.get("get_document", path, NAMES[kind]))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """FreeAgent narrows bills alone by date."""
        path = self._path(kind)
        asked = {"view": "all", f"nested_{ITEMS[kind]}": "true"}
        if kind is DocumentKind.SUPPLIER_INVOICE:
            asked = {f"nested_{ITEMS[kind]}": "true"} | asked_days(_DAYS, start, end)
        for row in self.api.pages("list_documents", path, asked):
            document = self._document(kind, row)
            if within(document.date, start, end):
                yield document

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        yield from self._explained("list_payments", asked_days(_DAYS, start, end))

    def _explained(
        self, operation: str, asked: dict[str, str]
    ) -> Iterator[RemotePayment]:
        """Explanations are listed by bank account."""
        for bank in self._banks(operation):
            of_bank = {**asked, "bank_account": str(bank["url"])}
            currency = str(bank.get("currency") or "")
            for row in self.api.pages(operation, EXPLANATIONS, of_bank):
                payment = payment_from(row, currency=currency)
                if payment is not None:
                    yield payment

    def changed_since(self, cursor: str) -> Changes:
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        asked = {"updated_since": stamp(begin)}
        documents = [
            self._document(kind, row)
            for kind, path in PATHS.items()
            for row in self.api.pages("changed_since", path, {"view": "all", **asked})
        ]
        return Changes(
            documents=tuple(documents),
            payments=tuple(self._explained("changed_since", asked)),
            cursor=now.isoformat(),
        )

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return self.company.page(f"{PATHS[kind]}/{id}") if kind in PATHS else ""

    def party_url(self, role: PartyRole, id: str) -> str:
        return self.company.page(f"{CONTACTS}/{id}")

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _path(self, kind: DocumentKind) -> str:
        if kind not in PATHS:
            self._unsupported(kind, "kind")
        return PATHS[kind]

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        document = document_from(kind, row)
        return document_from(kind, row, url=self.document_url(kind, document.id))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
