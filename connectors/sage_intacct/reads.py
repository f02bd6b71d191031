"""What is read from a Sage Intacct company."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from connectors.auth.login_connector import LoginConnector
from connectors.batching import chunks
from connectors.errors import NotFound, Rejected
from connectors.records import (
    Changes,
    Document,
    DocumentKind,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    RemoteDocument,
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.sage_intacct import masters, reading
from connectors.sage_intacct.api import (
    Condition,
    Gateway,
    among,
    at_least,
    at_most,
    both,
    equals,
)
from connectors.sage_intacct.capabilities import CAPABILITIES
from connectors.sage_intacct.connection import SETTINGS, SLUG, Company
from connectors.sage_intacct.envelope import element
from connectors.sage_intacct.errors import LABEL
from connectors.sage_intacct.mapping import OBJECTS, Style, forecast_totals
from connectors.sage_intacct.record import Record, us_date
from connectors.sent_look_up import sent_by_reference
from connectors.services import Services
from connectors.settings import ConnectionConfig

_AT_ONCE = 100
# The company's clock is another than ours.
_OVERLAP = timedelta(days=1)


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
        self.api = Gateway(self.company)
        self.style = Style.of(config)

    def close(self) -> None:
        self.company.transport.close()

    def organisation(self) -> Organisation:
        """A user may not be let see the company's card; then its id is its name."""
        asked = element(
            "readByQuery",
            element("object", "COMPANYINFO"),
            element("fields", "*"),
            element("query", ""),
            element("pagesize", "1"),
        )
        try:
            found = self.api.ask("organisation", asked)
        except Rejected:
            found = []
        return masters.organisation_from(
            self.config.value("company_id"),
            self.config.value("entity_id"),
            self.style.home_currency,
            found[0] if found else Record(),
        )

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        active = equals("STATUS", "active")
        return self._parties("find_parties", role, "NAME", names, active)

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        fields = masters.party_fields(role)
        active = equals("STATUS", "active")
        for row in self.api.query(
            "list_parties", masters.PARTIES[role], fields, active
        ):
            yield masters.party_from(role, row)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        return self._parties("get_parties", role, masters.PARTY_IDS[role], ids)

    def _parties(
        self,
        operation: str,
        role: PartyRole,
        field: str,
        values: Sequence[str],
        condition: Condition | None = None,
    ) -> list[Party]:
        found: list[Party] = []
        fields = masters.party_fields(role)
        for some in chunks(list(dict.fromkeys(filter(None, values))), _AT_ONCE):
            asked = both(among(field, some), condition)
            rows = self.api.query(operation, masters.PARTIES[role], fields, asked)
            found += [masters.party_from(role, row) for row in rows]
        return found

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        if not self.style.labels:
            fields = (*masters.ACCOUNT_FIELDS, "STATUS")
            for row in self.api.query("ledger_accounts", "GLACCOUNT", fields):
                yield masters.account_from(row)
            return
        for object, kind in masters.LABELS.items():
            labels = masters.LABEL_FIELDS
            for row in self.api.query("ledger_accounts", object, labels):
                yield masters.label_from(row, kind)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        fields = masters.BANK_FIELDS
        for row in self.api.query("bank_accounts", "CHECKINGACCOUNT", fields):
            yield masters.bank_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        """None where the company lacks the Taxes module, and so the object."""
        try:
            rows = list(self.api.query("tax_codes", "TAXDETAIL", masters.TAX_FIELDS))
        except Rejected:
            return
        for row in rows:
            yield masters.tax_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        found: list[RemoteDocument] = []
        wanted = list(dict.fromkeys(number for number in numbers if number))
        for some in chunks(wanted, _AT_ONCE):
            condition = among("RECORDID", some)
            found += self._headers("find_documents", kind, condition)
        return [d for d in found if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        return sent_by_reference(
            documents, self.find_documents, self._of_days, kinds=OBJECTS
        )

    def _of_days(
        self, kind: DocumentKind, start: date, end: date
    ) -> Iterator[RemoteDocument]:
        condition = _dated("WHENCREATED", start, end)
        return self._headers("find_sent", kind, condition)

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        object = self._object(kind)
        if not id.isdigit():
            raise NotFound(f"{LABEL} has no document {id}.")
        rows = list(self.api.read("get_document", object, [id]))
        if not rows:
            raise NotFound(f"{LABEL} no longer has this document.")
        return self._document(kind, rows[0])

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        """Lines come with whole records alone, which are read by their keys."""
        object, condition = self._object(kind), _dated("WHENCREATED", start, end)
        fields = ("RECORDNO", "STATE")
        rows = self.api.query("list_documents", object, fields, condition)
        keys = [row.text("RECORDNO") for row in rows if not reading.is_reversal(row)]
        for row in self.api.read("list_documents", object, keys):
            yield self._document(kind, row)

    def _headers(
        self, operation: str, kind: DocumentKind, condition: Condition | None
    ) -> Iterator[RemoteDocument]:
        fields = reading.HEADERS[kind] if kind in reading.HEADERS else ()
        for row in self.api.query(operation, self._object(kind), fields, condition):
            if not reading.is_reversal(row):
                yield self._document(kind, row)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        condition = _dated("RECEIPTDATE", start, end)
        for payment in self._payments("list_payments", condition):
            if not payment.deleted:
                yield payment

    def _payments(
        self, operation: str, condition: Condition | None
    ) -> Iterator[RemotePayment]:
        fields = reading.PAYMENT_FIELDS
        rows = list(self.api.query(operation, "ARPYMT", fields, condition))
        for some in chunks(rows, _AT_ONCE):
            details = self._details(operation, some)
            for row in some:
                yield reading.payment_from(
                    row,
                    details[row.text("RECORDNO")],
                    home_currency=self.style.home_currency,
                )

    def _details(
        self, operation: str, payments: Iterable[Record]
    ) -> defaultdict[str, list[Record]]:
        keys = [payment.text("RECORDNO") for payment in payments]
        found: defaultdict[str, list[Record]] = defaultdict(list)
        condition = among("PAYMENTKEY", keys)
        fields = reading.DETAIL_FIELDS
        for row in self.api.query(operation, "ARPYMTDETAIL", fields, condition):
            found[row.text("PAYMENTKEY")].append(row)
        return found

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now."""
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        condition = at_least("WHENMODIFIED", begin.strftime("%m/%d/%Y %H:%M:%S"))
        return Changes(
            documents=tuple(
                document
                for kind in OBJECTS
                for document in self._headers("changed_since", kind, condition)
            ),
            payments=tuple(self._payments("changed_since", condition)),
            cursor=now.isoformat(),
        )

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document)

    def _object(self, kind: DocumentKind) -> str:
        if kind not in OBJECTS:
            self._unsupported(kind, "kind")
        return OBJECTS[kind]

    def _document(self, kind: DocumentKind, row: Record) -> RemoteDocument:
        return reading.document_from(kind, row, home_currency=self.style.home_currency)


def _dated(field: str, start: date | None, end: date | None) -> Condition | None:
    return both(
        at_least(field, us_date(start)) if start else None,
        at_most(field, us_date(end)) if end else None,
    )
