from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting_links.actions import check_up
from accounting_links.check_up import standing
from accounting_links.check_up.steps import Step
from accounting_links.models import Connection, RecordType
from connectors.errors import PlatformDown, Rejected
from connectors.records import (
    DocumentKind,
    LedgerAccount,
    RemoteDocument,
    RemoteStatus,
)
from tests.accounting_links.check_up.conftest import Install
from tests.accounting_links.fake_connector import Books

pytestmark = pytest.mark.django_db


def read(connection: Connection) -> dict[str, Step]:
    return {each.name: each for each in check_up.read(connection, actor=None)}


def invoice(**changes: Any) -> RemoteDocument:
    base = RemoteDocument(
        kind=DocumentKind.SALES_INVOICE,
        id="D1",
        number="INV-1",
        status=RemoteStatus.OPEN,
        date=date(2026, 11, 2),
        currency="GBP",
        gross=Decimal(12),
    )
    return replace(base, **changes)


def test_each_list_is_looked_at(connection: Connection) -> None:
    found = read(connection)
    assert list(found) == [
        *("Company", "Customers", "Suppliers", "Accounts", "Taxes", "Bank accounts"),
        *("Credit notes", "Sales invoices", "Supplier invoices", "Payments"),
    ]
    assert all(step.passed for step in found.values()), found
    assert found["Company"].sentence == "Company ORG (GBP)."
    assert found["Customers"].sentence == "1, the first is Acme Ltd (customer-1)."
    assert found["Accounts"].sentence == "2: 1 income, 1 expense."


def test_what_was_seen_stands_in_the_history(connection: Connection) -> None:
    read(connection)
    kept = standing.of(connection)
    assert kept.reads_passed and kept.read is not None
    assert kept.read.sentence.startswith("Thin was read for a check-up: 10 looks")


def test_what_was_read_can_be_chosen_from(connection: Connection) -> None:
    read(connection)
    kept = connection.remote_records
    assert kept.filter(type=RecordType.CUSTOMER).get().name == "Acme Ltd"
    assert kept.filter(type=RecordType.TAX_CODE).count() == 3


def test_a_document_is_shown_to_be_compared(
    connection: Connection, books: Books
) -> None:
    books.documents["D1"] = invoice()
    said = read(connection)["Sales invoices"].sentence
    assert said == "1, the first is INV-1 of 02 Nov 2026, 12.00 GBP, open."


@pytest.mark.parametrize(
    "changes", [{"number": ""}, {"date": None}, {"status": RemoteStatus.UNKNOWN}]
)
def test_a_field_that_is_not_read_fails(
    connection: Connection, books: Books, changes: Any
) -> None:
    books.documents["D1"] = invoice(**changes)
    step = read(connection)["Sales invoices"]
    assert not step.passed
    assert "1 came without a number" in step.sentence


def test_nothing_there_passes_with_a_word_of_doubt(connection: Connection) -> None:
    step = read(connection)["Sales invoices"]
    assert step.passed and "the path may be another" in step.sentence


def test_accounts_of_no_known_type_fail(
    connection: Connection, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = install()
    rows = (LedgerAccount(id="1", name="Sales"),)
    monkeypatch.setattr(kind, "ledger_accounts", lambda self: iter(rows))
    step = read(connection)["Accounts"]
    assert not step.passed
    assert step.sentence == "1: 1 other. None counts as income or expense."


def test_what_is_refused_fails_and_the_rest_is_asked(
    connection: Connection, books: Books
) -> None:
    books.before["list_parties"] = [Rejected("No such path.")]
    found = read(connection)
    assert found["Customers"].sentence == "No such path."
    assert not found["Customers"].passed
    assert found["Suppliers"].passed and found["Payments"].passed


def test_a_platform_that_is_down_is_not_asked_further(
    connection: Connection, books: Books
) -> None:
    books.before["list_parties"] = [PlatformDown("It does not answer.")]
    found = read(connection)
    assert found["Company"].passed
    assert not found["Suppliers"].passed
    assert found["Payments"].sentence == "Not asked, after the failure above."
    assert not books.asked["list_documents"]


def test_another_company_is_noticed(connection: Connection, books: Books) -> None:
    books.organisation_id = "OTHER"
    step = read(connection)["Company"]
    assert not step.passed and "not the company of this connection" in step.sentence


def test_only_what_is_declared_is_asked(
    connection: Connection, install: Install
) -> None:
    install(
        kinds=frozenset({DocumentKind.SALES_INVOICE}),
        payments=frozenset(),
        nominal_codes=False,
    )
    assert list(read(connection)) == ["Company", "Customers", "Taxes", "Sales invoices"]
