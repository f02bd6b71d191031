import datetime as dt
from typing import Any

import pytest

from accounting_links.models import Connection, ContactLink, PeriodPolicy
from accounting_links.preflight.base import Fix
from tests import factories
from tests.accounting_links import factories as links
from tests.accounting_links.ledgerly import able, check, codes, ready
from tests.accounting_links.ledgerly_fixtures import Install

CURRENCIES: list[tuple[dict[str, Any], bool, str, list[str]]] = [
    ({"home_currency": "GBP", "currencies": ["GBP", "EUR"]}, True, "EUR", []),
    ({"home_currency": "GBP", "currencies": ["GBP"]}, True, "EUR", ["CURRENCY"]),
    ({"home_currency": "GBP", "currencies": ["EUR"]}, True, "GBP", []),
    ({"home_currency": "GBP", "currencies": []}, True, "EUR", []),
    ({"home_currency": "GBP", "currencies": ["EUR"]}, False, "EUR", ["CURRENCY"]),
    ({"home_currency": "GBP"}, False, "GBP", []),
    ({}, False, "EUR", []),
]


@pytest.mark.parametrize(
    ("organisation", "has_several", "currency", "expected"), CURRENCIES
)
def test_the_currency_must_be_enabled(
    connection: Connection,
    install: Install,
    organisation: dict[str, Any],
    has_several: bool,
    currency: str,
    expected: list[str],
) -> None:
    install(able(multi_currency=has_several))
    connection.organisation = organisation
    document = ready(connection, factories.sent(currency=currency))
    assert codes(check(connection, document)) == expected


def test_the_account_must_be_in_the_currency(connection: Connection) -> None:
    document = ready(connection, factories.sent())
    links.remote_record(
        connection,
        document.contact.name,
        external_id=ContactLink.objects.get().external_id,
        data={"currency": "USD"},
    )
    [finding] = check(connection, document)
    assert finding.code == "CURRENCY"
    assert finding.sentence == (
        "The account billed is kept in USD, and the document is in GBP."
    )


LOCKS = [
    # the platform's, the connection's, the document's, is locked
    (None, None, dt.date(2020, 1, 1), False),
    ("2026-11-01", None, dt.date(2026, 10, 31), True),
    ("2026-11-01", None, dt.date(2026, 11, 1), False),
    (None, dt.date(2026, 11, 1), dt.date(2026, 10, 31), True),
    ("2026-06-01", dt.date(2026, 11, 1), dt.date(2026, 8, 1), True),
    ("2026-11-01", dt.date(2026, 6, 1), dt.date(2026, 8, 1), True),
]


@pytest.mark.parametrize(("theirs", "ours", "day", "is_locked"), LOCKS)
def test_the_period_must_be_open(
    connection: Connection,
    theirs: str | None,
    ours: dt.date | None,
    day: dt.date,
    is_locked: bool,
) -> None:
    connection.organisation["locked_before"] = theirs
    connection.books_locked_before = ours
    document = ready(connection, factories.sent(date=day))
    expected = ["PERIOD_LOCKED"] if is_locked else []
    assert codes(check(connection, document)) == expected


def test_a_locked_period_names_its_first_open_day(connection: Connection) -> None:
    connection.books_locked_before = dt.date(2026, 12, 1)
    connection.period_policy = PeriodPolicy.ASK
    [finding] = check(connection, ready(connection, factories.sent()))
    assert finding.sentence == (
        "The books are locked before 2026-12-01, and the document is dated 2026-11-02."
    )
    assert (finding.fix, finding.data) == (Fix.REDATE, {"first_open": "2026-12-01"})
