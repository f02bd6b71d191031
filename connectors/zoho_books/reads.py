"""What is read from an organisation in Zoho Books."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.capabilities import Quota
from connectors.dates import asked_days, within
from connectors.errors import NotFound, Reauthorise, Rejected
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
from connectors.zoho_books import changes, masters, refunds
from connectors.zoho_books.api import Node
from connectors.zoho_books.capabilities import CAPABILITIES, quotas_of
from connectors.zoho_books.connection import SETTINGS, SLUG, Books
from connectors.zoho_books.errors import LABEL
from connectors.zoho_books.kinds import PLACES, Place
from connectors.zoho_books.mapping import forecast_totals
from connectors.zoho_books.payments import ROUTES, payment_from
from connectors.zoho_books.reading import document_from

CONTACTS, ITEMS, CURRENCIES = "contacts", "items", "settings/currencies"
# Names that are looked up one by one; more of them, and the whole list is read.
_FEW = 3
# Longer names cannot be searched for.
_SEARCHED = 100
_ACTIVE = {"filter_by": "Status.Active"}
# They save pages alone: what comes is compared once more.
_DAYS = ("date_start", "date_end")


class OrganisationReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "company_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.books = Books(config, self.services)
        self.api = self.books.api

    @classmethod
    def quotas_of(cls, values: Mapping[str, str]) -> tuple[Quota, ...]:
        return quotas_of(values.get("plan", ""))

    @property
    def app(self) -> OAuth2Client:
        return self.books.app

    # The organisation

    def organisations(self) -> list[Organisation]:
        rows = self.api.organisations("organisations")
        return [masters.organisation_from(row) for row in rows]

    def organisation(self) -> Organisation:
        for row in self.api.organisations("organisation"):
            if str(row.get("organization_id")) == self.config.organisation_id:
                return masters.organisation_from(row, self.currencies)
        raise Reauthorise(
            f"{LABEL} does not open this organisation to the person who connected.",
            where=self.books.transport.where("organisation"),
        )

    @cached_property
    def currencies(self) -> Mapping[str, str]:
        """Code -> id."""
        rows = self.api.pages("currencies", CURRENCIES, "currencies")
        return {str(row["currency_code"]): str(row["currency_id"]) for row in rows}

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = {name_key(name) for name in names}
        long = any(len(name) > _SEARCHED for name in names)
        if long or len(wanted) > _FEW:
            return [p for p in self.list_parties(role) if name_key(p.name) in wanted]
        found: dict[str, Party] = {}
        for name in names:
            for party in self._parties(role, "find_parties", {"contact_name": name}):
                if name_key(party.name) in wanted:
                    found[party.id] = party
        return list(found.values())

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        return self._parties(role, "list_parties", {})

    def _parties(
        self, role: PartyRole, operation: str, asked: Mapping[str, str]
    ) -> Iterator[Party]:
        asked = {**asked, **_ACTIVE, "contact_type": masters.CONTACT_TYPES[role]}
        for row in self.api.pages(operation, CONTACTS, CONTACTS, asked):
            party = self._party(role, row)
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        found: list[Party] = []
        for id in filter(str.isdecimal, dict.fromkeys(ids)):
            try:
                row = self.api.get("get_parties", f"{CONTACTS}/{id}", "contact")
            except Rejected as error:
                if isinstance(error, NotFound) or error.field == "party_id":
                    continue
                raise
            if masters.has_role(role, row):
                found.append(self._party(role, row))
        return found

    def _party(self, role: PartyRole, row: Node) -> Party:
        return masters.party_from(
            role,
            row,
            tax_number_field=self.books.tax_number_field,
            url=self.party_url(role, str(row["contact_id"])),
        )

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        asked = {"filter_by": "AccountType.Active", "showbalance": "false"}
        path = "chartofaccounts"
        rows = self.api.pages("ledger_accounts", path, path, asked)
        return map(masters.account_from, rows)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        for account in self.ledger_accounts():
            if account.type is AccountType.BANK:
                yield account

    def tax_codes(self) -> Iterator[TaxCode]:
        rows = self.api.pages("tax_codes", "settings/taxes", "taxes")
        return map(masters.tax_from, rows)

    def items(self) -> Iterator[Item]:
        rows = self.api.pages("items", ITEMS, ITEMS, _ACTIVE)
        return map(masters.item_from, rows)

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        place = self._place(kind)
        found: list[RemoteDocument] = []
        for number in dict.fromkeys(filter(None, numbers)):
            rows = self._documents("find_documents", kind, {place.number: number})
            found += [row for row in rows if row.number == number]
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        return [self._sent(document) for document in documents]

    def _sent(self, document: Document) -> RemoteDocument | None:
        asked = {"reference_number": document.reference}
        rows = self._documents("find_sent", document.kind, asked)
        return next((d for d in rows if d.reference == document.reference), None)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        place = self._place(kind)
        if not id.isdecimal():
            raise NotFound(
                f"{LABEL} has no such document ({id}).",
                where=self.books.transport.where("get_document"),
            )
        return self._document(
            kind, self.api.get("get_document", place.one(id), place.key)
        )

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        asked = asked_days(_DAYS, start, end)
        for document in self._documents("list_documents", kind, asked):
            if within(document.date, start, end):
                yield document

    def _documents(
        self, operation: str, kind: DocumentKind, asked: Mapping[str, str]
    ) -> Iterator[RemoteDocument]:
        place = self._place(kind)
        for row in self.api.pages(operation, place.path, place.path, asked):
            yield self._document(kind, row)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        """Lists do not tell what a payment settles: each is read by itself."""
        asked = asked_days(_DAYS, start, end)
        for direction, route in ROUTES.items():
            for row in self.api.pages("list_payments", route.path, route.path, asked):
                if not within(payment_from(direction, row).date, start, end):
                    continue
                path = route.one(str(row["payment_id"]))
                node = self.api.get("list_payments", path, route.key)
                yield payment_from(direction, node)
        for row in self.api.pages("list_payments", refunds.ALL, refunds.LISTED):
            refund = refunds.refund_from(row)
            if within(refund.date, start, end):
                yield refund

    def changed_since(self, cursor: str) -> Changes:
        return changes.since(
            self.api,
            cursor,
            now=self.services.clock.now(),
            url=self.document_url,
        )

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return self.books.page(self._place(kind).one(id))

    def party_url(self, role: PartyRole, id: str) -> str:
        return self.books.page(f"{CONTACTS}/{id}")

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document, per_line=self.books.rounds_per_line)

    def _place(self, kind: DocumentKind) -> Place:
        if kind not in PLACES:
            self._unsupported(kind, "kind")
        return PLACES[kind]

    def _document(self, kind: DocumentKind, row: Node) -> RemoteDocument:
        url = self.document_url(kind, str(row[PLACES[kind].id]))
        return document_from(kind, row, url=url)
