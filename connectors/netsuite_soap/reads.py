"""What is read from a NetSuite account over SOAP."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from connectors.base import Connector
from connectors.errors import ConnectorError, NotFound, Rejected
from connectors.netsuite import account, reading
from connectors.netsuite.errors import LABEL
from connectors.netsuite.mapping import (
    PARTY_TYPES,
    PAYMENT_TYPES,
    TYPES,
    Books,
    Record,
    external_id,
    forecast_totals,
)
from connectors.netsuite_soap.api import SuiteTalk, dict_of
from connectors.netsuite_soap.capabilities import CAPABILITIES
from connectors.netsuite_soap.searching import (
    Condition,
    dated,
    not_before,
    number_conditions,
    text_is,
    true,
    words,
)
from connectors.records import (
    ZERO,
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
    RemoteStatus,
    TaxCode,
    Totals,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting
from connectors.transport.http import HttpTransport, configured_secrets

SLUG = "netsuite_soap"
SOAP_LABEL = "NetSuite (SOAP)"
SETTINGS = (
    account.ACCOUNT,
    *account.TOKENS,
    *account.BOOKS,
    Setting(
        name="wsdl_version",
        label="Version of the service",
        help="2025_2 is the last one. It works until NetSuite 2028.2.",
        required=False,
        default="2025_2",
    ),
)
KINDS = {type: kind for kind, type in TYPES.items()}
PAYMENTS = {type: direction for direction, type in PAYMENT_TYPES.items()}
_SEARCHES = {PartyRole.CUSTOMER: "Customer", PartyRole.SUPPLIER: "Vendor"}
_ACTIVE = {"isInactive": true(False)}
# So many names are asked for one by one; for more the whole list is cheaper.
_FEW_NAMES = 3
# Clocks differ, and a signature allows for as much.
_OVERLAP = timedelta(minutes=5)


class AccountReads(Connector):
    """The reading half of the connector."""

    platform = SLUG
    label = SOAP_LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.transport = HttpTransport(
            config,
            self.services,
            platform=SLUG,
            label=LABEL,
            hosts=account.API_HOSTS,
            secrets=configured_secrets(SETTINGS, config),
            throttled_for=8,
        )
        self.api = SuiteTalk(self.transport, config, self.services.clock)

    def close(self) -> None:
        self.transport.close()

    # The account

    def organisation(self) -> Organisation:
        home = self._subsidiary()
        base = reading.ref(home, "currency")
        codes = self._codes
        return Organisation(
            id=account.account_number(self.config),
            name=reading.text(home, "name") or account.account_number(self.config),
            country=reading.ref(home, "country"),
            home_currency=codes.get(base, "") or self._base_currency(),
            currencies=frozenset(self._active.values()),
        )

    def _subsidiary(self) -> Record:
        """The one that was chosen, else the topmost. Accounts of one company have none,
        and refuse the question."""
        chosen = self.config.value("subsidiary_id")
        try:
            found = list(self.api.search("Subsidiary", _ACTIVE))
        except Rejected:
            return {}
        wanted = [row for row in found if row["id"] == chosen]
        tops = [row for row in found if not reading.ref(row, "parent")]
        return next(iter(wanted or tops or found), {})

    @cached_property
    def _currencies(self) -> list[Record]:
        return self.api.get_all("currency")

    @property
    def _codes(self) -> dict[str, str]:
        return {r["id"]: reading.text(r, "symbol") for r in self._currencies}

    @property
    def _active(self) -> dict[str, str]:
        rows = [r for r in self._currencies if not reading.flag(r, "isInactive")]
        return {r["id"]: reading.text(r, "symbol") for r in rows}

    def _base_currency(self) -> str:
        base = [r for r in self._currencies if reading.flag(r, "isBaseCurrency")]
        return reading.text(base[0], "symbol") if base else ""

    @property
    def books(self) -> Books:
        return Books(
            currencies={code: id for id, code in self._active.items()},
            subsidiary_id=self.config.value("subsidiary_id"),
            tax_schedule_id=self.config.value("tax_schedule_id"),
            tax_codes=self._has_tax_codes,
        )

    @property
    def _has_tax_codes(self) -> bool:
        return self.config.value("tax_codes") != "none"

    # Parties

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        """Customers are asked for by name; suppliers cannot be, and are all read."""
        wanted = set(names)
        if role is PartyRole.CUSTOMER and len(wanted) <= _FEW_NAMES:
            return [party for name in sorted(wanted) for party in self._named(name)]
        return [p for p in self.list_parties(role) if p.name in wanted]

    def _named(self, name: str) -> list[Party]:
        """By the company's name, else by the code, which is a person's name."""
        for field in ("companyName", "entityId"):
            conditions = {field: text_is(name), **_ACTIVE}
            found = self._parties(PartyRole.CUSTOMER, conditions)
            if exact := [party for party in found if party.name == name]:
                return exact
        return []

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        yield from self._parties(role, _ACTIVE)

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        known = [id for id in dict.fromkeys(ids) if id.isdecimal()]
        found = self.api.get_list(PARTY_TYPES[role], internalId=known)
        return [self._party(role, record) for record in _there(found)]

    def _parties(
        self, role: PartyRole, conditions: Mapping[str, Condition]
    ) -> Iterator[Party]:
        for record in self.api.search(_SEARCHES[role], conditions):
            yield self._party(role, record)

    def _party(self, role: PartyRole, record: Record) -> Party:
        url = self.party_url(role, str(record["id"]))
        return reading.party_from(role, record, self._codes, url=url)

    # Accounts, taxes, items

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for record in self.api.search("Account", _ACTIVE):
            yield reading.account_from(record)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        conditions = {**_ACTIVE, "type": words("_bank")}
        for record in self.api.search("Account", conditions):
            yield reading.account_from(record)

    def tax_codes(self) -> Iterator[TaxCode]:
        if not self._has_tax_codes:
            return
        for kind in ("SalesTaxItem", "TaxGroup"):
            for record in self.api.search(kind, _ACTIVE):
                yield reading.tax_code_from(record)

    def items(self) -> Iterator[Item]:
        for record in self.api.search("Item", _ACTIVE):
            yield reading.item_from(record)

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        wanted = {number for number in numbers if number}
        found = [
            document
            for condition in number_conditions(sorted(wanted))
            for document in self._documents(kind, {"tranId": condition})
        ]
        return [
            d
            for d in found
            if d.number in wanted and (not party_ids or d.party_id in party_ids)
        ]

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        """By the external id that each was sent with."""
        found: dict[tuple[DocumentKind, str], RemoteDocument] = {}
        for kind in {d.kind for d in documents}:
            marks = [d.reference for d in documents if d.kind is kind]
            answers = self.api.get_list(
                self._type(kind), externalId=[external_id(mark) for mark in marks]
            )
            for record in _there(answers):
                document = self._document(kind, record)
                found[kind, document.reference] = document
        return [found.get((d.kind, d.reference)) for d in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        if not id.isdecimal():
            raise NotFound(f"{LABEL} has no document {id!r}.")
        [outcome] = self.api.get_list(self._type(kind), internalId=[id])
        return self._document(kind, dict_of(outcome))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        yield from self._documents(kind, dated(start, end), whole=True)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        conditions = self._transactions(PAYMENTS) | dated(start, end)
        for record in self.api.search("Transaction", conditions, whole=True):
            if direction := PAYMENTS.get(record["type"]):
                yield self._payment(direction, record)

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now."""
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = reading.moment(cursor) or now
        since = begin - _OVERLAP
        conditions = self._transactions((*KINDS, *PAYMENTS))
        conditions["lastModifiedDate"] = not_before(since)
        changed = list(self.api.search("Transaction", conditions, whole=True))
        gone = list(self.api.deleted(since, (*KINDS, *PAYMENTS)))
        return Changes(
            documents=(
                *(
                    self._document(KINDS[r["type"]], r)
                    for r in changed
                    if r["type"] in KINDS
                ),
                *(_gone_document(KINDS[t], id) for t, id in gone if t in KINDS),
            ),
            payments=(
                *(
                    self._payment(PAYMENTS[r["type"]], r)
                    for r in changed
                    if r["type"] in PAYMENTS
                ),
                *(_gone_payment(PAYMENTS[t], id) for t, id in gone if t in PAYMENTS),
            ),
            cursor=now.isoformat(),
        )

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return account.document_page(self.config, kind, id)

    def party_url(self, role: PartyRole, id: str) -> str:
        return account.party_page(self.config, role, id)

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document, tax_codes=self._has_tax_codes)

    def _documents(
        self,
        kind: DocumentKind,
        conditions: Mapping[str, Condition],
        *,
        whole: bool = False,
    ) -> Iterator[RemoteDocument]:
        wanted = self._transactions((self._type(kind),)) | dict(conditions)
        for record in self.api.search("Transaction", wanted, whole=whole):
            yield self._document(kind, record)

    def _transactions(
        self, types: Sequence[str] | Mapping[str, object]
    ) -> dict[str, Condition]:
        return {"mainLine": true(), "type": words(*(f"_{type}" for type in types))}

    def _type(self, kind: DocumentKind) -> str:
        if kind not in TYPES:
            self._unsupported(kind, "kind")
        return TYPES[kind]

    def _document(self, kind: DocumentKind, record: Record) -> RemoteDocument:
        url = self.document_url(kind, str(record["id"]))
        return reading.document_from(kind, record, self._codes, url=url)

    def _payment(self, direction: PaymentDirection, record: Record) -> RemotePayment:
        return reading.payment_from(direction, record, self._codes)


def _there(outcomes: Sequence[Record | ConnectorError]) -> Iterator[Record]:
    """Without those that do not exist; any other error is raised."""
    for outcome in outcomes:
        if not isinstance(outcome, NotFound):
            yield dict_of(outcome)


def _gone_document(kind: DocumentKind, id: str) -> RemoteDocument:
    return RemoteDocument(kind=kind, id=id, number="", status=RemoteStatus.DELETED)


def _gone_payment(direction: PaymentDirection, id: str) -> RemotePayment:
    return RemotePayment(
        direction=direction,
        id=id,
        date=None,
        amount=ZERO,
        currency="",
        deleted=True,
    )
