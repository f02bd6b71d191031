"""Documents: created, changed, posted, voided, deleted, by the face's policies.

`create` takes a `Document` without `id`; nets, taxes and totals are computed here
(`totals.priced`), whatever the given record says, except for a line's `given_net` and
`given_tax`. Each change raises the version and makes an entry in the change log.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .books import Document, Kind, Line, Role, State
from .errors import (
    DuplicateNumber,
    HasSettlements,
    Invalid,
    Missing,
    PeriodClosed,
    UnknownAccount,
    UnknownItem,
    UnknownParty,
    UnknownTax,
    WrongState,
)
from .policies import Scope
from .rules import (
    external_id,
    require_active,
    require_free_external_id,
    require_version,
)
from .store import Table
from .totals import priced

if TYPE_CHECKING:
    from .ledger import Ledger

PRICING = {"lines", "prices_include_tax", "kind"}


def number_key(row: Document) -> str:
    return f"{row.kind}|{row.number.casefold()}" if row.number else ""


class Documents:
    def __init__(self, ledger: "Ledger") -> None:
        self.ledger = ledger
        self.table = Table(
            ledger.store,
            "documents",
            Document,
            number=number_key,
            party=lambda row: row.party,
            reference=lambda row: row.reference.casefold(),
            external_id=external_id,
        )

    # --- look-ups

    def get(self, document_id: str) -> Document:
        return self.table.get(document_id)

    def find(self, document_id: str) -> Document | None:
        return self.table.find(document_id)

    def numbered(self, kind: Kind, number: str) -> list[Document]:
        """All documents of that kind and number (case aside), oldest first."""
        return self.table.by("number", f"{kind}|{number.casefold()}")

    def referenced(self, reference: str) -> list[Document]:
        return self.table.by("reference", reference.casefold())

    def of_party(self, party: str) -> list[Document]:
        return self.table.by("party", party)

    def by_external_id(self, key: str) -> Document | None:
        return next(iter(self.table.by("external_id", key)), None)

    def of_kind(self, *kinds: Kind) -> Iterable[Document]:
        """Live documents of these kinds, in the order they were made."""
        return (row for row in self.table if row.kind in kinds)

    # --- changes

    def create(self, document: Document, *, unique: bool = True) -> Document:
        """`unique=False` skips the number check, where a vendor's caller may ask so."""
        with self.ledger.store.change():
            document = self._numbered(self._priced(document))
            self.check(document)
            if unique:
                self.require_free_number(document)
            require_free_external_id(self.table, document)
            return self.insert(document)

    def insert(self, document: Document) -> Document:
        """Writes a document as it is: no check, no computing (edits and seeds)."""
        with self.ledger.store.change():
            ids = self.ledger.policies.ids
            record_id = document.id or ids.next(self.table.name)
            ids.seen(self.table.name, record_id)
            return self.table.put(replace(document, id=record_id), "create")

    def update(
        self,
        document_id: str,
        *,
        version: int | None = None,
        unique: bool = True,
        **fields: Any,
    ) -> Document:
        """Totals are computed anew only when lines or price mode are among `fields`."""
        with self.ledger.store.change():
            row = self.table.get(document_id)
            require_version(row, version)
            self.require_open(row.date)
            changed = replace(row, **fields)
            if PRICING & fields.keys():
                changed = self._priced(changed)
            self.check(changed)
            if unique and changed.number != row.number:
                self.require_free_number(changed)
            require_free_external_id(self.table, changed)
            if changed.settled > changed.gross:
                raise HasSettlements("More was settled than that.", field="amount")
            return self.table.put(changed, "update")

    def post(self, document_id: str, *, version: int | None = None) -> Document:
        row = self.table.get(document_id)
        if row.state is not State.DRAFT:
            raise WrongState(f"The document is {row.state}.", field="state")
        return self.update(document_id, version=version, state=State.POSTED)

    def reopen(self, document_id: str, *, version: int | None = None) -> Document:
        """Back to draft; refused while payments or credits lie on it."""
        self.require_unsettled(self.table.get(document_id))
        return self.update(document_id, version=version, state=State.DRAFT)

    def mark_sent(self, document_id: str, at: dt.datetime | None = None) -> Document:
        moment = at or self.ledger.store.now()
        with self.ledger.store.change():
            row = self.table.get(document_id)
            return self.table.put(replace(row, sent=True, sent_at=moment), "update")

    def void(
        self, document_id: str, *, version: int | None = None, release: bool = False
    ) -> Document:
        """Keeps number and amounts. `release` takes payments and credits off first."""
        with self.ledger.store.change():
            row = self._ending(document_id, version, release=release)
            if row.state is State.VOID:
                raise WrongState("The document is void already.", field="state")
            return self.table.put(replace(row, state=State.VOID), "void")

    def delete(
        self, document_id: str, *, version: int | None = None, release: bool = False
    ) -> Document:
        """Frees the number; the change log keeps the id."""
        with self.ledger.store.change():
            row = self._ending(document_id, version, release=release)
            return self.table.put(replace(row, deleted=True), "delete")

    def _ending(
        self, document_id: str, version: int | None, *, release: bool
    ) -> Document:
        row = self.table.get(document_id)
        require_version(row, version)
        self.require_open(row.date)
        if release:
            self.ledger.settlements.release(document_id)
        row = self.table.get(document_id)
        self.require_unsettled(row)
        return row

    def settle(self, document_id: str, settled: Decimal) -> None:
        """For settlements alone: what was taken off, with a new version."""
        row = self.table.peek(document_id)
        if row is not None and not row.deleted and row.settled != settled:
            self.table.put(replace(row, settled=settled), "update")

    # --- rules

    def check(self, row: Document) -> None:
        self.require_open(row.date)
        role = Role.SUPPLIER if row.kind.is_purchase else Role.CUSTOMER
        parties = self.ledger.parties.table
        party = require_active(parties, row.party, UnknownParty, field="party")
        if role not in party.roles:
            raise UnknownParty(row.party, field="party")
        if row.currency not in self.ledger.company.currencies:
            raise Invalid(f"No currency {row.currency}.", field="currency")
        if row.state is not State.DRAFT and not row.lines:
            raise Missing("At least one line is needed.", field="lines")
        limit = self.ledger.policies.number_length
        if limit and len(row.number) > limit:
            raise Invalid(f"The number is longer than {limit}.", field="number")
        for index, line in enumerate(row.lines):
            self.check_line(line, f"lines.{index}")

    def check_line(self, line: Line, where: str) -> None:
        books = self.ledger
        named: tuple[tuple[str, Table[Any], Any, str], ...] = (
            (line.account, books.accounts.table, UnknownAccount, "account"),
            (line.item, books.items.table, UnknownItem, "item"),
            (line.tax_code, books.tax_codes.table, UnknownTax, "tax_code"),
        )
        for record_id, table, error, name in named:
            if record_id:
                require_active(table, record_id, error, field=f"{where}.{name}")

    def require_open(self, day: dt.date) -> None:
        closed = self.ledger.company.closed_until
        if closed is not None and day <= closed:
            raise PeriodClosed(day, closed)

    def require_unsettled(self, row: Document) -> None:
        if row.settled:
            raise HasSettlements("Payments or credits lie on it.", field="settled")

    def require_free_number(self, row: Document) -> None:
        scope = self.ledger.policies.numbers.get(row.kind, Scope.NONE)
        if scope is Scope.NONE or not row.number:
            return
        for other in self.numbered(row.kind, row.number):
            same = scope is not Scope.PARTY or other.party == row.party
            if same and other.id != row.id:
                raise DuplicateNumber(row.number, other.id)

    # --- computing

    def price(self, document: Document) -> Document:
        """What the books would make of a document: a forecast, nothing is kept."""
        return self._priced(document)

    def _priced(self, document: Document) -> Document:
        codes = {line.tax_code for line in document.lines if line.tax_code}
        tax_codes = self.ledger.tax_codes
        known = {code for code in codes if tax_codes.find(code) is not None}
        percents = {code: tax_codes.percent(code) for code in known}
        return priced(document, percents, self.ledger.policies.tax)

    def _numbered(self, document: Document) -> Document:
        prefix = self.ledger.policies.numbering.get(document.kind)
        if document.number or prefix is None:
            return document
        row = f"number.{document.kind}"
        counter = int(self.ledger.recall(row, 0)) + 1
        while self.numbered(document.kind, f"{prefix}{counter}"):
            counter += 1
        self.ledger.remember(row, counter)
        return replace(document, number=f"{prefix}{counter}")
