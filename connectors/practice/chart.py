"""Parties, accounts, taxes and items: the books' reference data.

`create` takes a record without `id` (or with one, where the vendor lets the caller
choose it) and answers the stored one. `update` takes the fields to change; `version`
None skips the stale check. All raise the named errors of `errors`.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

from .books import (
    ZERO,
    Account,
    AccountType,
    Item,
    Party,
    Record,
    Role,
    TaxCode,
    TaxRate,
)
from .errors import DuplicateName, Invalid, Missing, UnknownAccount, UnknownTax
from .policies import Policies, Scope
from .rules import (
    external_id,
    folded,
    require_active,
    require_free_external_id,
    require_version,
)
from .store import Store, Table

R = TypeVar("R", bound=Record)


class Shelf(Generic[R]):
    """One table with its policies; the base of all kinds of reference data."""

    table: Table[R]

    def __init__(self, store: Store, policies: Policies) -> None:
        self.store = store
        self.policies = policies

    def check(self, row: R) -> None:
        """Raises when the row may not stand in the books."""

    def create(self, row: R) -> R:
        with self.store.change():
            self.check(row)
            require_free_external_id(self.table, row)
            record_id = row.id or self.policies.ids.next(self.table.name)
            if self.table.peek(record_id) is not None:
                raise Invalid(f"Id {record_id!r} is taken.", field="id")
            self.policies.ids.seen(self.table.name, record_id)
            return self.table.put(replace(row, id=record_id), "create")

    def update(self, record_id: str, *, version: int | None = None, **fields: Any) -> R:
        with self.store.change():
            row = self.table.get(record_id)
            require_version(row, version)
            changed = replace(row, **fields)
            self.check(changed)
            require_free_external_id(self.table, changed)
            return self.table.put(changed, "update")

    def delete(self, record_id: str, *, version: int | None = None) -> R:
        with self.store.change():
            row = self.table.get(record_id)
            require_version(row, version)
            return self.table.put(replace(row, deleted=True), "delete")

    def get(self, record_id: str) -> R:
        return self.table.get(record_id)

    def find(self, record_id: str) -> R | None:
        return self.table.find(record_id)

    def by_external_id(self, key: str) -> R | None:
        return next(iter(self.table.by("external_id", key)), None)


class Parties(Shelf[Party]):
    def __init__(self, store: Store, policies: Policies) -> None:
        super().__init__(store, policies)
        self.table = Table(
            store,
            "parties",
            Party,
            name=lambda row: folded(row.name),
            code=lambda row: row.code,
            external_id=external_id,
        )

    def check(self, row: Party) -> None:
        if not row.name.strip():
            raise Missing("A name is needed.", field="name")
        limit = self.policies.name_length
        if limit and len(row.name) > limit:
            raise Invalid(f"The name is longer than {limit}.", field="name")
        scope = self.policies.names
        for other in self.named(row.name) if scope is not Scope.NONE else ():
            apart = scope is Scope.ROLE and not set(other.roles) & set(row.roles)
            if other.id != row.id and not apart:
                raise DuplicateName(row.name, other.id)

    def named(self, name: str, role: Role | None = None) -> list[Party]:
        """Parties of exactly that name, case and outer spaces aside."""
        found = self.table.by("name", folded(name))
        return [row for row in found if role is None or role in row.roles]

    def coded(self, code: str) -> Party | None:
        return next(iter(self.table.by("code", code)), None)

    def in_role(self, role: Role) -> list[Party]:
        return [row for row in self.table if role in row.roles]


class Accounts(Shelf[Account]):
    def __init__(self, store: Store, policies: Policies) -> None:
        super().__init__(store, policies)
        self.table = Table(
            store,
            "accounts",
            Account,
            code=lambda row: row.code,
            external_id=external_id,
        )

    def check(self, row: Account) -> None:
        if not row.name.strip():
            raise Missing("A name is needed.", field="name")
        other = self.coded(row.code) if row.code else None
        if other is not None and other.id != row.id:
            raise DuplicateName(row.code, other.id)

    def coded(self, code: str) -> Account | None:
        return next(iter(self.table.by("code", code)), None)

    def first(self, kind: AccountType) -> Account:
        """The oldest active account of a type: control accounts, the default bank."""
        for row in self.table:
            if row.type is kind and row.active:
                return row
        raise Missing(f"The books have no {kind} account.", field="account")


class TaxRates(Shelf[TaxRate]):
    def __init__(self, store: Store, policies: Policies) -> None:
        super().__init__(store, policies)
        self.table = Table(store, "tax_rates", TaxRate, external_id=external_id)


class TaxCodes(Shelf[TaxCode]):
    def __init__(self, store: Store, policies: Policies, rates: TaxRates) -> None:
        super().__init__(store, policies)
        self.rates = rates
        self.table = Table(
            store,
            "tax_codes",
            TaxCode,
            code=lambda row: row.code,
            external_id=external_id,
        )

    def check(self, row: TaxCode) -> None:
        for rate in row.rates:
            require_active(self.rates.table, rate, UnknownTax, field="rates")

    def coded(self, code: str) -> TaxCode | None:
        return next(iter(self.table.by("code", code)), None)

    def percent(self, code_id: str) -> Decimal:
        """The sum of the code's rates; 0 for an empty id."""
        if not code_id:
            return ZERO
        rates = self.table.get(code_id).rates
        return sum((self.rates.get(rate).percent for rate in rates), ZERO)

    def with_percent(self, percent: Decimal) -> TaxCode:
        """The oldest active code of that percent that is not the exempt one."""
        for row in self.table:
            if row.active and not row.exempt and self.percent(row.id) == percent:
                return row
        raise UnknownTax(f"{percent} %", field="tax_code")


class Items(Shelf[Item]):
    def __init__(self, store: Store, policies: Policies, accounts: Accounts) -> None:
        super().__init__(store, policies)
        self.accounts = accounts
        self.table = Table(
            store,
            "items",
            Item,
            name=lambda row: folded(row.name),
            code=lambda row: row.code,
            external_id=external_id,
        )

    def check(self, row: Item) -> None:
        if not row.name.strip():
            raise Missing("A name is needed.", field="name")
        for other in self.named(row.name):
            if other.id != row.id:
                raise DuplicateName(row.name, other.id)
        for side in ("income_account", "expense_account"):
            if account := getattr(row, side):
                require_active(self.accounts.table, account, UnknownAccount, field=side)

    def named(self, name: str) -> list[Item]:
        return self.table.by("name", folded(name))

    def coded(self, code: str) -> Item | None:
        return next(iter(self.table.by("code", code)), None)
