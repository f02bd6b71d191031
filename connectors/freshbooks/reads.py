"""What can be read of a FreshBooks account."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.dates import within
from connectors.errors import NotFound, Reauthorise, Rejected
from connectors.freshbooks import reading
from connectors.freshbooks.api import LINES, AccountApi, Node
from connectors.freshbooks.capabilities import CAPABILITIES
from connectors.freshbooks.connection import SETTINGS, SLUG, Account
from connectors.freshbooks.errors import LABEL
from connectors.freshbooks.kinds import PLACES, Place
from connectors.freshbooks.mapping import PAYMENT_TYPES, forecast_totals
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
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig

# Names that are looked up one by one; more of them, and the whole list is read.
FEW = 5
_OVERLAP = timedelta(minutes=2)
# The feed knows days, in the account's zone.
_DAY = timedelta(days=1)
PAYMENTS = {
    PaymentDirection.RECEIVED: ("payments/payments", "payments", "payment"),
    PaymentDirection.MADE: (
        "bill_payments/bill_payments",
        "bill_payments",
        "bill_payment",
    ),
}
CLIENTS, VENDORS = "users/clients", "bill_vendors/bill_vendors"
_PAGES = "https://my.freshbooks.com/#"
_PAGE_NAMES = {
    DocumentKind.SALES_INVOICE: "invoice",
    DocumentKind.CREDIT_NOTE: "credit",
    DocumentKind.SUPPLIER_INVOICE: "bill",
}


class AccountReads(ConsentConnector):
    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "account_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.account = Account(config, self.services)
        self.api: AccountApi = self.account.api

    @property
    def app(self) -> OAuth2Client:
        return self.account.app

    def organisations(self) -> Sequence[Organisation]:
        """Businesses that keep accounts; some memberships have none."""
        return [
            reading.organisation_from(node)
            for node in self._businesses("organisations")
            if node.get("account_id")
        ]

    def _businesses(self, operation: str) -> list[Node]:
        listed = self.api.me(operation).get("business_memberships") or ()
        return [each["business"] for each in listed if each.get("business")]

    def _business(self, operation: str) -> Node:
        own = self.config.organisation_id
        for node in self._businesses(operation):
            if str(node.get("account_id") or "") == own:
                return node
        raise Reauthorise(
            f"{LABEL} does not open this business to the person who connected.",
            where=self.account.transport.where(operation),
        )

    def organisation(self) -> Organisation:
        node = self._business("organisation")
        return reading.organisation_from(node, home_currency=self._home_currency())

    def _home_currency(self) -> str:
        path = f"systems/systems/{self.config.organisation_id}"
        try:
            told = self.api.get("organisation", path, "system").get("currency_code")
        except Rejected:
            told = ""
        return str(told or self.config.value("home_currency"))

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        wanted = set(names)
        if role is PartyRole.SUPPLIER or len(wanted) > FEW:
            listed = self.list_parties(role)
            return [p for p in listed if p.name in wanted and p.active]
        found = {}
        for name in sorted(wanted):
            asked = {"search[organization_like]": name, "search[vis_state]": "0"}
            rows = self.api.pages("find_parties", CLIENTS, "clients", asked)
            for party in map(reading.customer_from, rows):
                if party.name in wanted and party.active:
                    found[party.id] = party
        return list(found.values())

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        if role is PartyRole.SUPPLIER:
            rows = self.api.pages("list_parties", VENDORS, "bill_vendors")
            return map(reading.vendor_from, rows)
        rows = self.api.pages("list_parties", CLIENTS, "clients")
        return map(reading.customer_from, rows)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        found = []
        for id in ids:
            if id.isdecimal() and (party := self._party(role, id)):
                found.append(party)
        return found

    def _party(self, role: PartyRole, id: str) -> Party | None:
        try:
            if role is PartyRole.SUPPLIER:
                node = self.api.get("get_parties", f"{VENDORS}/{id}", "bill_vendor")
                return reading.vendor_from(node)
            node = self.api.get("get_parties", f"{CLIENTS}/{id}", "client")
        except Rejected as error:
            if isinstance(error, NotFound) or error.field == "party_id":
                return None
            raise
        return reading.customer_from(node)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        """Income accounts for the eye, and expense categories, which bills take."""
        uuid = str(self._business("ledger_accounts").get("business_uuid") or "")
        accounts = map(reading.ledger_account_from, self.api.ledger_accounts(uuid))
        yield from (each for each in accounts if each.type is AccountType.INCOME)
        path = "expenses/categories"
        rows = self.api.pages("ledger_accounts", path, "categories")
        yield from map(reading.category_from, rows)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        """Kinds of payment: FreshBooks puts payments to no account."""
        for word in PAYMENT_TYPES:
            yield LedgerAccount(id=word, name=word, type=AccountType.BANK)

    def tax_codes(self) -> Iterator[TaxCode]:
        return map(
            reading.tax_from, self.api.pages("tax_codes", "taxes/taxes", "taxes")
        )

    def items(self) -> Iterator[Item]:
        for row in self.api.pages("items", "items/items", "items"):
            yield Item(
                id=str(row["id"]),
                name=str(row.get("name") or ""),
                active=not row.get("vis_state"),
            )

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        place = self._place(kind)
        found = []
        for number in dict.fromkeys(numbers):
            asked = {f"search[{place.number}]": number}
            rows = self.api.pages("find_documents", place.path, place.many, asked)
            found += [
                row
                for row in rows
                if row.get(place.number) == number and _is_there(row)
            ]
        documents = [self._document(kind, row) for row in found]
        return [d for d in documents if not party_ids or d.party_id in party_ids]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By the number, and ours by the reference. Bills keep none: there the
        supplier and the total must agree."""
        return [self._sent(document) for document in documents]

    def _sent(self, document: Document) -> RemoteDocument | None:
        there = self.find_documents(document.kind, [document.number])
        bill = document.kind is DocumentKind.SUPPLIER_INVOICE
        gross = self.forecast(document).gross
        for found in there:
            agrees = (found.party_id, found.gross) == (document.party_id, gross)
            if agrees if bill else found.reference == document.reference:
                return found
        return None

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        place = self._place(kind)
        row: Node = {}
        if id.isdecimal():
            row = self.api.get("get_document", place.one(id), place.key, LINES)
        if not row:
            raise NotFound(
                f"{LABEL} has no such document ({id}).",
                where=self.account.transport.where("get_document"),
            )
        return self._document(kind, row)

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        place = self._place(kind)
        asked = _between("date", start, end)
        for row in self.api.pages("list_documents", place.path, place.many, asked):
            document = self._document(kind, row)
            if within(document.date, start, end):
                yield document

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        asked = _between("date", start, end)
        for direction, (path, many, _) in PAYMENTS.items():
            given = asked if direction is PaymentDirection.RECEIVED else {}
            for row in self.api.pages("list_payments", path, many, given):
                payment = reading.payment_from(direction, row)
                if not payment.deleted and within(payment.date, start, end):
                    yield payment

    def changed_since(self, cursor: str) -> Changes:
        """FreshBooks filters by days, so the stamps are compared here."""
        now = self.services.clock.now().astimezone(UTC)
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        documents = tuple(self._changed_documents(begin))
        payments = tuple(self._changed_payments(begin))
        stamps = [d.changed_at for d in documents] + [p.changed_at for p in payments]
        latest = max((s for s in stamps if s), default=begin)
        latest = max(latest.astimezone(UTC), datetime.fromisoformat(cursor))
        return Changes(
            documents=documents,
            payments=payments,
            cursor=min(latest, now).isoformat(),
        )

    def _changed_documents(self, begin: datetime) -> Iterator[RemoteDocument]:
        asked = _updated_since(begin)
        for kind, place in PLACES.items():
            rows = self.api.pages("changed_since", place.path, place.many, asked)
            for found in (self._document(kind, row) for row in rows):
                if found.changed_at is None or found.changed_at >= begin:
                    yield found

    def _changed_payments(self, begin: datetime) -> Iterator[RemotePayment]:
        asked = _updated_since(begin)
        for direction, (path, many, _) in PAYMENTS.items():
            rows = self.api.pages("changed_since", path, many, asked)
            for found in (reading.payment_from(direction, row) for row in rows):
                if found.changed_at is None or found.changed_at >= begin:
                    yield found

    def document_url(self, kind: DocumentKind, id: str) -> str:
        self._place(kind)
        return self._page(f"/{_PAGE_NAMES[kind]}/{self.config.organisation_id}-{id}")

    def party_url(self, role: PartyRole, id: str) -> str:
        return self._page(f"/client/{id}") if role is PartyRole.CUSTOMER else ""

    def _page(self, path: str) -> str:
        """A practice ledger has no pages."""
        return "" if self.config.practice_url else f"{_PAGES}{path}"

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document, per_line=self.account.rounds_per_line)

    def _place(self, kind: DocumentKind) -> Place:
        if kind not in PLACES:
            self._unsupported(kind, "kind")
        return PLACES[kind]

    def _document(self, kind: DocumentKind, row: Node) -> RemoteDocument:
        url = self.document_url(kind, str(row["id"]))
        return reading.document_from(kind, row, url=url)


def _is_there(row: Node) -> bool:
    return row.get("vis_state") != reading.DELETED


def _between(name: str, start: date | None, end: date | None) -> dict[str, str]:
    asked = {}
    if start:
        asked[f"search[{name}_min]"] = start.isoformat()
    if end:
        asked[f"search[{name}_max]"] = end.isoformat()
    return asked


def _updated_since(begin: datetime) -> dict[str, str]:
    """A day more than asked for: the filter's zone is the account's."""
    first = (begin.astimezone(reading.EASTERN) - _DAY).date()
    return {"search[updated_min]": first.isoformat(), "sort": "updated_desc"}
