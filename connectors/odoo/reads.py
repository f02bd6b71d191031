"""What can be read of an Odoo database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from connectors.base import Connector
from connectors.errors import NotFound, Rejected
from connectors.odoo import masters
from connectors.odoo.api import Database, Domain, Row
from connectors.odoo.capabilities import CAPABILITIES
from connectors.odoo.connection import SETTINGS, SLUG, Server
from connectors.odoo.errors import LABEL
from connectors.odoo.mapping import MOVE_TYPES, Habits, forecast_totals
from connectors.odoo.reading import (
    LINE_FIELDS,
    MOVE_FIELDS,
    document_from,
    moment,
    payment_from,
    settled_ids,
)
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

MOVE, LINE, PARTNER = "account.move", "account.move.line", "res.partner"
PAYMENT, ACCOUNT, COMPANY = "account.payment", "account.account", "res.company"
EITHER: Domain = ["active", "in", [True, False]]
# A transaction that began before another may be committed after it.
_OVERLAP = timedelta(minutes=1)
_STAMP = "%Y-%m-%d %H:%M:%S"


class DatabaseReads(Connector):
    platform = SLUG
    label = LABEL
    capabilities = CAPABILITIES
    settings = SETTINGS

    def __init__(
        self, config: ConnectionConfig, services: Services | None = None
    ) -> None:
        super().__init__(config, services)
        self.server = Server(config, self.services)
        self.db: Database = self.server.db
        self.habits = Habits.of(config)
        self._currencies: dict[str, int] | None = None

    def close(self) -> None:
        self.server.transport.close()

    def organisation(self) -> Organisation:
        found = self.companies("organisation")
        mine = [c for c in found if self.config.organisation_id in ("", c.id)]
        if not mine:
            raise NotFound(
                f"{LABEL} does not show this company to the user.",
                where=self.server.transport.where("organisation"),
            )
        return mine[0]

    def companies(self, operation: str) -> list[Organisation]:
        fields: tuple[str, ...] = masters.COMPANY_FIELDS
        if self.server.major() >= 18:
            fields += masters.LOCKS_SINCE_18
        currencies = frozenset(self._currency_ids(operation))
        rows = self.db.search(operation, COMPANY, [], fields)
        return [masters.organisation_from(row, currencies) for row in rows]

    # Parties and master data

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        domain = [["name", "in", list(names)], *masters.in_role(role)]
        return list(self._parties("find_parties", role, domain))

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        return self._parties("list_parties", role, masters.in_role(role))

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        known = [int(id) for id in ids if id.isdecimal()]
        domain = [["id", "in", known], EITHER]
        return list(self._parties("get_parties", role, domain))

    def _parties(
        self, operation: str, role: PartyRole, domain: Domain
    ) -> Iterator[Party]:
        rows = self.db.pages(operation, PARTNER, domain, masters.PARTY_FIELDS)
        for row in rows:
            url = self.party_url(role, str(row["id"]))
            yield masters.party_from(role, row, url=url)

    def ledger_accounts(self) -> Iterator[LedgerAccount]:
        active = "deprecated" if self.server.major() < 19 else "active"
        fields = ("code", "name", "account_type", active)
        for row in self.db.pages("ledger_accounts", ACCOUNT, [], fields):
            yield masters.account_from(row)

    def bank_accounts(self) -> Iterator[LedgerAccount]:
        domain = [["type", "in", list(masters.JOURNAL_TYPES)]]
        fields = ("name", "code", "type", "currency_id")
        for row in self.db.pages("bank_accounts", "account.journal", domain, fields):
            yield masters.bank_from(row)

    def tax_codes(self) -> Iterator[TaxCode]:
        """Without those that expect prices with tax inside: FinSync tells net ones."""
        domain = [["type_tax_use", "in", ["sale", "purchase"]], EITHER]
        for row in self.db.pages(
            "tax_codes", "account.tax", domain, masters.TAX_FIELDS
        ):
            if not row.get("price_include"):
                yield masters.tax_from(row)

    def items(self) -> Iterator[Item]:
        rows = self.db.pages("items", "product.product", [EITHER], masters.ITEM_FIELDS)
        return map(masters.item_from, rows)

    def control_balances(self, on: date) -> list[ControlBalance]:
        """Empty for days before today: Odoo tells no earlier balances."""
        if on < self.services.clock.now().date():
            return []
        domain = [["account_type", "in", list(masters.CONTROL_TYPES)]]
        fields = ("account_type", "current_balance")
        rows = self.db.search("control_balances", ACCOUNT, domain, fields)
        home = self.organisation().home_currency
        return [masters.control_balance(row, home) for row in rows]

    def _currency_ids(self, operation: str) -> dict[str, int]:
        """Ids of the active currencies, by ISO code; asked for once."""
        if self._currencies is None:
            rows = self.db.search(operation, "res.currency", [], ("name",))
            self._currencies = {str(row["name"]): row["id"] for row in rows}
        return self._currencies

    # Documents

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        """Cancelled ones are left out: in Odoo they hold no reference back."""
        names = list(numbers)
        domain = [
            self._of_kind(kind),
            ["state", "!=", "cancel"],
            *["|", ["name", "in", names], ["ref", "in", names]],
        ]
        if party_ids:
            known = [int(id) for id in party_ids if id.isdecimal()]
            domain.append(["partner_id", "in", known])
        return list(self._moves("find_documents", domain))

    def find_sent(self, documents: Sequence[Document]) -> list[RemoteDocument | None]:
        wanted = [document.reference for document in documents]
        domain = [
            ["move_type", "in", list(MOVE_TYPES.values())],
            ["invoice_origin", "in", wanted],
        ]
        found = {
            (move.kind, move.reference): move
            for move in self._moves("find_sent", domain)
        }
        return [found.get((each.kind, each.reference)) for each in documents]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        row = self._move(kind, id)
        ids = row.get("invoice_line_ids") or []
        lines = self.db.read("get_document", LINE, ids, LINE_FIELDS)
        return document_from(row, lines=lines, url=self.document_url(kind, id))

    def list_documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        domain = [self._of_kind(kind), *_dated("invoice_date", start, end)]
        return self._moves("list_documents", domain)

    def list_payments(
        self, start: date | None, end: date | None
    ) -> Iterator[RemotePayment]:
        domain = [["state", "!=", "draft"], *_dated("date", start, end)]
        return self._payments("list_payments", domain)

    def changed_since(self, cursor: str) -> Changes:
        """By the server's own stamps, so that clocks need not agree."""
        if not cursor:
            return Changes(documents=(), payments=(), cursor=self._latest())
        begin = datetime.fromisoformat(cursor) - _OVERLAP
        since = ["write_date", ">=", begin.strftime(_STAMP)]
        kinds = ["move_type", "in", list(MOVE_TYPES.values())]
        documents = tuple(self._moves("changed_since", [since, kinds]))
        payments = tuple(
            self._payments("changed_since", [since, ["state", "!=", "draft"]])
        )
        stamps = [each.changed_at for each in documents]
        stamps += [each.changed_at for each in payments]
        latest = max((s for s in stamps if s), default=None)
        now = latest.replace(tzinfo=None).isoformat() if latest else cursor
        return Changes(documents=documents, payments=payments, cursor=max(now, cursor))

    def _latest(self) -> str:
        stamps = [self.services.clock.now().astimezone(UTC) - timedelta(days=1)]
        for model in (MOVE, PAYMENT):
            rows = self.db.search(
                *("changed_since", model, [], ("write_date",)),
                order="write_date desc, id desc",
                limit=1,
            )
            stamps += [s for row in rows if (s := moment(row["write_date"]))]
        return max(stamps).replace(tzinfo=None, microsecond=0).isoformat()

    def document_url(self, kind: DocumentKind, id: str) -> str:
        return self._page(MOVE, id)

    def party_url(self, role: PartyRole, id: str) -> str:
        return self._page(PARTNER, id)

    def forecast(self, document: Document) -> Totals:
        return forecast_totals(document, self.habits)

    def _page(self, model: str, id: str) -> str:
        """Newer versions lead on from this address. A practice ledger has no pages."""
        if self.config.practice_url:
            return ""
        return f"{self.server.base_url}/web#id={id}&model={model}&view_type=form"

    def _of_kind(self, kind: DocumentKind) -> Domain:
        if kind not in MOVE_TYPES:
            self._unsupported(kind, "kind")
        return ["move_type", "=", MOVE_TYPES[kind]]

    def _move(self, kind: DocumentKind, id: str) -> Row:
        """Raises `NotFound`, also for an id of another kind."""
        wanted = self._of_kind(kind)[2]
        rows: list[Row] = []
        if id.isdecimal():
            fields = (*MOVE_FIELDS, "invoice_line_ids")
            rows = self.db.read("get_document", MOVE, [int(id)], fields)
        if not rows or rows[0]["move_type"] != wanted:
            raise NotFound(
                f"{LABEL} has no such document ({id}).",
                where=self.server.transport.where("get_document"),
            )
        return rows[0]

    def _moves(self, operation: str, domain: Domain) -> Iterator[RemoteDocument]:
        for row in self.db.pages(operation, MOVE, domain, MOVE_FIELDS):
            found = document_from(row)
            yield replace(found, url=self.document_url(found.kind, found.id))

    def _payments(self, operation: str, domain: Domain) -> Iterator[RemotePayment]:
        rows = self.db.pages(operation, PAYMENT, domain, self.payment_fields())
        for some in _grouped(rows, self.db.page_size):
            ids = sorted({id for row in some for id in settled_ids(row)})
            fields = ("move_type", "amount_total")
            found = self.db.read(operation, MOVE, ids, fields)
            settled = {int(row["id"]): row for row in found}
            for row in some:
                yield payment_from(row, settled, url=self._page(PAYMENT, row["id"]))

    def payment_fields(self) -> tuple[str, ...]:
        """What was paid for stood in `ref` before version 18."""
        memo = "memo" if self.server.major() >= 18 else "ref"
        return (
            *("name", "amount", "date", "state", "payment_type", "partner_id"),
            *("currency_id", "journal_id", "write_date", memo),
            *("reconciled_invoice_ids", "reconciled_bill_ids"),
        )

    def currency_id(self, operation: str, code: str) -> int:
        found = self._currency_ids(operation).get(code)
        if found is None:
            raise Rejected(
                f"{code} is not active in {LABEL}.",
                status_code="CURRENCY",
                field="currency",
            )
        return found


def _dated(field: str, start: date | None, end: date | None) -> list[list[str]]:
    domain = []
    if start:
        domain.append([field, ">=", start.isoformat()])
    if end:
        domain.append([field, "<=", end.isoformat()])
    return domain


def _grouped(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
