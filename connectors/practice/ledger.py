"""One practice ledger: a company's whole books, under one lock.

A face works with

- `ledger.parties`, `.accounts`, `.tax_rates`, `.tax_codes`, `.items` (see `chart`),
- `ledger.documents` (see `documents`): `create`, `update`, `post`, `reopen`, `void`,
  `delete`, `mark_sent`, and look-ups by number, reference, party, external id,
- `ledger.settlements` (see `settlements`): `record` a payment, `apply_credit`, ...,
- `ledger.journals`, `ledger.control_balances()`, `ledger.account_balances()`,
- `ledger.store.change()` to make several of these one transaction,
- `ledger.store.changes_since(moment)` and `changes_after(sequence)` as change feed,
- `ledger.remember(key, value)` and `recall(key)` for what the face must keep across
  restarts: answers by idempotency key, tokens, settings. JSON values only.

Records are frozen: what a call answers is a value, not a live object. Every refusal is
a `LedgerError` and leaves the books as they were.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import balances
from .books import Account, AccountType, Company, Journal, Line, Memory
from .chart import Accounts, Items, Parties, TaxCodes, TaxRates
from .documents import Documents
from .errors import Invalid
from .policies import Policies
from .rules import external_id
from .settlements import Settlements
from .store import Clock, Store, Table, utc_now


class Journals:
    def __init__(self, ledger: "Ledger") -> None:
        self.ledger = ledger
        self.table = Table(ledger.store, "journals", Journal, external_id=external_id)

    def create(self, journal: Journal) -> Journal:
        """Raises `Invalid` when debits and credits differ."""
        if sum(line.amount for line in journal.lines):
            raise Invalid("Debits and credits differ.", field="lines")
        self.ledger.documents.require_open(journal.date)
        with self.ledger.store.change():
            record_id = journal.id or self.ledger.policies.ids.next("journals")
            self.ledger.policies.ids.seen("journals", record_id)
            return self.table.put(replace(journal, id=record_id), "create")


@dataclass(frozen=True, slots=True)
class Control:
    """What customers owe, and what is owed to suppliers."""

    receivable: Decimal
    payable: Decimal


class Ledger:
    def __init__(
        self, company: Company, policies: Policies, clock: Clock = utc_now
    ) -> None:
        self.policies = policies
        self.store = Store(clock)
        self.companies = Table(self.store, "companies", Company)
        self.parties = Parties(self.store, policies)
        self.accounts = Accounts(self.store, policies)
        self.tax_rates = TaxRates(self.store, policies)
        self.tax_codes = TaxCodes(self.store, policies, self.tax_rates)
        self.items = Items(self.store, policies, self.accounts)
        self.documents = Documents(self)
        self.settlements = Settlements(self)
        self.journals = Journals(self)
        self._memory = Table(self.store, "memory", Memory)
        self._company_id = company.id
        self._balances: tuple[int, dict[str, Decimal]] = (-1, {})
        with self.store.change():
            self.companies.put(company)

    @property
    def company(self) -> Company:
        return self.companies.get(self._company_id)

    def change_company(self, **fields: Any) -> Company:
        """For instance `closed_until=date(2026, 3, 31)`."""
        with self.store.change():
            return self.companies.put(replace(self.company, **fields), "update")

    def today(self) -> dt.date:
        return self.store.now().date()

    # --- what faces keep

    def remember(self, key: str, value: Any) -> None:
        with self.store.change():
            self._memory.put(Memory(id=key, value=value))

    def recall(self, key: str, default: Any = None) -> Any:
        row = self._memory.find(key)
        return default if row is None else row.value

    def recall_all(self, prefix: str) -> list[Any]:
        """All values whose keys begin so, oldest first."""
        return [row.value for row in self._memory if row.id.startswith(prefix)]

    def memories(self) -> dict[str, Any]:
        return {row.id: row.value for row in self._memory}

    def forget(self, key: str) -> None:
        with self.store.change():
            if (row := self._memory.find(key)) is not None:
                self._memory.put(replace(row, deleted=True, value=None))

    def once(self, key: str, make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """The first value made for a key, for ever: idempotency keys.

        What `make` does to the books and the keeping of its answer are one commit.
        """
        with self.store.change():
            kept = self.recall(key)
            if kept is None:
                kept = dict(make())
                self.remember(key, kept)
            return dict(kept)

    # --- money

    def line_account(self, line: Line, *, purchase: bool = False) -> Account | None:
        """The account that a line goes to: its own, or the one its item carries."""
        if line.account:
            return self.accounts.find(line.account)
        item = self.items.find(line.item) if line.item else None
        if item is None:
            return None
        account = item.expense_account if purchase else item.income_account
        return self.accounts.find(account) if account else None

    def account_balances(self) -> dict[str, Decimal]:
        """Balance by account id, in home currency; debits positive."""
        with self.store.lock:
            sequence, cached = self._balances
            if sequence != self.store.sequence:
                cached = balances.by_account(self)
                self._balances = (self.store.sequence, cached)
            return dict(cached)

    def control_balances(self) -> Control:
        """Receivable as debits, payable as credits: both positive in the usual case."""
        rows = self.account_balances()
        receivable = self.accounts.first(AccountType.RECEIVABLE)
        payable = self.accounts.first(AccountType.PAYABLE)
        return Control(
            receivable=rows.get(receivable.id, Decimal(0)),
            payable=-rows.get(payable.id, Decimal(0)),
        )

    def party_balance(self, party_id: str) -> Decimal:
        return balances.of_party(self, party_id)

    # --- state

    def open_state(self, path: Path, platform: str) -> bool:
        """Keeps the books in a file from now on; True when the file held books."""
        found = self.store.open_file(path, {"platform": platform})
        for table in self.store.tables.values():
            for row in table.all_rows():
                self.policies.ids.seen(table.name, row.id)
        others = [row.id for row in self.companies if row.id != self._company_id]
        if found and others:
            self.companies.set_row(self._company_id, None)
            self._company_id = others[-1]
        return found

    def close(self) -> None:
        self.store.close()
