"""What a pass did, and what stands after it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection as database
from django.db.models import Count

from accounting_links.engine.payment_sending import PaymentOutcome
from accounting_links.engine.sending import Fate, Outcome, Sending
from accounting_links.models import Connection, ItemState, Operation, SyncItem

LEASED = (ItemState.WAITING, ItemState.CHECKING, ItemState.SENDING)
COUNTED = ("sent", "exported", "adopted", "blocked", "in_doubt", "failed")
DONE = ("sent", "exported", "adopted", "updated", "voided", "payments", "allocations")
STANDING = (ItemState.BLOCKED, ItemState.IN_DOUBT, ItemState.FAILED)


@dataclass(slots=True, kw_only=True)
class PassResult:
    """`sent` to `allocations`, `amount_sent`, `http_requests`, `sql_statements` and
    `seconds` are of this pass; `blocked` to `by_status_code` are what stands after it.
    `amount_sent` is signed, by currency. `message` says why a pass ended early."""

    sent: int = 0
    exported: int = 0
    adopted: int = 0
    updated: int = 0
    voided: int = 0
    payments: int = 0
    allocations: int = 0
    blocked: int = 0
    in_doubt: int = 0
    failed: int = 0
    waiting: int = 0
    by_status_code: dict[str, int] = field(default_factory=dict)
    http_requests: int = 0
    sql_statements: int = 0
    seconds: float = 0.0
    amount_sent: dict[str, Decimal] = field(default_factory=dict)
    message: str = ""

    @property
    def needs_a_person(self) -> bool:
        return bool(self.blocked or self.in_doubt or self.failed)

    def add(self, later: "PassResult") -> None:
        """The same pass went on: what it did adds up, what stands is the later."""
        for name in DONE:
            setattr(self, name, getattr(self, name) + getattr(later, name))
        for name in ("http_requests", "sql_statements", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(later, name))
        for name in ("blocked", "in_doubt", "failed", "waiting", "by_status_code"):
            setattr(self, name, getattr(later, name))
        for currency, amount in later.amount_sent.items():
            total = self.amount_sent.get(currency, Decimal(0)) + amount
            self.amount_sent[currency] = total
        self.message = later.message

    def as_json(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values["amount_sent"] = {
            currency: f"{amount:.2f}"
            for currency, amount in sorted(self.amount_sent.items())
        }
        values["seconds"] = round(self.seconds, 3)
        return values


@dataclass(slots=True)
class Tally:
    """Counts outcomes as they are written."""

    result: PassResult = field(default_factory=PassResult)
    fates: Counter[str] = field(default_factory=Counter)
    handled: int = 0
    held_back: int = 0

    def documents(self, outcomes: list[Outcome]) -> None:
        for each in outcomes:
            self.handled += 1
            self.fates[each.fate] += 1
            if each.arrived:
                self._arrived(each)

    def _arrived(self, outcome: Outcome) -> None:
        operation = outcome.item.operation
        if operation == Operation.UPDATE:
            self.result.updated += 1
        elif operation == Operation.VOID:
            self.result.voided += 1
        elif outcome.fate is Fate.ADOPTED:
            self.result.adopted += 1
            self._add_amount(outcome)
        else:
            self.result.sent += 1
            self._add_amount(outcome)

    def _add_amount(self, outcome: Outcome) -> None:
        currency = outcome.sending.record.currency
        amounts = self.result.amount_sent
        amounts[currency] = amounts.get(currency, Decimal(0)) + outcome.signed_gross

    def exported(self, sendings: Sequence[Sending]) -> None:
        """Into files: what nobody has confirmed counts in no amount sent."""
        self.handled += len(sendings)
        self.fates[Fate.EXPORTED] += len(sendings)
        self.result.exported += len(sendings)

    def paid(self, outcomes: list[PaymentOutcome]) -> None:
        self.result.payments += sum(1 for each in outcomes if each.remote is not None)

    def set_off(self, count: int) -> None:
        self.result.allocations += count

    def blocked(self, count: int) -> None:
        """By the checks: these never left."""
        self.handled += count
        self.held_back += count
        self.fates[Fate.BLOCKED] += count

    @property
    def gone(self) -> int:
        return self.handled - self.held_back

    def added_to(self, counts: Mapping[str, Any]) -> dict[str, Any]:
        """A run's counts of its earlier steps, and these."""
        names = (*COUNTED, "gone")
        ours = {name: self.fates.get(name, 0) for name in COUNTED} | {"gone": self.gone}
        amounts = dict(self.result.amount_sent)
        for currency, amount in (counts.get("amount_sent") or {}).items():
            amounts[currency] = amounts.get(currency, Decimal(0)) + Decimal(amount)
        requests = int(counts.get("requests", 0)) + self.result.http_requests
        return {name: int(counts.get(name, 0)) + ours[name] for name in names} | {
            "requests": requests,
            "amount_sent": {
                currency: f"{amount:.2f}"
                for currency, amount in sorted(amounts.items())
            },
        }


def stands(connection: Connection, result: PassResult) -> None:
    """What stands now, whoever brought it about. One statement."""
    rows = (
        SyncItem.objects.open()
        .filter(connection=connection)
        .order_by()
        .values_list("state", "status_code")
        .annotate(count=Count("pk"))
    )
    states: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for state, code, count in rows:
        states[state] += count
        if state in STANDING:
            codes[code or state.upper()] += count
    result.blocked = states[ItemState.BLOCKED]
    result.in_doubt = states[ItemState.IN_DOUBT]
    result.failed = states[ItemState.FAILED]
    result.waiting = sum(states[state] for state in LEASED)
    result.by_status_code = dict(sorted(codes.items()))


@contextmanager
def counted_statements() -> Iterator[Counter[str]]:
    """Counts the statements of this thread's connection, transactions left out."""
    counter: Counter[str] = Counter()

    def count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        counter["statements"] += 1
        return execute(sql, params, many, context)

    with database.execute_wrapper(count):
        yield counter
