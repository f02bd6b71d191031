"""What is read from a QuickBooks Online company."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.batching import chunks
from connectors.errors import Rejected
from connectors.quickbooks_online import changes, masters
from connectors.quickbooks_online.api import Entity
from connectors.quickbooks_online.capabilities import CAPABILITIES
from connectors.quickbooks_online.connection import (
    SETTINGS,
    SLUG,
    Company,
)
from connectors.quickbooks_online.errors import LABEL
from connectors.quickbooks_online.mapping import (
    ENTITIES,
    forecast_totals,
)
from connectors.quickbooks_online.payments import ENTITY_OF
from connectors.quickbooks_online.query import (
    ACTIVE_OR_NOT,
    among,
    dated,
    select,
)
from connectors.quickbooks_online.reading import document_from, payment_from
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
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.sent_look_up import sent_by_reference
from connectors.services import Services
from connectors.settings import ConnectionConfig

_NAMES_AT_ONCE = 100
# What a look-up needs of a document: lines would make it many times as big.
_HEADER = (
    "Id",
    "SyncToken",
    "DocNumber",
    "TxnDate",
    "DueDate",
    "TotalAmt",
    "Balance",
    "CurrencyRef",
    "PrivateNote",
    "MetaData",
)
_SALE_HEADER = (*_HEADER, "CustomerRef", "EmailStatus", "PrintStatus", "TxnTaxDetail")
_HEADERS = {
    DocumentKind.SALES_INVOICE: _SALE_HEADER,
    DocumentKind.CREDIT_NOTE: (*_SALE_HEADER, "RemainingCredit"),
    DocumentKind.SUPPLIER_INVOICE: (*_HEADER, "VendorRef", "TxnTaxDetail"),
}
_PAYMENT_PAGES = {
    PaymentDirection.RECEIVED: "recvpayment?txnId=",
    PaymentDirection.MADE: "billpayment?txnId=",
}
_PARTY_PAGES = {
    PartyRole.CUSTOMER: "customerdetail?nameId=",
    PartyRole.SUPPLIER: "vendordetail?nameId=",
}


class CompanyReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "realm_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.company = Company(config, self.services)
        self.api = self.company.api

    @property
    def app(self) -> OAuth2Client:
        return self.company.app

    # Reads

    def organisation(self) -> Organisation:
        realm = self.config.organisation_id
        company = self.api.get("organisation", f"companyinfo/{realm}")["CompanyInfo"]
        preferences = self.api.get("organisation", "preferences")["Preferences"]
        return masters.organisation_from(
            realm, company, preferences, self._currencies(preferences)
        )

    def _currencies(self, preferences: Entity) -> frozenset[str]:
        """Empty, for unknown, where the company does not list its currencies."""
        home = masters.home_currency(preferences)
        if not masters.several_currencies(preferences):
            return frozenset({home} if home else ())
        query = select("CompanyCurrency", "Active = true")
        try:
            rows = self.api.query("organisation", query, "CompanyCurrency")
        except Rejected:
            return frozenset()
        return frozenset({home, *(str(row["Code"]) for row in rows)})

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        return self._parties(role, "DisplayName", names, "Active = true")

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        entity = masters.PARTY_ENTITIES[role]
        query = select(entity, "Active = true")
        for row in self.api.pages("list_parties", query, entity):
            yield self._party(role, row)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        return self._parties(role, "Id", ids, ACTIVE_OR_NOT)

    def _parties(
        self, role: PartyRole, field: str, values: Sequence[str], condition: str
    ) -> list[Party]:
        entity = masters.PARTY_ENTITIES[role]
        found: list[Party] = []
        for some in chunks(list(dict.fromkeys(values)), _NAMES_AT_ONCE):
            query = select(entity, among(field, some), condition)
            rows = self.api.pages("find_parties", query, entity)
            found += [self._party(role, row) for row in rows]
        return found

    def _party(self, role: PartyRole, row: Entity) -> Party:
        return masters.party_from(role, row, url=self.party_url(role, str(row["Id"])))

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for row in self.api.pages("ledger_accounts", select("Account"), "Account"):
            yield masters.account_from(row)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        kinds = among("AccountType", ["Bank", "Other Current Asset"])
        query = select("Account", kinds)
        for row in self.api.pages("bank_accounts", query, "Account"):
            if masters.takes_payments(row):
                yield masters.account_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        rates = {
            str(row["Id"]): Decimal(str(row.get("RateValue") or 0))
            for row in self.api.pages("tax_codes", select("TaxRate"), "TaxRate")
        }
        for row in self.api.pages("tax_codes", select("TaxCode"), "TaxCode"):
            yield masters.tax_code_from(row, rates)

    def items(self) -> Iterator[Item]:
        query = select("Item", "Active = true")
        for row in self.api.pages("items", query, "Item"):
            yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        found: list[RemoteDocument] = []
        wanted = list(dict.fromkeys(number for number in numbers if number))
        for some in chunks(wanted, CAPABILITIES.lookup_size):
            found += self._headers("find_documents", kind, among("DocNumber", some))
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        kinds = CAPABILITIES.kinds
        return sent_by_reference(
            documents, self.find_documents, self._of_days, kinds=kinds
        )

    def _of_days(
        self, kind: DocumentKind, start: date, end: date
    ) -> Iterator[RemoteDocument]:
        return self._headers("find_sent", kind, dated(start, end))

    def _headers(
        self, operation: str, kind: DocumentKind, condition: str
    ) -> Iterator[RemoteDocument]:
        entity = self._entity(kind)
        query = select(entity, condition, fields=_HEADERS[kind])
        for row in self.api.pages(operation, query, entity):
            yield self._document(kind, row)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        entity = self._entity(kind)
        body = self.api.get("get_document", f"{entity.lower()}/{id}")
        return self._document(kind, body[entity])

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        entity = self._entity(kind)
        query = select(entity, dated(start, end))
        for row in self.api.pages("list_documents", query, entity):
            yield self._document(kind, row)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for direction, entity in ENTITY_OF.items():
            query = select(entity, dated(start, end))
            for row in self.api.pages("list_payments", query, entity):
                yield self._payment(direction, row)

    def changed_since(self, cursor: str) -> Changes:
        return changes.since(
            self.api,
            cursor,
            now=self.services.clock.now(),
            document=self._document,
            payment=self._payment,
        )

    def control_balances(self, on: date) -> list[ControlBalance]:
        """Empty for days before today: Intuit tells no earlier balances."""
        if on < self.services.clock.now().date():
            return []
        query = select("Account", among("AccountType", masters.CONTROL_TYPES))
        rows = self.api.pages("control_balances", query, "Account")
        return [masters.control_balance(row) for row in rows]

    def document_url(self, kind: DocumentKind, id: str) -> str:
        entity = self._entity(kind)
        return self.company.page(f"{entity.lower()}?txnId={id}")

    def party_url(self, role: PartyRole, id: str) -> str:
        return self.company.page(f"{_PARTY_PAGES[role]}{id}")

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _entity(self, kind: DocumentKind) -> str:
        if kind not in ENTITIES:
            self._unsupported(kind, "kind")
        return ENTITIES[kind]

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        return document_from(kind, row, url=self.document_url(kind, str(row["Id"])))

    def _payment(self, direction: PaymentDirection, row: Entity) -> RemotePayment:
        url = self.company.page(f"{_PAYMENT_PAGES[direction]}{row['Id']}")
        return payment_from(direction, row, url=url)
