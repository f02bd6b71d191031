"""What can be read of a Wave business."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from connectors.amounts import totals_as_given
from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.batching import chunks
from connectors.dates import moment, within
from connectors.errors import NotFound, Reauthorise
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
from connectors.wave import graphql_texts as ask
from connectors.wave import reading
from connectors.wave.api import Node, WaveApi, nodes
from connectors.wave.capabilities import CAPABILITIES, LOOKUP_SIZE
from connectors.wave.connection import SETTINGS, SLUG, Business
from connectors.wave.errors import LABEL

_OVERLAP = timedelta(minutes=2)


class BusinessReads(ConsentConnector):
    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "business_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.business = Business(config, self.services)
        self.api: WaveApi = self.business.api

    @property
    def app(self) -> OAuth2Client:
        return self.business.app

    def organisations(self) -> Sequence[Organisation]:
        return [
            reading.organisation_from(node)
            for node in self._businesses()
            if reading.is_usable(node)
        ]

    def _businesses(self) -> Iterator[Node]:
        page = 1
        while True:
            data = self.api.query(
                "organisations",
                ask.BUSINESSES,
                page=page,
                size=self.api.page_size,
            )
            listed = data.get("businesses") or {}
            yield from nodes(listed)
            if page >= int((listed.get("pageInfo") or {}).get("totalPages") or 0):
                return
            page += 1

    def organisation(self) -> Organisation:
        try:
            node = self.api.business("organisation", ask.BUSINESS)
        except NotFound as error:
            raise Reauthorise(
                f"{LABEL} does not show this business to the person who connected. "
                "Connect it again.",
                where=error.where,
            ) from error
        if not reading.is_usable(node):
            raise Reauthorise(
                f"This {LABEL} business is archived, or of the old kind that its API "
                "does not serve.",
                where=self.business.transport.where("organisation"),
            )
        return reading.organisation_from(node)

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """Wave filters by no name: all customers are read."""
        wanted = set(names)
        return [p for p in self.list_parties(role) if p.name in wanted and p.active]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        if role is PartyRole.SUPPLIER:
            self._unsupported("find_parties", "role")
        rows = self.api.pages("list_parties", ask.CUSTOMERS, "customers")
        return map(reading.party_from, rows)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        if role is PartyRole.SUPPLIER:
            self._unsupported("find_parties", "role")
        found = (self._customer("get_parties", id) for id in ids)
        return [reading.party_from(node) for node in found if node]

    def _customer(self, operation: str, id: str) -> Node | None:
        try:
            return self.api.business(operation, ask.CUSTOMER, id=id).get("customer")
        except NotFound:
            return None

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        rows = self.api.pages("ledger_accounts", ask.ACCOUNTS, "accounts")
        return map(reading.account_from, rows)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        rows = self._accounts("bank_accounts", reading.BANK_SUBTYPES)
        return map(reading.account_from, rows)

    def _accounts(self, operation: str, subtypes: Sequence[str]) -> Iterator[Node]:
        return self.api.pages(
            operation, ask.ACCOUNTS, "accounts", subtypes=list(subtypes)
        )

    def tax_codes(self) -> Iterator[TaxCode]:
        rows = self.api.pages("tax_codes", ask.SALES_TAXES, "salesTaxes")
        return map(reading.tax_from, rows)

    def items(self) -> Iterator[Item]:
        rows = self.api.pages("items", ask.PRODUCTS, "products")
        return map(reading.item_from, rows)

    def control_balances(self, on: date) -> list[ControlBalance]:
        """Empty for days before today: Wave tells no earlier balances."""
        if on < self.services.clock.now().date():
            return []
        rows = self._accounts("control_balances", reading.CONTROL_SUBTYPES)
        return [reading.control_balance(row) for row in rows]

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self._check_kind(kind)
        found = []
        for some in chunks([*dict.fromkeys(numbers)], LOOKUP_SIZE):
            asked = {f"number{place}": number for place, number in enumerate(some)}
            document = ask.numbered(len(some))
            listed = self.api.business("find_documents", document, **asked)
            for place, number in enumerate(some):
                there = map(reading.document_from, nodes(listed.get(f"n{place}") or {}))
                found += [each for each in there if each.number == number]
        return found

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By the number, and ours where the memo ends in our reference. A transaction
        cannot be read; Wave keeps one of each external id, so it is sent again."""
        numbers = [each.number for each in documents]
        there = self.find_documents(DocumentKind.SALES_INVOICE, numbers)
        known = {(each.number, each.reference): each for each in there}
        return [known.get((each.number, each.reference)) for each in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        self._check_kind(kind)
        node = self.api.business("get_document", ask.INVOICE, id=id).get("invoice")
        if not node:
            raise NotFound(
                f"{LABEL} has no such invoice.",
                where=self.business.transport.where("get_document"),
            )
        return reading.document_from(node)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        self._check_kind(kind)
        rows = self.api.pages(
            "list_documents", ask.INVOICES, "invoices", start=start, end=end
        )
        return map(reading.document_from, rows)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        """Payments stand on invoices, and Wave filters by no date of theirs."""
        rows = self.api.pages("list_payments", ask.PAID_INVOICES, "invoices")
        for invoice in rows:
            for node in invoice.get("payments") or ():
                payment = reading.payment_from(node, invoice)
                if within(payment.date, start, end):
                    yield payment

    def changed_since(self, cursor: str) -> Changes:
        """Deletions are not told."""
        now = self.services.clock.now().astimezone(UTC)
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        rows = {str(node["id"]): node for node in self._changed(begin)}
        payments = [
            reading.payment_from(node, invoice)
            for invoice in rows.values()
            for node in invoice.get("payments") or ()
        ]
        stamps = [s for n in rows.values() if (s := moment(n["modifiedAt"]))]
        latest = max(stamps, default=datetime.fromisoformat(cursor))
        return Changes(
            documents=tuple(map(reading.document_from, rows.values())),
            payments=tuple(payments),
            cursor=min(max(latest, datetime.fromisoformat(cursor)), now).isoformat(),
        )

    def _changed(self, begin: datetime) -> Iterator[Node]:
        """Each full page moves the beginning on, so that what changes meanwhile and
        goes to the end pushes nothing out of the next page."""
        page = 1
        while True:
            found = self.api.business(
                "changed_since",
                ask.CHANGED_INVOICES,
                page=page,
                size=self.api.page_size,
                since=begin.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            )
            listed = nodes(found.get("invoices") or {})
            yield from listed
            if len(listed) < self.api.page_size:
                return
            last = moment(listed[-1]["modifiedAt"]) or begin
            moved = last - timedelta(milliseconds=1)
            page, begin = (1, moved) if moved > begin else (page + 1, begin)

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def _check_kind(self, kind: DocumentKind) -> None:
        if kind is not DocumentKind.SALES_INVOICE:
            self._unsupported(kind, "kind")
