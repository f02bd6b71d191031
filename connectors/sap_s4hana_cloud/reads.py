"""What is read from an S/4HANA Cloud tenant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from connectors.amounts import totals_as_given
from connectors.base import Connector
from connectors.batching import chunks
from connectors.errors import NotFound, Reauthorise, Rejected
from connectors.records import (
    Allocation,
    Changes,
    Document,
    DocumentKind,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
    TaxCode,
    Totals,
    party_role,
)
from connectors.sap_s4hana_cloud import reading
from connectors.sap_s4hana_cloud.api import (
    Row,
    TenantApi,
    among,
    both,
    day_from,
    day_to,
    equal,
)
from connectors.sap_s4hana_cloud.capabilities import CAPABILITIES
from connectors.sap_s4hana_cloud.connection import (
    SETTINGS,
    SLUG,
    organisation_id,
    rules_of,
    transport_of,
)
from connectors.sap_s4hana_cloud.errors import LABEL, is_no_entity
from connectors.sap_s4hana_cloud.mapping import OURS
from connectors.services import Services
from connectors.settings import ConnectionConfig

PARTNERS = "API_BUSINESS_PARTNER"
_CUBE = "API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube"
_CUBE_ORDER = "AccountingDocument,FiscalYear,AccountingDocumentItem"
_COMPANIES = "API_COMPANYCODE_SRV/A_CompanyCode"
_ACCOUNTS = "API_GLACCOUNTINCHARTOFACCOUNTS_SRV/A_GLAccountInChartOfAccounts"
_EXPAND = (
    "to_BusinessPartnerAddress/to_EmailAddress,"
    "to_BusinessPartnerAddress/to_PhoneNumber,to_BusinessPartnerTax"
)
_NAMES_AT_ONCE = 10
# SAP tells days, and its own may begin before or after ours.
_OVERLAP = timedelta(days=1)
_CREDIT = "H"
_DEBIT = "S"


class TenantReads(Connector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.transport = transport_of(config, self.services)
        self.api = TenantApi(self.transport, config.value("base_url"))
        self.rules = rules_of(config)

    def close(self) -> None:
        self.transport.close()

    # The company

    def organisation(self) -> Organisation:
        """The company code's own name is told by an arrangement that may be missing."""
        code = self.rules["company_code"]
        partners = f"{PARTNERS}/A_BusinessPartner"
        self.api.first(partners, select=("BusinessPartner",))
        try:
            found = self.api.one(f"{_COMPANIES}('{code}')")
        except Rejected as error:
            if is_no_entity(error):
                raise Reauthorise(
                    f"{LABEL} has no company code {code}. Enter the right one.",
                    where=error.where,
                ) from error
            found = {}
        currency = reading.text(found, "Currency") or self.rules["home_currency"]
        return Organisation(
            id=organisation_id(self.config),
            name=reading.text(found, "CompanyCodeName") or code,
            country=reading.text(found, "Country"),
            home_currency=currency,
        )

    # Parties

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        word = role.value.capitalize()
        wanted = list(dict.fromkeys(names))
        found = [
            party
            for some in chunks(wanted, _NAMES_AT_ONCE)
            for party in self._partners(role, among(f"{word}Name", some))
        ]
        return [party for party in found if party.active and party.name in wanted]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        for party in self._partners(role, ""):
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        word = role.value.capitalize()
        known = [id for id in dict.fromkeys(ids) if id.isdecimal() and len(id) <= 10]
        found: list[Party] = []
        for some in chunks(known, _NAMES_AT_ONCE):
            rows = self.api.rows(
                f"{PARTNERS}/A_BusinessPartner",
                where=among(word, some),
                expand=_EXPAND,
                order="BusinessPartner",
            )
            found += [reading.partner_from(role, row) for row in rows]
        return found

    def _partners(self, role: PartyRole, where: str) -> Iterator[Party]:
        word = role.value.capitalize()
        select = (word, f"{word}Name", "VATRegistration", "PostingIsBlocked")
        rows = self.api.rows(
            f"{PARTNERS}/A_{word}",
            select=(*select, "DeletionIndicator"),
            where=where,
            order=word,
        )
        return (reading.party_row(role, row) for row in rows)

    # Accounts and taxes

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        """Those of the settings, where the arrangement is missing."""
        rows = self.api.rows(
            _ACCOUNTS,
            where=equal("ChartOfAccounts", self.rules["chart_of_accounts"]),
            expand="to_Text",
            order="GLAccount",
        )
        try:
            found = [self._account(row) for row in rows]
        except Rejected:
            found = self.rules.accounts()
        yield from found

    def _account(self, row: Row) -> LedgerAccount:
        names = reading.inner(row, "to_Text")
        english = [each for each in names if each.get("Language") == "EN"] or names
        name = reading.text(english[0], "GLAccountName") if english else ""
        return self.rules.account(reading.text(row, "GLAccount"), name)

    def tax_codes(self) -> Iterator[TaxCode]:
        yield from self.rules.tax_codes()

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        wanted = list(dict.fromkeys(number for number in numbers if number))
        found = self._found(kind, "DocumentReferenceID", wanted)
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By our reference, which the party's line keeps in its text; not those that
        were reversed."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {document.kind for document in documents}:
            texts = [f"{OURS}{d.reference}" for d in documents if d.kind is kind]
            for remote in self._found(kind, "DocumentItemText", texts):
                if remote.status is not RemoteStatus.VOID:
                    found[kind, remote.reference] = remote
        return [found.get((d.kind, d.reference)) for d in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        rows = self.document_rows(id)
        account = reading.ACCOUNT_OF[party_role(kind)]
        party = [r for r in rows if r.get("FinancialAccountType") == account]
        if not party:
            raise NotFound(f"{LABEL} has no document {id}.")
        paid = self._open_payments([id]) if not party[0].get("IsCleared") else {}
        head = reading.document_from(kind, party, paid=paid.get(id, Decimal(0)))
        tax = reading.tax_from(rows)
        lines = tuple(reading.lines_from(kind, rows))
        return replace(head, tax=tax, net=head.gross - tax, lines=lines)

    def document_rows(self, id: str) -> list[Row]:
        """All lines, those of the accounts and taxes too."""
        document, year = reading.parts_of(id)
        where = (equal("AccountingDocument", document), equal("FiscalYear", year))
        return list(self._cube(*where))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        yield from self._documents(kind, _dated(start, end))

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for direction in PaymentDirection:
            yield from self._payments(direction, _dated(start, end))

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now; a cursor is a day."""
        today = self.services.clock.now().date()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=today.isoformat())
        since = date.fromisoformat(cursor[:10]) - _OVERLAP
        names = ("AccountingDocumentCreationDate", "LastChangeDate")
        days = [day_from(name, since) for name in (*names, "ClearingCreationDate")]
        changed = f"({' or '.join(days)})"
        documents = [
            document
            for kind in sorted(CAPABILITIES.kinds)
            for document in self._documents(kind, changed)
        ]
        payments = [p for d in PaymentDirection for p in self._payments(d, changed)]
        part_paid = {a.document_id for p in payments for a in p.allocations}
        documents += self._part_paid(part_paid - {d.id for d in documents})
        return Changes(
            documents=tuple(documents),
            payments=tuple(payments),
            cursor=today.isoformat(),
        )

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def _part_paid(self, ids: Iterable[str]) -> list[RemoteDocument]:
        """An open payment changes nothing on the document that it names."""
        found = []
        for id in sorted(ids):
            rows = self.document_rows(id)
            kinds = [k for k in sorted(CAPABILITIES.kinds) if self._of_kind(k, rows)]
            found += [self.get_document(kind, id) for kind in kinds]
        return found

    def _of_kind(self, kind: DocumentKind, rows: Sequence[Row]) -> bool:
        account = reading.ACCOUNT_OF[party_role(kind)]
        return any(
            row.get("FinancialAccountType") == account
            and row.get("AccountingDocumentType") in self._types(kind)
            and row.get("DebitCreditCode") == _side(kind)
            for row in rows
        )

    def _found(
        self, kind: DocumentKind, field: str, values: Sequence[str]
    ) -> list[RemoteDocument]:
        found: list[RemoteDocument] = []
        for some in chunks(values, CAPABILITIES.lookup_size):
            found += self._documents(kind, among(field, some))
        return found

    def _documents(self, kind: DocumentKind, where: str) -> list[RemoteDocument]:
        rows = self._cube(
            equal("FinancialAccountType", reading.ACCOUNT_OF[party_role(kind)]),
            among("AccountingDocumentType", self._types(kind)),
            equal("DebitCreditCode", _side(kind)),
            "IsReversal eq false",
            where,
        )
        groups = reading.documents(rows)
        still_open = [reading.id_of(g[0]) for g in groups if not g[0].get("IsCleared")]
        paid = self._open_payments(still_open)
        return [
            reading.document_from(
                kind, group, paid=paid.get(reading.id_of(group[0]), Decimal(0))
            )
            for group in groups
        ]

    def _types(self, kind: DocumentKind) -> tuple[str, ...]:
        if kind is DocumentKind.SALES_ORDER:
            self._unsupported(kind, "kind")
        if kind is DocumentKind.SUPPLIER_INVOICE:
            return reading.BILL_TYPES
        credit = kind is DocumentKind.CREDIT_NOTE
        own = self.rules["type_credit" if credit else "type_invoice"]
        return (own, *reading.SALES_TYPES)

    def _open_payments(self, ids: Sequence[str]) -> Mapping[str, Decimal]:
        """What payments that are not cleared take off the documents that they name."""
        found: defaultdict[str, Decimal] = defaultdict(Decimal)
        for some in chunks(ids, CAPABILITIES.lookup_size):
            numbers = sorted({reading.parts_of(id)[0] for id in some})
            where = (among("InvoiceReference", numbers), "IsCleared eq false")
            for row in self._cube(*where):
                found[reading.paid_of(row)] += abs(reading.amount(row))
        return found

    def _payments(
        self, direction: PaymentDirection, where: str
    ) -> Iterator[RemotePayment]:
        received = direction is PaymentDirection.RECEIVED
        rows = self._cube(
            equal("FinancialAccountType", "D" if received else "K"),
            among("AccountingDocumentType", reading.PAYMENT_TYPES[direction]),
            "IsReversal eq false",
            where,
        )
        for group in reading.documents(rows):
            settled = self._settled(direction, group)
            yield reading.payment_from(direction, group, settled)

    def _settled(
        self, direction: PaymentDirection, rows: Sequence[Row]
    ) -> list[Allocation]:
        """What a payment cleared, else what it names."""
        kind = DocumentKind.SALES_INVOICE
        if direction is PaymentDirection.MADE:
            kind = DocumentKind.SUPPLIER_INVOICE
        named = [row for row in rows if reading.paid_of(row)]
        if named:
            return [
                Allocation(
                    document_id=reading.paid_of(row),
                    kind=kind,
                    amount=abs(reading.amount(row)),
                )
                for row in named
            ]
        document, year = reading.parts_of(reading.id_of(rows[0]))
        cleared = self._cube(
            equal("ClearingAccountingDocument", document),
            equal("ClearingDocFiscalYear", year),
            equal("DebitCreditCode", _side(kind)),
        )
        return [
            Allocation(
                document_id=reading.id_of(row),
                kind=kind,
                amount=abs(reading.amount(row)),
            )
            for row in cleared
        ]

    def _cube(self, *conditions: str) -> Iterator[Row]:
        company = equal("CompanyCode", self.rules["company_code"])
        return self.api.rows(
            _CUBE,
            select=reading.FIELDS,
            where=both(company, *conditions),
            order=_CUBE_ORDER,
        )


def _side(kind: DocumentKind) -> str:
    """Of the party's line."""
    return _DEBIT if kind is DocumentKind.SALES_INVOICE else _CREDIT


def _dated(start: date | None, end: date | None) -> str:
    first = day_from("DocumentDate", start) if start else ""
    return both(first, day_to("DocumentDate", end) if end else "")
