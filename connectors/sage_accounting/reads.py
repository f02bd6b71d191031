"""What is read from a Sage business."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from connectors.amounts import totals_as_given
from connectors.auth.consent import ConsentConnector
from connectors.auth.oauth2 import OAuth2Client
from connectors.dates import asked_days
from connectors.errors import NotFound, Reauthorise
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
from connectors.sage_accounting import masters
from connectors.sage_accounting.api import Entity
from connectors.sage_accounting.capabilities import CAPABILITIES
from connectors.sage_accounting.connection import SETTINGS, SLUG, Business
from connectors.sage_accounting.errors import LABEL
from connectors.sage_accounting.mapping import PATHS
from connectors.sage_accounting.payments import PAYMENTS
from connectors.sage_accounting.reading import document_from, payment_from
from connectors.services import Services
from connectors.settings import ConnectionConfig

CONTACTS = "contacts"
# Of more names, or numbers, the list is read: a search finds one at a time.
_ONE_BY_ONE = 3
# Without it a plain look at a sales document marks it as sent.
_UNSENT = {"mark_as_sent": "false"}
# Clocks differ, and a change may be seen later than it was stamped.
_OVERLAP = timedelta(minutes=5)
_DAYS = ("from_date", "to_date")


class BusinessReads(ConsentConnector):
    """The reading half of the connector."""

    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS
    organisation_key = "company_id"

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.business = Business(config, self.services)
        self.api = self.business.api

    @property
    def app(self) -> OAuth2Client:
        return self.business.app

    def organisations(self) -> list[Organisation]:
        return [masters.organisation_from(row) for row in self.api.businesses()]

    def organisation(self) -> Organisation:
        id = self.config.organisation_id
        try:
            business = self.api.get("organisation", f"businesses/{id}")
        except NotFound as error:
            raise Reauthorise(
                f"{LABEL} does not show this business to the person who connected. "
                "Connect it again.",
                where=error.where,
            ) from error
        settings = self.api.get("organisation", "financial_settings")
        return masters.organisation_from(business, settings)

    @cached_property
    def home_currency(self) -> str:
        return self.organisation().home_currency

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """A search also finds what merely contains the name."""
        wanted = {name_key(name) for name in names}
        if len(wanted) > _ONE_BY_ONE:
            return [p for p in self.list_parties(role) if name_key(p.name) in wanted]
        found: dict[str, Party] = {}
        for name in names:
            for party in self._parties(role, "find_parties", {"search": name}):
                if name_key(party.name) in wanted:
                    found[party.id] = party
        return list(found.values())

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        return self._parties(role, "list_parties", {})

    def _parties(
        self, role: PartyRole, operation: str, asked: dict[str, str]
    ) -> Iterator[Party]:
        asked = {
            **asked,
            "contact_type_id": masters.CONTACT_TYPES[role],
            "nested_attributes": "all",
        }
        for row in self.api.pages(operation, CONTACTS, asked):
            party = masters.party_from(role, row)
            if party.active:
                yield party

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        found: list[Party] = []
        for id in dict.fromkeys(ids):
            try:
                row = self.api.get(
                    "get_parties", f"{CONTACTS}/{id}", nested_attributes="all"
                )
            except NotFound:
                continue
            if masters.has_role(role, row):
                found.append(masters.party_from(role, row))
        return found

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for row in self.api.pages("ledger_accounts", "ledger_accounts"):
            yield masters.account_from(row)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        for row in self.api.pages("bank_accounts", "bank_accounts"):
            yield masters.bank_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        for row in self.api.pages("tax_codes", "tax_rates"):
            yield masters.tax_code_from(row)

    def items(self) -> Iterator[Item]:
        for row in self.api.pages("items", "products"):
            yield masters.item_from(row)

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """By our number, which Sage keeps as reference (of bills, of the supplier), or
        by Sage's own."""
        found: dict[str, RemoteDocument] = {}
        for number in dict.fromkeys(number for number in numbers if number):
            asked = {"search": number}
            for document in self._documents("find_documents", kind, asked):
                if number in (document.number, document.reference):
                    found[document.id] = document
        return [
            document
            for document in found.values()
            if not party_ids or document.party_id in party_ids
        ]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """Known by number, party, date and total: a customer would see any further mark
        on the document."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {document.kind for document in documents}:
            days = [d.date for d in documents if d.kind is kind]
            for remote in self.list_documents(kind, min(days), max(days)):
                found.setdefault((kind, _intent(remote, _our_number(remote))), remote)
        return [found.get((d.kind, _intent(d, d.number))) for d in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        path = self._path(kind)
        unsent = {} if kind is DocumentKind.SUPPLIER_INVOICE else _UNSENT
        row = self.api.get("get_document", f"{path}/{id}", **unsent)
        document = document_from(kind, row)
        if document.status is RemoteStatus.DELETED:
            raise NotFound(f"{LABEL} no longer has this document.")
        return document

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        yield from self._documents(
            "list_documents", kind, asked_days(_DAYS, start, end)
        )

    def _documents(
        self, operation: str, kind: DocumentKind, asked: dict[str, str]
    ) -> Iterator[RemoteDocument]:
        for row in self.api.pages(operation, self._path(kind), asked):
            document = document_from(kind, row)
            if document.status is not RemoteStatus.DELETED:
                yield document

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        for row in self.api.pages(
            "list_payments", PAYMENTS, asked_days(_DAYS, start, end)
        ):
            payment = payment_from(row)
            if payment is not None and not payment.deleted:
                yield payment

    def changed_since(self, cursor: str) -> Changes:
        """What was changed and what was deleted are asked for apart."""
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        documents = [
            document_from(kind, row)
            for kind, path in PATHS.items()
            for row in self._changed(path, begin)
        ]
        payments = map(payment_from, self._changed(PAYMENTS, begin))
        return Changes(
            documents=tuple(documents),
            payments=tuple(payment for payment in payments if payment),
            cursor=now.isoformat(),
        )

    def _changed(self, path: str, begin: datetime) -> Iterator[Entity]:
        told = begin.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name in ("updated_or_created_since", "deleted_since"):
            yield from self.api.pages("changed_since", path, {name: told})

    def forecast(self, document: Document) -> Totals:
        return totals_as_given(document)

    def _path(self, kind: DocumentKind) -> str:
        if kind not in PATHS:
            self._unsupported(kind, "kind")
        return PATHS[kind]


def _our_number(remote: RemoteDocument) -> str:
    is_bill = remote.kind is DocumentKind.SUPPLIER_INVOICE
    return remote.number if is_bill else remote.reference


def _intent(document: Document | RemoteDocument, number: str) -> str:
    gross = document.gross.normalize()
    return f"{number}|{document.party_id}|{document.date}|{gross:f}"
