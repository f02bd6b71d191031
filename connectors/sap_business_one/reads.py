"""What is read from an SAP Business One company."""

from collections.abc import Iterator, Sequence
from datetime import date

from connectors.auth.login_connector import LoginConnector
from connectors.batching import chunks
from connectors.errors import NotFound
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
from connectors.sap_business_one import changes, masters, reading
from connectors.sap_business_one.api import Entity, ServiceLayer
from connectors.sap_business_one.capabilities import CAPABILITIES
from connectors.sap_business_one.connection import SETTINGS, SLUG, Company
from connectors.sap_business_one.errors import LABEL
from connectors.sap_business_one.mapping import REFERENCE, SETS, Style, forecast_totals
from connectors.sap_business_one.payments import SETS as PAYMENT_SETS
from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.transport.odata import (
    among,
    both,
    dated,
    either,
    equals,
    key,
    options,
)

PARTNERS = "BusinessPartners"
# They travel in the address, which must not grow over long.
_AT_ONCE = 20
# A cancelled document stays; what cancelled it is left out of all lists.
_NO_REVERSAL = f"CancelStatus ne '{reading.REVERSAL}'"


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
        self.api = ServiceLayer(self.company.transport, self.company.root)
        self.style = Style.of(config)

    def close(self) -> None:
        self.company.transport.close()

    def logout(self) -> None:
        self.company.log_out()

    def organisation(self) -> Organisation:
        company = self.api.ask("organisation", "CompanyService_GetCompanyInfo")
        admin = self.api.ask("organisation", "CompanyService_GetAdminInfo")
        asked = options(select=["Code"])
        currencies = self.api.rows("organisation", "Currencies", asked)
        database = self.config.value("company_db")
        return masters.organisation_from(database, company, admin, currencies)

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        live = "Frozen eq 'tNO'"
        return self._parties("find_parties", role, "CardName", names, live)

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        condition = both(_of_role(role), "Frozen eq 'tNO'")
        asked = options(
            filter=condition, select=masters.PARTY_FIELDS, orderby="CardCode"
        )
        for row in self.api.rows("list_parties", PARTNERS, asked):
            yield masters.party_from(role, row)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        return self._parties("get_parties", role, "CardCode", ids)

    def _parties(
        self,
        operation: str,
        role: PartyRole,
        field: str,
        values: Sequence[str],
        condition: str = "",
    ) -> list[Party]:
        found: list[Party] = []
        for some in chunks(list(dict.fromkeys(filter(None, values))), _AT_ONCE):
            asked = options(
                filter=both(_of_role(role), among(field, some), condition),
                select=masters.PARTY_FIELDS,
                orderby="CardCode",
            )
            rows = self.api.rows(operation, PARTNERS, asked)
            found += [masters.party_from(role, row) for row in rows]
        return found

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        return self._accounts("ledger_accounts", "ActiveAccount eq 'tYES'")

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        condition = "ActiveAccount eq 'tYES' and CashAccount eq 'tYES'"
        return self._accounts("bank_accounts", condition)

    def _accounts(self, operation: str, condition: str) -> Iterator[LedgerAccount]:
        """Titles, which nothing can be posted to, are not active there."""
        asked = options(filter=condition, select=masters.ACCOUNT_FIELDS, orderby="Code")
        for row in self.api.rows(operation, "ChartOfAccounts", asked):
            yield masters.account_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        if self.style.tax_field == "TaxCode":
            for row in self.api.rows("tax_codes", "SalesTaxCodes", {}):
                yield masters.sales_tax_from(row)
            return
        today = self.services.clock.now().date()
        for row in self.api.rows("tax_codes", "VatGroups", {}):
            yield masters.vat_group_from(row, today)

    def items(self) -> Iterator[Item]:
        asked = options(
            filter="SalesItem eq 'tYES'",
            select=masters.ITEM_FIELDS,
            orderby="ItemCode",
        )
        for row in self.api.rows("items", "Items", asked):
            yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """By the customer's (or supplier's) reference number, where ours stands."""
        wanted = list(dict.fromkeys(number for number in numbers if number))
        found: list[RemoteDocument] = []
        for some in chunks(wanted, _AT_ONCE):
            condition = among("NumAtCard", some)
            found += self._documents("find_documents", kind, condition)
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By our reference, which nobody retypes by accident."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {d.kind for d in documents if d.kind in SETS}:
            names = [d.reference for d in documents if d.kind is kind and d.reference]
            for some in chunks(names, _AT_ONCE):
                condition = among(self.style.reference_field, some)
                for remote in self._documents("find_sent", kind, condition):
                    found.setdefault((kind, remote.reference), remote)
        return [found.get((d.kind, d.reference)) for d in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        path = self._set(kind)
        if not id.isdigit():
            raise NotFound(f"{LABEL} has no document {id}.")
        asked = options(select=self._fields(reading.WHOLE))
        row = self.api.get("get_document", f"{path}{key(int(id))}", asked)
        return self._document(kind, row)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        condition = dated("DocDate", start, end)
        return self._documents("list_documents", kind, condition, reading.WHOLE)

    def _documents(
        self,
        operation: str,
        kind: DocumentKind,
        condition: str,
        fields: Sequence[str] = reading.HEADER,
    ) -> Iterator[RemoteDocument]:
        asked = options(
            filter=both(condition, _NO_REVERSAL),
            select=self._fields(fields),
            orderby="DocEntry",
        )
        for row in self.api.rows(operation, self._set(kind), asked):
            yield self._document(kind, row)

    def documents_of_ids(
        self, kind: DocumentKind, ids: Sequence[str]
    ) -> Iterator[RemoteDocument]:
        for some in chunks(ids, _AT_ONCE):
            condition = among("DocEntry", [int(id) for id in some])
            yield from self._documents("changed_since", kind, condition)

    def changed_documents(
        self, kind: DocumentKind, since: date
    ) -> Iterator[RemoteDocument]:
        return self._documents("changed_since", kind, f"UpdateDate ge {since}")

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for payment in self.payments_where(
            "list_payments", dated("DocDate", start, end)
        ):
            if not payment.deleted:
                yield payment

    def payments_where(
        self, operation: str, condition: str, after: dict[str, int] | None = None
    ) -> Iterator[RemotePayment]:
        """`after`: the last number seen of each set; later ones are told besides."""
        for direction, path in PAYMENT_SETS.items():
            newer = f"DocEntry gt {after[path]}" if after and path in after else ""
            asked = options(filter=either(condition, newer), orderby="DocEntry")
            for row in self.api.rows(operation, path, asked):
                yield reading.payment_from(direction, row)

    def changed_since(self, cursor: str) -> Changes:
        return changes.since(self, cursor, now=self.services.clock.now())

    def control_balances(self, on: date) -> list[ControlBalance]:
        """What all partners owe and are owed; empty for days before today."""
        if on < self.services.clock.now().date():
            return []
        return [
            balance
            for role in PartyRole
            for balance in changes.balances(self.api, role)
        ]

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _set(self, kind: DocumentKind) -> str:
        if kind not in SETS:
            self._unsupported(kind, "kind")
        return SETS[kind]

    def _fields(self, fields: Sequence[str]) -> list[str]:
        own = self.style.reference_field
        return [*fields, *([] if own == REFERENCE else [own])]

    def _document(self, kind: DocumentKind, row: Entity) -> RemoteDocument:
        return reading.document_from(
            kind, row, reference_field=self.style.reference_field
        )


def _of_role(role: PartyRole) -> str:
    return equals("CardType", masters.CARD_TYPES[role])
