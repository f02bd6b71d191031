"""What is read from a NetSuite account over SOAP."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from connectors.dates import moment
from connectors.errors import ConnectorError, NotFound
from connectors.netsuite import account, reading
from connectors.netsuite.common import (
    KINDS,
    PAYMENTS,
    NetSuiteConnector,
    gone_document,
    gone_payment,
)
from connectors.netsuite.errors import LABEL
from connectors.netsuite.mapping import (
    PARTY_TYPES,
    Record,
    external_id,
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
    Changes,
    Document,
    DocumentKind,
    Item,
    LedgerAccount,
    Party,
    PartyRole,
    RemoteDocument,
    RemotePayment,
    TaxCode,
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
_SEARCHES = {PartyRole.CUSTOMER: "Customer", PartyRole.SUPPLIER: "Vendor"}
_ACTIVE = {"isInactive": true(False)}
# So many names are asked for one by one; for more the whole list is cheaper.
_FEW_NAMES = 3
# Clocks differ, and a signature allows for as much.
_OVERLAP = timedelta(minutes=5)


class AccountReads(NetSuiteConnector):
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

    def fetch_subsidiaries(self) -> list[Record]:
        return list(self.api.search("Subsidiary", _ACTIVE))

    def fetch_currencies(self) -> list[Record]:
        return self.api.get_all("currency")

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
        return [self.party(role, record) for record in _there(found)]

    def _parties(
        self, role: PartyRole, conditions: Mapping[str, Condition]
    ) -> Iterator[Party]:
        for record in self.api.search(_SEARCHES[role], conditions):
            yield self.party(role, record)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        for record in self.api.search("Account", _ACTIVE):
            yield reading.account_from(record)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        conditions = {**_ACTIVE, "type": words("_bank")}
        for record in self.api.search("Account", conditions):
            yield reading.account_from(record)

    def tax_codes(self) -> Iterator[TaxCode]:
        if not self.has_tax_codes:
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
                self.type_of(kind), externalId=[external_id(mark) for mark in marks]
            )
            for record in _there(answers):
                document = self.document(kind, record)
                found[kind, document.reference] = document
        return [found.get((d.kind, d.reference)) for d in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        if not id.isdecimal():
            raise NotFound(f"{LABEL} has no document {id!r}.")
        [outcome] = self.api.get_list(self.type_of(kind), internalId=[id])
        return self.document(kind, dict_of(outcome))

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
                yield self.payment(direction, record)

    def changed_since(self, cursor: str) -> Changes:
        """An empty cursor begins now."""
        now = self.services.clock.now()
        if not cursor:
            return Changes(documents=(), payments=(), cursor=now.isoformat())
        begin = moment(cursor) or now
        since = begin - _OVERLAP
        conditions = self._transactions((*KINDS, *PAYMENTS))
        conditions["lastModifiedDate"] = not_before(since)
        changed = list(self.api.search("Transaction", conditions, whole=True))
        gone = list(self.api.deleted(since, (*KINDS, *PAYMENTS)))
        return Changes(
            documents=(
                *(
                    self.document(KINDS[r["type"]], r)
                    for r in changed
                    if r["type"] in KINDS
                ),
                *(gone_document(t, id) for t, id in gone if t in KINDS),
            ),
            payments=(
                *(
                    self.payment(PAYMENTS[r["type"]], r)
                    for r in changed
                    if r["type"] in PAYMENTS
                ),
                *(gone_payment(t, id) for t, id in gone if t in PAYMENTS),
            ),
            cursor=now.isoformat(),
        )

    def _documents(
        self,
        kind: DocumentKind,
        conditions: Mapping[str, Condition],
        *,
        whole: bool = False,
    ) -> Iterator[RemoteDocument]:
        wanted = self._transactions((self.type_of(kind),)) | dict(conditions)
        for record in self.api.search("Transaction", wanted, whole=whole):
            yield self.document(kind, record)

    def _transactions(
        self, types: Sequence[str] | Mapping[str, object]
    ) -> dict[str, Condition]:
        return {"mainLine": true(), "type": words(*(f"_{type}" for type in types))}


def _there(outcomes: Sequence[Record | ConnectorError]) -> Iterator[Record]:
    """Without those that do not exist; any other error is raised."""
    for outcome in outcomes:
        if not isinstance(outcome, NotFound):
            yield dict_of(outcome)
