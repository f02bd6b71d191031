"""The reading half of a check-up: each list that the platform declares is asked for,
and what comes back is looked at as a bookkeeper would. Changes nothing over there."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TypeVar

from django.utils import timezone

from accounting_links import remote_records
from accounting_links.check_up.steps import Step
from accounting_links.models import Connection, RecordType
from connectors.base import Connector
from connectors.capabilities import TaxModel
from connectors.card import KIND_WORDS
from connectors.errors import ConnectorError, PlatformDown, Reauthorise, Retry
from connectors.records import (
    AccountType,
    DocumentKind,
    Party,
    PartyRole,
    RemoteDocument,
    RemoteStatus,
)

# As many as a glance needs: what is behind one page or two is not fetched.
GLANCE = 100
BACK = dt.timedelta(days=90)
NONE_THERE = (
    "None came. If there should be some, the path may be another, or its rows are told"
    " otherwise."
)
T = TypeVar("T")
Look = Callable[[], tuple[bool, str]]


class Reads:
    def __init__(self, connection: Connection, connector: Connector) -> None:
        self.connection = connection
        self.connector = connector
        self.able = connector.capabilities

    def run(self) -> list[Step]:
        """A platform that does not answer, or lets nobody in, is not asked further."""
        found: list[Step] = []
        stopped = False
        for name, look in self._looks():
            if stopped:
                skipped = "Not asked, after the failure above."
                found.append(Step(name=name, passed=False, sentence=skipped))
                continue
            try:
                passed, sentence = look()
            except ConnectorError as error:
                passed, sentence = False, str(error)
                stopped = isinstance(error, Reauthorise | PlatformDown | Retry)
            found.append(Step(name=name, passed=passed, sentence=sentence))
        return found

    def _looks(self) -> Iterator[tuple[str, Look]]:
        yield "Company", self._company
        yield "Customers", partial(self._parties, PartyRole.CUSTOMER)
        if DocumentKind.SUPPLIER_INVOICE in self.able.kinds:
            yield "Suppliers", partial(self._parties, PartyRole.SUPPLIER)
        if self.able.nominal_codes:
            yield "Accounts", self._accounts
        if self.able.items_carry_accounts:
            yield "Items", self._items
        if self.able.tax_model in (TaxModel.CODE_PER_LINE, TaxModel.CODE_PER_DOCUMENT):
            yield "Taxes", self._taxes
        if self.able.payments:
            yield "Bank accounts", self._banks
        for kind in sorted(self.able.kinds):
            yield KIND_WORDS[kind], partial(self._documents, kind)
        if self.able.payments:
            yield "Payments", self._payments

    def _company(self) -> tuple[bool, str]:
        found = self.connector.organisation()
        own = self.connection.organisation_id
        if own and found.id != own:
            return (
                False,
                f"{found.name} answers, and not the company of this connection.",
            )
        facts = [found.home_currency or "no currency told", *found.facts.values()]
        return True, f"{found.name} ({', '.join(filter(None, facts))})."

    def _parties(self, role: PartyRole) -> tuple[bool, str]:
        rows = list(islice(self.connector.list_parties(role), GLANCE))
        if nameless := _lacking(rows, lambda row: bool(row.id and row.name)):
            return False, f"{nameless} of {len(rows)} have no name or no id."
        type = RecordType(role.value)
        remote_records.store(self.connection, type, rows)
        return True, _counted(rows, _party_words)

    def _accounts(self) -> tuple[bool, str]:
        rows = list(self.connector.ledger_accounts())
        remote_records.store(self.connection, RecordType.ACCOUNT, rows, complete=True)
        if not rows:
            return False, NONE_THERE
        types = Counter(row.type for row in rows)
        counts = ", ".join(f"{n} {type.value}" for type, n in types.most_common())
        sentence = f"{len(rows)}: {counts}."
        missing = [t.value for t in self._needed_types() if not types[t]]
        if missing:
            return False, f"{sentence} None counts as {' or '.join(missing)}."
        return True, sentence

    def _needed_types(self) -> list[AccountType]:
        if DocumentKind.SUPPLIER_INVOICE in self.able.kinds:
            return [AccountType.INCOME, AccountType.EXPENSE]
        return [AccountType.INCOME]

    def _items(self) -> tuple[bool, str]:
        rows = list(self.connector.items())
        remote_records.store(self.connection, RecordType.ITEM, rows, complete=True)
        if rows and not any(row.income_account_id for row in rows):
            return False, f"{len(rows)} came, and none tells the account it is sold to."
        return bool(rows), _counted(rows, lambda row: row.name)

    def _taxes(self) -> tuple[bool, str]:
        rows = list(self.connector.tax_codes())
        remote_records.store(self.connection, RecordType.TAX_CODE, rows, complete=True)
        if rows and all(row.rate is None for row in rows):
            return False, f"{len(rows)} came, and none tells its rate."
        passed = bool(rows) or not self.able.tax_required
        return passed, _counted(rows, lambda row: f"{row.name} at {_percent(row.rate)}")

    def _banks(self) -> tuple[bool, str]:
        rows = list(self.connector.bank_accounts())
        remote_records.store(self.connection, RecordType.BANK, rows, complete=True)
        return bool(rows), _counted(rows, lambda row: row.name)

    def _documents(self, kind: DocumentKind) -> tuple[bool, str]:
        today = timezone.localdate()
        listed = self.connector.list_documents(kind, today - BACK, today)
        rows = list(islice(listed, GLANCE))
        if unread := _lacking(rows, _is_whole):
            return False, (
                f"Of {len(rows)} of the last 90 days {unread} came without a number, a"
                " date or what is left to pay."
            )
        return True, _counted(rows, _document_words)

    def _payments(self) -> tuple[bool, str]:
        today = timezone.localdate()
        rows = list(islice(self.connector.list_payments(today - BACK, today), GLANCE))
        if unread := _lacking(rows, lambda row: bool(row.date and row.amount)):
            return False, f"{unread} of {len(rows)} came without a date or an amount."
        return True, _counted(
            rows, lambda row: f"{row.amount:.2f} of {row.date:%d %b %Y}"
        )


def _counted(rows: list[T], words: Callable[[T], str]) -> str:
    if not rows:
        return NONE_THERE
    more = " or more" if len(rows) == GLANCE else ""
    return f"{len(rows)}{more}, the first is {words(rows[0])}."


def _lacking(rows: Iterable[T], whole: Callable[[T], bool]) -> int:
    return sum(not whole(row) for row in rows)


def _is_whole(row: RemoteDocument) -> bool:
    known = row.status is not RemoteStatus.UNKNOWN
    return bool(row.id and row.number and row.date and known)


def _party_words(row: Party) -> str:
    return f"{row.name} ({row.id})"


def _document_words(row: RemoteDocument) -> str:
    status = row.status.value.replace("_", " ")
    amount = f"{row.gross:.2f} {row.currency}"
    return f"{row.number} of {row.date:%d %b %Y}, {amount}, {status}"


def _percent(rate: Decimal | None) -> str:
    return (
        "a rate that depends on the day" if rate is None else f"{rate.normalize():f} %"
    )
