"""What is read from a company of Business Central."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from connectors.amounts import CENT, totals_per_tax_code
from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.batching import chunks
from connectors.dynamics_365 import changes, masters, reading
from connectors.dynamics_365.api import Entity, Listing, told
from connectors.dynamics_365.capabilities import CAPABILITIES
from connectors.dynamics_365.connection import SETTINGS, SLUG, Environment, is_delegated
from connectors.dynamics_365.errors import LABEL
from connectors.dynamics_365.mapping import (
    CODE_LENGTH,
    NAMES,
    NUMBER_LENGTH,
    Names,
    Style,
    tax_rates_of,
)
from connectors.dynamics_365.webhooks import CentralWebhooks
from connectors.errors import NotFound, Reauthorise, Rejected
from connectors.guids import is_guid
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
    RemoteStatus,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.transport.odata import among, dated, options

# Of one question, which must not grow over long.
_AT_ONCE = 20
_PARTY_PAGES = {PartyRole.CUSTOMER: 21, PartyRole.SUPPLIER: 26}


class CompanyReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    webhooks = CentralWebhooks()
    organisation_key = "company_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.environment = Environment(config, self.services)
        self.api = self.environment.api
        self.style = Style.of(config)

    @classmethod
    def by_consent(cls, values: Mapping[str, str]) -> bool:
        return is_delegated(values)

    @property
    def app(self) -> OAuth2Client:
        return self.environment.app

    # The company

    def organisations(self) -> list[Organisation]:
        """Those of the environment, or the one that the settings name."""
        chosen = self.config.organisation_id or self.config.value("company_id")
        found = map(masters.company_from, self.api.root_rows("companies", "companies"))
        return [each for each in found if chosen in ("", each.id)]

    def organisation(self) -> Organisation:
        """Where the set-up may not be read, no closed period is known beforehand."""
        asked = ("companyInformation", "currencies", "generalLedgerSetup")
        found = self.api.lists("organisation", [Listing(path, {}) for path in asked])
        if isinstance(found[0], NotFound):
            raise Reauthorise(
                f"{LABEL} does not open this company to FinSync any more. Connect it "
                "again.",
                where=found[0].where,
            ) from found[0]
        company, currencies = told(found[0]), told(found[1])
        setup = [] if isinstance(found[2], Rejected) else told(found[2])
        return masters.organisation_from(
            self.config.organisation_id,
            next(iter(company), {}),
            currencies,
            next(iter(setup), {}),
        )

    # Master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = {name[: masters.NAME_LENGTH] for name in names}
        found = self._parties("find_parties", role, "displayName", sorted(wanted))
        return [party for party in found if party.active and party.name in wanted]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        asked = options(select=masters.PARTY_FIELDS, orderby="number")
        for row in self.api.rows("list_parties", masters.PATHS[role], asked):
            party = self._party(role, row)
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        known = [id for id in ids if len(id) <= CODE_LENGTH]
        return self._parties("get_parties", role, "number", known)

    def _parties(
        self, operation: str, role: PartyRole, field: str, values: Sequence[str]
    ) -> list[Party]:
        """In batches, whose questions may be long."""
        wanted = list(dict.fromkeys(filter(None, values)))
        listings = [
            Listing(
                masters.PATHS[role],
                options(filter=among(field, some), select=masters.PARTY_FIELDS),
            )
            for some in chunks(wanted, _AT_ONCE)
        ]
        return [self._party(role, row) for row in self._listed(operation, listings)]

    def _listed(self, operation: str, listings: Sequence[Listing]) -> Iterator[Entity]:
        for some in chunks(listings, self.capabilities.batch_size):
            for rows in self.api.lists(operation, some):
                yield from told(rows)

    def _party(self, role: PartyRole, row: Entity) -> Party:
        url = self.party_url(role, str(row["number"]))
        return masters.party_from(role, row, url=url)

    def party_url(self, role: PartyRole, id: str) -> str:
        return self.environment.page(_PARTY_PAGES[role], id)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        return self._accounts("ledger_accounts", "")

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """Accounts of the ledger, for a payment journal is balanced with one of those.
        A clearing account keeps the bank's own entries right."""
        return self._accounts("bank_accounts", " and category eq 'Assets'")

    def _accounts(self, operation: str, more: str) -> Iterator[LedgerAccount]:
        live = "accountType eq 'Posting' and blocked eq false and directPosting eq true"
        asked = options(
            filter=live + more, select=masters.ACCOUNT_FIELDS, orderby="number"
        )
        for row in self.api.rows(operation, "accounts", asked):
            yield masters.account_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        rates = tax_rates_of(self.config.value("tax_rates"))
        for row in self.api.rows("tax_codes", "taxGroups", {}):
            yield masters.tax_from(row, rates)

    def items(self) -> Iterator[Item]:
        asked = options(filter="blocked eq false", orderby="number")
        for row in self.api.rows("items", "items", asked):
            yield masters.item_from(row)

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """By theirs and by ours: two questions, for they are two fields, and what is
        longer than a field is refused. Codes are kept in capitals there, and told again
        as we write them."""
        names = self._names(kind)
        ours = {number.upper(): number for number in numbers if number}
        listings = [
            Listing(names.path, self._asked(kind, among(field, some)))
            for field, longest in (
                ("number", CODE_LENGTH),
                (names.number, NUMBER_LENGTH),
            )
            for some in chunks([n for n in ours if len(n) <= longest], _AT_ONCE)
        ]
        found: dict[str, RemoteDocument] = {}
        for each in self._read(kind, self._listed("find_documents", listings)):
            spelt = ours.get(each.reference, each.reference)
            found[each.id] = replace(each, reference=spelt)
        documents = list(found.values())
        return [d for d in documents if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """There is no field for our reference. A document is ours by number, party,
        date and total, drafts too, void ones not; the total may differ by what
        rounding does."""
        found: dict[DocumentKind, list[RemoteDocument]] = {}
        for kind in {d.kind for d in documents if d.kind in NAMES}:
            numbers = [d.number for d in documents if d.kind is kind]
            found[kind] = self.find_documents(kind, numbers)
        return [self._sent_among(found.get(each.kind, ()), each) for each in documents]

    def _sent_among(
        self, remotes: Iterable[RemoteDocument], document: Document
    ) -> RemoteDocument | None:
        # No tax can be told there, so that an overridden one becomes another.
        overridden = document.tax_override is not None
        gross = self.forecast(document).gross if overridden else document.gross
        return next((r for r in remotes if _is_it(r, document, gross)), None)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        names = self._names(kind)
        if not is_guid(id):
            raise NotFound(f"{LABEL} has no document {id}.")
        asked = self._asked(kind, expand=True)
        return self._document(
            kind, self.api.get("get_document", f"{names.path}({id})", asked)
        )

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        names = self._names(kind)
        asked = self._asked(kind, dated(names.date, start, end), expand=True)
        rows = self.api.rows("list_documents", names.path, asked)
        return self._read(kind, rows)

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now."""
        now = self.services.clock.now()
        if not cursor:
            first = changes.first_cursor(now)
            return Changes(documents=(), payments=(), cursor=first)
        rows, following = changes.since(self.api, cursor, now=now)
        documents = [
            document for kind, row in rows for document in self._read(kind, [row])
        ]
        return Changes(documents=tuple(documents), payments=(), cursor=following)

    def forecast(self, document: Document) -> Totals:
        return totals_per_tax_code(document)

    def _names(self, kind: DocumentKind) -> Names:
        if kind not in NAMES:
            self._unsupported(kind, "kind")
        return NAMES[kind]

    def _asked(
        self, kind: DocumentKind, condition: str = "", *, expand: bool = False
    ) -> dict[str, str]:
        asked = options(filter=condition, select=reading.header_fields(kind))
        return asked | ({"$expand": NAMES[kind].lines} if expand else {})

    def _read(
        self, kind: DocumentKind, rows: Iterable[Entity]
    ) -> Iterator[RemoteDocument]:
        return (
            self._document(kind, row) for row in rows if not reading.is_corrective(row)
        )

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        found = reading.document_from(kind, row)
        url = self.environment.page(reading.page_of(found), found.number)
        return replace(found, url=url)


def _is_it(remote: RemoteDocument, document: Document, gross: Decimal) -> bool:
    odd = CENT * max(1, len(document.lines))
    return (
        remote.status is not RemoteStatus.VOID
        and remote.reference.upper() == document.number.upper()
        and remote.party_id == document.party_id
        and remote.date == document.date
        and abs(remote.gross - gross) <= odd
    )
