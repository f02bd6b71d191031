"""What is read from a Xero organisation."""

from collections.abc import Iterator, Sequence
from datetime import date

from connectors.amounts import totals_as_given
from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.batching import chunks
from connectors.errors import NotFound
from connectors.guids import is_guid
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
    RemoteStatus,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.xero import changes, masters
from connectors.xero.api import FOUR_PLACES
from connectors.xero.capabilities import CAPABILITIES
from connectors.xero.connection import SETTINGS, SLUG, Tenant
from connectors.xero.errors import LABEL
from connectors.xero.mapping import IDS, INVOICES, PATHS, TYPES
from connectors.xero.payments import PAYMENTS
from connectors.xero.reading import document_from, payments_from
from connectors.xero.wire import Entity, both, dated, either, equals

CONTACTS = "Contacts"
_IDS_AT_ONCE = 40
# They travel in the address, which must not grow over long.
_NUMBERS_AT_ONCE = 40
# Credit notes have no list of numbers to ask by, and long filters are slow at Xero.
_CREDITS_AT_ONCE = 15
# Of more names the whole list is read: filters that say "or" are slow too.
_NAMES_ONE_BY_ONE = 3
_PAGES = {
    DocumentKind.SALES_INVOICE: "AccountsReceivable/View.aspx?InvoiceID=",
    DocumentKind.CREDIT_NOTE: "AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
    DocumentKind.SUPPLIER_INVOICE: "AccountsPayable/View.aspx?InvoiceID=",
}


class TenantReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "tenant_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.tenant = Tenant(config, self.services)
        self.api = self.tenant.api

    @property
    def app(self) -> OAuth2Client:
        return self.tenant.app

    def organisations(self) -> list[Organisation]:
        return [
            Organisation(id=str(row["tenantId"]), name=str(row.get("tenantName") or ""))
            for row in self.api.connections()
            if row.get("tenantType") == "ORGANISATION"
        ]

    def organisation(self) -> Organisation:
        [entity] = self.api.get("organisation", "Organisation")[:1] or [{}]
        currencies = self.api.get("organisation", "Currencies")
        tenant = self.config.organisation_id
        return masters.organisation_from(tenant, entity, currencies)

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = list(dict.fromkeys(names))
        if len(wanted) > _NAMES_ONE_BY_ONE or any('"' in name for name in wanted):
            keys = {name_key(name) for name in wanted}
            return [p for p in self.list_parties(role) if name_key(p.name) in keys]
        found: list[Party] = []
        for name in wanted:
            where = both(equals("Name", name), equals("ContactStatus", "ACTIVE"))
            rows = self.api.get("find_parties", CONTACTS, {"where": where})
            found += [self._party(role, row) for row in rows]
        return found

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        for row in self.api.pages("list_parties", CONTACTS, {"order": "Name ASC"}):
            party = self._party(role, row)
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        known = [id for id in dict.fromkeys(ids) if is_guid(id)]
        found: list[Party] = []
        for some in chunks(known, _IDS_AT_ONCE):
            asked = {"IDs": ",".join(some), "includeArchived": "true"}
            rows = self.api.get("get_parties", CONTACTS, asked)
            found += [self._party(role, row) for row in rows]
        return found

    def _party(self, role: PartyRole, row: Entity) -> Party:
        url = self.party_url(role, str(row["ContactID"]))
        return masters.party_from(role, row, url=url)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for row in self.api.get("ledger_accounts", "Accounts"):
            yield masters.account_from(row)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        where = {"where": equals("Status", "ACTIVE")}
        for row in self.api.get("bank_accounts", "Accounts", where):
            if masters.takes_payments(row):
                yield masters.account_from(row, by_id=True)

    def tax_codes(self) -> Iterator[TaxCode]:
        for row in self.api.get("tax_codes", "TaxRates"):
            yield masters.tax_code_from(row)

    def items(self) -> Iterator[Item]:
        for row in self.api.get("items", "Items"):
            yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        wanted = list(dict.fromkeys(number for number in numbers if number))
        found = [
            self._document(row)
            for row in self._numbered(self._path(kind), wanted)
            if row.get("Type") == TYPES[kind]
        ]
        live = [d for d in found if d.status is not RemoteStatus.DELETED]
        return [d for d in live if not party_ids or d.party_id in party_ids]

    def _numbered(self, path: str, numbers: Sequence[str]) -> Iterator[Entity]:
        """A comma would split a number in the list of numbers, a filter keeps it."""
        plain = [n for n in numbers if path == INVOICES and "," not in n]
        for some in chunks(plain, _NUMBERS_AT_ONCE):
            asked = {"InvoiceNumbers": ",".join(some)}
            yield from self.api.get("find_documents", path, asked)
        name = "InvoiceNumber" if path == INVOICES else "CreditNoteNumber"
        others = [n for n in numbers if n not in set(plain)]
        for some in chunks(others, _CREDITS_AT_ONCE):
            where = either(*(equals(name, number) for number in some))
            yield from self.api.get("find_documents", path, {"where": where})

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By our reference, among those of the number and then among those of the same
        days. Bills without a link back are known by supplier, number and total."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {document.kind for document in documents}:
            same = [document for document in documents if document.kind is kind]
            for remote in self._possibly_sent(kind, same):
                for name in _names(remote):
                    found.setdefault((kind, name), remote)
        return [found.get((d.kind, self._name(d))) for d in documents]

    def _possibly_sent(
        self, kind: DocumentKind, documents: Sequence[Document]
    ) -> Iterator[RemoteDocument]:
        seen = set()
        for remote in self.find_documents(kind, [d.number for d in documents]):
            seen |= _names(remote)
            yield remote
        days = [d.date for d in documents if self._name(d) not in seen]
        if days:
            yield from self.list_documents(kind, min(days), max(days))

    def _name(self, document: Document) -> str:
        is_bill = document.kind is DocumentKind.SUPPLIER_INVOICE
        if not is_bill or self.tenant.link_base:
            return document.reference
        return _bill_name(document)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        path = self._path(kind)
        rows = self.api.get("get_document", f"{path}/{id}", FOUR_PLACES)
        document = self._document(rows[0])
        if document.status is RemoteStatus.DELETED or document.kind is not kind:
            raise NotFound(f"{LABEL} no longer has this document.")
        return document

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        path = self._path(kind)
        asked = {
            "where": both(equals("Type", TYPES[kind]), dated(start, end)),
            "order": f"{IDS[path]} ASC",
        } | FOUR_PLACES
        for row in self.api.pages("list_documents", path, asked):
            document = self._document(row)
            if document.status is not RemoteStatus.DELETED:
                yield document

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        where = dated(start, end)
        asked = {"where": where} if where else {}
        rows = self.api.pages("list_payments", PAYMENTS, asked)
        live = (row for row in rows if row.get("Status") != "DELETED")
        yield from payments_from(live)

    def changed_since(self, cursor: str) -> Changes:
        return changes.since(
            self.api,
            cursor,
            now=self.services.clock.now(),
            document=self._document,
        )

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return self.tenant.page(f"{_PAGES[kind]}{id}") if kind in _PAGES else ""

    def party_url(self, role: PartyRole, id: str) -> str:
        return self.tenant.page(f"Contacts/View/{id}")

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def _path(self, kind: DocumentKind) -> str:
        if kind not in PATHS:
            self._unsupported(kind, "kind")
        return PATHS[kind]

    def _document(self, row: Entity) -> RemoteDocument:
        document = document_from(row, link_base=self.tenant.link_base)
        return document_from(
            row,
            url=self.document_url(document.kind, document.id),
            link_base=self.tenant.link_base,
        )


def _bill_name(bill: Document | RemoteDocument) -> str:
    return f"{bill.party_id}|{bill.number}|{bill.gross.normalize()}"


def _names(remote: RemoteDocument) -> set[str]:
    if remote.kind is DocumentKind.SUPPLIER_INVOICE:
        return {remote.reference, _bill_name(remote)} - {""}
    return {remote.reference} - {""}
