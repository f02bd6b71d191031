from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.oneup.reading import (
    account_from,
    customer_from,
    invoice_from,
    is_customer,
    item_from,
)
from connectors.records import AccountType, RemoteStatus
from tests.connectors.examples import wire_json

D = Decimal
SLUG = "oneup"


def test_an_invoice_of_today_is_read() -> None:
    found = invoice_from(wire_json(SLUG, "invoice.json"), currency="GBP")
    assert (found.id, found.number, found.party_id) == ("9001", "INV-1042", "58")
    assert (found.net, found.tax, found.gross) == (D(120), D(24), D(144))
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D(100))
    assert (found.party_name, found.sent, found.currency) == ("Acme Ltd", True, "GBP")
    assert found.due_date == date(2026, 11, 16)
    assert found.changed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    [row] = found.lines
    assert (row.item_id, row.tax_code_id, row.net) == ("7", "3", D(120))


def test_references_of_2014_are_read_as_well() -> None:
    found = invoice_from(wire_json(SLUG, "invoice_2014.json"), currency="USD")
    assert (found.party_id, found.reference) == ("58", "FS-77")
    [row] = found.lines
    assert (row.item_id, row.tax_code_id) == ("7", "3")
    assert (found.sent, found.due_date, found.changed_at) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unpaid": 144}, RemoteStatus.OPEN),
        ({"unpaid": 0}, RemoteStatus.PAID),
        ({"unpaid": 1}, RemoteStatus.PART_PAID),
        ({"unpaid": None}, RemoteStatus.UNKNOWN),
        ({"unpaid": 144, "invoice_status": "Draft", "sent": False}, RemoteStatus.DRAFT),
        ({"unpaid": 144, "invoice_status": "Draft", "sent": True}, RemoteStatus.OPEN),
        ({"unpaid": 144, "invoice_status": "quite new"}, RemoteStatus.OPEN),
    ],
)
def test_amounts_tell_the_status(changes: Any, status: RemoteStatus) -> None:
    row = {"id": 1, "total": 144, **changes}
    assert invoice_from(row, currency="USD").status is status


def test_a_customer_is_read_and_a_lead_is_none() -> None:
    row = wire_json(SLUG, "customer.json")
    found = customer_from(row)
    assert (found.id, found.name, found.code) == ("58", "Acme Ltd", "CRM-42")
    assert (found.address.city, found.phone) == ("Leeds", "0113 496 0000")
    assert is_customer(row) and not is_customer(wire_json(SLUG, "lead.json"))


def test_the_beginning_of_a_number_tells_an_account_s_type() -> None:
    rows = wire_json(SLUG, "accounts.json")
    found = [account_from(row, income=["4"], expense=["5", "6"]) for row in rows[1:]]
    assert [(each.code, each.type) for each in found] == [
        ("4000", AccountType.INCOME),
        ("5000", AccountType.EXPENSE),
        ("1200", AccountType.OTHER),
    ]


def test_an_item_carries_its_account() -> None:
    [row] = wire_json(SLUG, "items.json")
    found = item_from(row)
    assert (found.id, found.code, found.income_account_id) == ("7", "LABOUR", "11")
