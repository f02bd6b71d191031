"""What is read from an Acumatica tenant."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from connectors.acumatica import masters, reading
from connectors.acumatica.api import EndpointApi, keys
from connectors.acumatica.capabilities import CAPABILITIES
from connectors.acumatica.connection import SETTINGS, SLUG, Tenant
from connectors.acumatica.errors import LABEL
from connectors.acumatica.mapping import NAMES, TYPES, Style, forecast_totals
from connectors.acumatica.payments import (
    SCREENS,
    UNRELEASED,
    history_of,
    payment_from,
)
from connectors.acumatica.wrapping import Entity, moment, rows, text
from connectors.auth.login_connector import LoginConnector
from connectors.batching import chunks
from connectors.errors import NotFound
from connectors.records import (
    Changes,
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
from connectors.sent_look_up import sent_by_reference
from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.transport.odata import among, both, equals, options

# They travel in the address, which must not grow over long.
_AT_ONCE = 20
# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=10)
_SCREENS = {
    DocumentKind.SALES_INVOICE: ("AR301000", "INV"),
    DocumentKind.CREDIT_NOTE: ("AR301000", "CRM"),
    DocumentKind.SUPPLIER_INVOICE: ("AP301000", "INV"),
}


class TenantReads(LoginConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.tenant = Tenant(config, self.services)
        self.api = EndpointApi(self.tenant)
        self.style = Style.of(config)

    def close(self) -> None:
        self.tenant.transport.close()

    def logout(self) -> None:
        self.tenant.log_out()

    def organisation(self) -> Organisation:
        """The site answers first, then the ledger, which proves the rights."""
        self.api.site("organisation")
        asked = {"$filter": "Type eq 'Actual'", "$expand": "Companies"}
        ledger = next(self.api.rows("organisation", "Ledger", asked), {})
        return masters.organisation_from(
            self.tenant.site,
            self.config.value("tenant"),
            self.style.home_currency,
            ledger,
        )

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        found = self._parties("find_parties", role, masters.PARTY_NAMES[role], names)
        return [party for party in found if party.active]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        asked = {"$expand": masters.EXPAND}
        for row in self.api.rows("list_parties", masters.ENTITIES[role], asked):
            party = masters.party_from(role, row)
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        return self._parties("get_parties", role, masters.IDS[role], ids)

    def _parties(
        self, operation: str, role: PartyRole, field: str, values: Sequence[str]
    ) -> list[Party]:
        found: list[Party] = []
        for some in chunks(list(dict.fromkeys(filter(None, values))), _AT_ONCE):
            asked = {"$filter": among(field, some), "$expand": masters.EXPAND}
            listed = self.api.rows(operation, masters.ENTITIES[role], asked)
            found += [masters.party_from(role, row) for row in listed]
        return found

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        asked = options(filter="Active eq true")
        for row in self.api.rows("ledger_accounts", "Account", asked):
            yield masters.account_from(row)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """Those that the payment method allows."""
        row = self.api.get(
            "bank_accounts",
            f"PaymentMethod/{keys(self.style.payment_method)}",
            {"$expand": "AllowedCashAccounts"},
        )
        for allowed in rows(row, "AllowedCashAccounts"):
            yield masters.cash_account_from(allowed)

    def tax_codes(self) -> Iterator[TaxCode]:
        taxes = self.api.rows("tax_codes", "Tax", {"$expand": "TaxSchedule"})
        rates = masters.rates_on(taxes, self.services.clock.now().date())
        asked = {"$expand": "Details"}
        for row in self.api.rows("tax_codes", "TaxCategory", asked):
            yield masters.tax_from(row, rates)

    def items(self) -> Iterator[Item]:
        for row in self.api.rows("items", "NonStockItem", {}):
            yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """By the customer order or vendor reference, where our number stands."""
        names = NAMES[self._entity(kind)]
        found: list[RemoteDocument] = []
        for some in chunks(list(dict.fromkeys(filter(None, numbers))), _AT_ONCE):
            condition = among(names.number, some)
            found += self._documents("find_documents", kind, condition, lines=False)
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        return sent_by_reference(
            documents, self.find_documents, self._of_days, kinds=TYPES
        )

    def _of_days(
        self, kind: DocumentKind, start: date, end: date
    ) -> Iterator[RemoteDocument]:
        condition = _dated("Date", start, end)
        return self._documents("find_sent", kind, condition, lines=False)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        entity = self._entity(kind)
        if not id:
            raise NotFound(f"{LABEL} has no document without a number.")
        path = f"{entity}/{keys(TYPES[kind], id)}"
        row = self.api.get("get_document", path, {"$expand": reading.EXPAND})
        return self._document(kind, row)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        condition = _dated("Date", start, end)
        return self._documents("list_documents", kind, condition, lines=True)

    def _documents(
        self, operation: str, kind: DocumentKind, condition: str, *, lines: bool
    ) -> Iterator[RemoteDocument]:
        asked = {"$filter": both(equals("Type", TYPES[kind]), condition)}
        if lines:
            asked["$expand"] = reading.EXPAND
        for row in self.api.rows(operation, self._entity(kind), asked):
            yield self._document(kind, row)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        condition = _dated("ApplicationDate", start, end)
        for payment in self._payments("list_payments", condition):
            if not payment.deleted:
                yield payment

    def _payments(self, operation: str, condition: str) -> Iterator[RemotePayment]:
        """One that is not released settles nothing yet."""
        for direction in PaymentDirection:
            for row in self._payment_rows(operation, direction, condition):
                if text(row, "Status") not in UNRELEASED:
                    yield payment_from(direction, row)

    def _payment_rows(
        self, operation: str, direction: PaymentDirection, condition: str
    ) -> Iterator[Entity]:
        screen = SCREENS[direction]
        asked = {
            "$filter": both("Type eq 'Payment'", condition),
            "$expand": f"{screen.details},{history_of(direction)}",
        }
        return self.api.rows(operation, screen.entity, asked)

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now."""
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = (datetime.fromisoformat(cursor) - _OVERLAP).replace(microsecond=0)
        condition = f"LastModifiedDateTime gt datetimeoffset'{begin.isoformat()}'"
        return Changes(
            documents=tuple(
                document
                for kind in TYPES
                for document in self._documents(
                    "changed_since", kind, condition, lines=False
                )
            ),
            payments=tuple(self._payments("changed_since", condition)),
            cursor=now.isoformat(),
        )

    def document_url(self, kind: DocumentKind, id: str) -> str:
        if kind not in _SCREENS:
            return ""
        screen, word = _SCREENS[kind]
        return self.tenant.page(screen, word, id)

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _entity(self, kind: DocumentKind) -> str:
        if kind not in TYPES:
            self._unsupported(kind, "kind")
        return self.style.entity(kind)

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        found = reading.document_from(
            kind,
            self._entity(kind),
            row,
            home_currency=self.style.home_currency,
        )
        return reading.document_from(
            kind,
            self._entity(kind),
            row,
            home_currency=self.style.home_currency,
            url=self.document_url(kind, found.id),
        )


def _dated(field: str, start: date | None, end: date | None) -> str:
    """Moments are written as version 3 of OData has them."""
    return both(
        f"{field} ge datetimeoffset'{moment(start)}'" if start else "",
        f"{field} le datetimeoffset'{moment(end)}'" if end else "",
    )
