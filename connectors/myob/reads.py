"""What is read from a company file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.batching import chunks
from connectors.errors import NotFound
from connectors.guids import is_guid
from connectors.myob import changes, masters
from connectors.myob.api import Entity
from connectors.myob.capabilities import CAPABILITIES
from connectors.myob.connection import FILES, SETTINGS, SLUG, Access
from connectors.myob.errors import LABEL
from connectors.myob.filters import dated, identified
from connectors.myob.kinds import (
    INVOICES,
    LAYOUT_FIELDS,
    LAYOUTS,
    NUMBER_FIELDS,
    PATHS,
    SERVICE,
    kind_of,
    spellings,
)
from connectors.myob.mapping import forecast_totals
from connectors.myob.payments import PAID, RECEIVED, REFUNDED
from connectors.myob.reading import document_from, payment_from
from connectors.party_names import name_key
from connectors.records import (
    Changes,
    ControlBalance,
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
from connectors.transport.odata import among, both, options

T = TypeVar("T")
# They travel in the address, which must not grow over long.
_NAMES_AT_ONCE = 10
_AT_ONCE = 30
_ACTIVE = "IsActive eq true"
_POSTABLE = "IsActive eq true and IsHeader eq false"
# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=5)


class FileReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "company_file_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.access = Access(config, self.services)
        self.api = self.access.api
        self.home_currency = config.value("home_currency") or config.home_currency

    @property
    def app(self) -> OAuth2Client:
        return self.access.app

    def organisations(self) -> list[Organisation]:
        """The file that the consent named, else all that are told."""
        if self.config.organisation_id:
            return [self.organisation()]
        return [
            masters.organisation_from(row)
            for row in self.api.files("organisations", FILES)
        ]

    def organisation(self) -> Organisation:
        body = self.api.get("organisation", "")
        preferences = self.api.get("organisation", "Company/Preferences")
        return masters.organisation_from(
            body.get("CompanyFile") or body, preferences, currency=self.home_currency
        )

    # Cards and lists

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = {name_key(name) for name in names}
        found: dict[str, Party] = {}
        for some in chunks(list(dict.fromkeys(names)), _NAMES_AT_ONCE):
            condition = both(masters.names_filter(some), _ACTIVE)
            for party in self._parties("find_parties", role, condition):
                if name_key(party.name) in wanted:
                    found[party.id] = party
        return list(found.values())

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        return self._parties("list_parties", role, _ACTIVE)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        known = [id for id in dict.fromkeys(ids) if is_guid(id)]
        return [
            party
            for some in chunks(known, _AT_ONCE)
            for party in self._parties("get_parties", role, identified(some))
        ]

    def _parties(
        self, operation: str, role: PartyRole, condition: str
    ) -> Iterator[Party]:
        asked = options(filter=condition)
        for row in self.api.rows(operation, masters.CARDS[role], asked):
            yield masters.party_from(role, row)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        return map(masters.account_from, self._accounts("ledger_accounts"))

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        condition = both(_POSTABLE, "(Type eq 'Bank' or Type eq 'CreditCard')")
        return map(masters.account_from, self._accounts("bank_accounts", condition))

    def _accounts(self, operation: str, condition: str = _POSTABLE) -> Iterator[Entity]:
        asked = options(filter=condition)
        return self.api.rows(operation, "GeneralLedger/Account", asked)

    def tax_codes(self) -> Iterator[TaxCode]:
        rows = self.api.rows("tax_codes", "GeneralLedger/TaxCode")
        return map(masters.tax_code_from, rows)

    @cached_property
    def tax_rates(self) -> Mapping[str, Decimal | None]:
        return {code.id: code.rate for code in self.tax_codes()}

    def items(self) -> Iterator[Item]:
        asked = options(filter=both("IsSold eq true", _ACTIVE))
        return map(masters.item_from, self.api.rows("items", "Inventory/Item", asked))

    def control_balances(self, on: date) -> list[ControlBalance]:
        """As the accounts stand now; empty for days before today."""
        if on < self.services.clock.now().date():
            return []
        return changes.balances(self._accounts("control_balances"), self.home_currency)

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        field = NUMBER_FIELDS[self._path(kind)]
        asked = {
            spelling: number
            for number in numbers
            if number
            for spelling in spellings(kind, number)
        }
        return [
            changes.renamed(document, asked)
            for some in chunks(list(asked), _AT_ONCE)
            for document in self._listed("find_documents", kind, among(field, some))
            if document.number in asked
            and (not party_ids or document.party_id in party_ids)
        ]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By the number, and known as ours by the reference in the journal memo. Where
        the memo was lost or written over, party, day and total must agree."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {document.kind for document in documents}:
            numbers = [each.number for each in documents if each.kind is kind]
            for remote in self.find_documents(kind, numbers):
                known_by = remote.reference or _intent(remote, remote.gross)
                found.setdefault((kind, known_by), remote)
        return [
            found.get((each.kind, each.reference))
            or found.get((each.kind, _intent(each, self.forecast(each).gross)))
            for each in documents
        ]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        return self._document(kind, self.row_of("get_document", kind, id))

    def row_of(self, operation: str, kind: DocumentKind, id: str) -> Entity:
        return self.in_its_layout(
            operation, kind, id, lambda path: self.api.get(operation, path)
        )

    def in_its_layout(
        self, operation: str, kind: DocumentKind, id: str, call: Callable[[str], T]
    ) -> T:
        """`call` gets the address of the document; it is asked for its layout only
        where that is not the connection's. Raises `NotFound`."""
        path, layout = self._path(kind), self.layout(kind)
        if not is_guid(id):
            raise NotFound(f"{LABEL} has no document {id}.")
        try:
            return call(f"{path}/{layout}/{id}")
        except NotFound:
            asked = options(filter=identified([id]))
            row = next(self.api.rows(operation, path, asked), {})
            other = str(row.get(LAYOUT_FIELDS[path]) or layout)
            if other == layout:
                raise
        return call(f"{path}/{other}/{id}")

    def layout(self, kind: DocumentKind) -> str:
        """Bills go by accounts always."""
        chosen = self.config.value("layout") or SERVICE
        return chosen if PATHS[kind] == INVOICES else SERVICE

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """With lines, which are told by layout alone."""
        path, asked = self._path(kind), options(filter=dated("Date", start, end))
        for layout in LAYOUTS[path]:
            for row in self.api.rows("list_documents", f"{path}/{layout}", asked):
                if kind_of(path, row) is kind:
                    yield self._document(kind, row)

    def _listed(
        self, operation: str, kind: DocumentKind, condition: str
    ) -> Iterator[RemoteDocument]:
        """Of all layouts, without lines."""
        path = self._path(kind)
        for row in self.api.rows(operation, path, options(filter=condition)):
            if kind_of(path, row) is kind:
                yield self._document(kind, row)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        asked = options(filter=dated("Date", start, end))
        for path in (RECEIVED, PAID, REFUNDED):
            for row in self.api.rows("list_payments", path, asked):
                yield payment_from(path, row, currency=self.home_currency)

    def changed_since(self, cursor: str) -> Changes:
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        return changes.since(
            self.api,
            begin,
            now=now,
            document=self._document,
            currency=self.home_currency,
        )

    def forecast(self, document: Document) -> Totals:
        per_code = self.config.value("tax_rounding") == "per_code"
        return forecast_totals(document, per_code=per_code)

    def _path(self, kind: DocumentKind) -> str:
        if kind not in PATHS:
            self._unsupported(kind, "kind")
        return PATHS[kind]

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        """Rates are asked for only where a line's total holds the tax."""
        needed = row.get("IsTaxInclusive") and row.get("Lines")
        return document_from(
            kind,
            row,
            currency=self.home_currency,
            rates=self.tax_rates if needed else {},
        )


def _intent(document: Document | RemoteDocument, gross: Decimal) -> str:
    return f"{document.number}|{document.party_id}|{document.date}|{gross:.2f}"
