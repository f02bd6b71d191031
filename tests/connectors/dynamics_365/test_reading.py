from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.dynamics_365.masters import (
    account_from,
    item_from,
    organisation_from,
    party_from,
    tax_from,
)
from connectors.dynamics_365.reading import document_from, is_corrective, page_of
from connectors.records import (
    AccountType,
    Address,
    DocumentKind,
    PartyRole,
    RemoteStatus,
)
from tests.connectors.examples import D, wire_json

SLUG = "dynamics_365"
SALE = DocumentKind.SALES_INVOICE
CREDIT = DocumentKind.CREDIT_NOTE
BILL = DocumentKind.SUPPLIER_INVOICE


def test_a_draft_is_a_draft() -> None:
    found = document_from(SALE, wire_json(SLUG, "invoice_created.json"))
    assert (found.status, found.number) == (RemoteStatus.DRAFT, "1004")
    assert (found.reference, found.party_id) == ("INV-2041", "10000")
    assert found.changed_at == datetime(2026, 11, 20, 10, 15, 0, 130_000, UTC)
    assert found.version == 'W/"JzQ0O0M1dHh3Tz0n"'


def test_a_posted_invoice_has_the_same_id_and_another_number() -> None:
    draft = document_from(SALE, wire_json(SLUG, "invoice_created.json"))
    found = document_from(SALE, wire_json(SLUG, "invoice_posted.json"))
    assert found.id == draft.id and found.number == "PS-INV103001"
    assert (found.net, found.tax, found.gross) == (D("239.99"), D(48), D("287.99"))
    assert found.balance == D("187.99")
    assert found.status is RemoteStatus.PART_PAID


def test_lines_of_text_are_no_lines_of_ours() -> None:
    found = document_from(SALE, wire_json(SLUG, "invoice_posted.json"))
    told = [(line.net, line.account_id, line.item_id) for line in found.lines]
    assert told == [(D(150), "40100", ""), (D("89.99"), "", "1000")]
    assert found.lines[0].tax == D(30)


def test_what_takes_another_back_is_known() -> None:
    row = wire_json(SLUG, "credit_memo.json")
    assert is_corrective(row)
    found = document_from(CREDIT, row)
    assert (found.status, found.due_date) == (RemoteStatus.VOID, None)


def test_an_open_bill_does_not_say_what_is_left() -> None:
    found = document_from(BILL, wire_json(SLUG, "bill.json"))
    assert (found.status, found.balance) == (RemoteStatus.OPEN, None)
    assert (found.number, found.reference) == ("108001", "SUP-88")


@pytest.mark.parametrize(
    ("word", "left", "status", "balance"),
    [
        (" ", 0, RemoteStatus.DRAFT, D(120)),
        ("_x0020_", 0, RemoteStatus.DRAFT, D(120)),
        ("In_x0020_Review", 0, RemoteStatus.DRAFT, D(120)),
        ("Open", 120, RemoteStatus.OPEN, D(120)),
        ("Open", 1, RemoteStatus.PART_PAID, D(1)),
        ("Paid", 0, RemoteStatus.PAID, D(0)),
        ("Canceled", 0, RemoteStatus.VOID, D(0)),
        ("Novel", 5, RemoteStatus.UNKNOWN, D(5)),
    ],
)
def test_words_of_status(
    word: str, left: int, status: RemoteStatus, balance: object
) -> None:
    row = wire_json(SLUG, "bill.json") | {"status": word, "remainingAmount": left}
    found = document_from(SALE, row)
    assert (found.status, found.balance) == (status, balance)


@pytest.mark.parametrize(
    ("name", "page"), [("invoice_created.json", 43), ("invoice_posted.json", 132)]
)
def test_drafts_and_posted_invoices_have_pages_of_their_own(
    name: str, page: int
) -> None:
    assert page_of(document_from(SALE, wire_json(SLUG, name))) == page


def test_a_customer_is_known_by_number() -> None:
    found = party_from(PartyRole.CUSTOMER, wire_json(SLUG, "customer.json"))
    assert (found.id, found.name, found.active) == ("10000", "Acme Ltd", True)
    assert found.address == Address(
        street="1 Quay", city="Bristol", postcode="BS1 1AA", country="GB"
    )


@pytest.mark.parametrize(
    ("blocked", "active"),
    [(" ", True), ("_x0020_", True), ("Ship", True), ("Invoice", False)],
)
def test_who_may_not_be_invoiced_is_not_active(blocked: str, active: bool) -> None:
    row = wire_json(SLUG, "customer.json") | {"blocked": blocked}
    assert party_from(PartyRole.CUSTOMER, row).active is active


@pytest.mark.parametrize(
    ("category", "sub", "kind"),
    [
        ("Income", "", AccountType.INCOME),
        ("Expense", "", AccountType.EXPENSE),
        ("Cost_x0020_of_x0020_Goods_x0020_Sold", "", AccountType.EXPENSE),
        ("Assets", "Cash", AccountType.BANK),
        ("Assets", "", AccountType.OTHER),
        ("", "", AccountType.OTHER),
    ],
)
def test_accounts_have_the_type_of_their_category(
    category: str, sub: str, kind: AccountType
) -> None:
    row = {"number": "40100", "category": category, "subCategory": sub}
    assert account_from(row).type is kind


def test_a_tax_has_the_rate_that_was_entered() -> None:
    row = {"code": "STANDARD", "displayName": "Standard"}
    assert tax_from(row, {"STANDARD": D(20)}).rate == D(20)
    assert tax_from(row, {}).rate is None


def test_an_item_is_known_by_number() -> None:
    row = {"number": "1000", "displayName": "Screen", "blocked": False}
    assert (item_from(row).id, item_from(row).active) == ("1000", True)


@pytest.mark.parametrize(
    ("setup", "day"),
    [
        ({}, None),
        ({"allowPostingFrom": "0001-01-01"}, None),
        ({"allowPostingFrom": "2026-11-01"}, date(2026, 11, 1)),
    ],
)
def test_the_first_open_day_is_that_of_the_setup(
    setup: dict[str, Any], day: date | None
) -> None:
    company = {"displayName": "Repairs Ltd", "currencyCode": "GBP", "country": "GB"}
    found = organisation_from("b123", company, [{"code": "EUR"}], setup)
    assert (found.name, found.home_currency) == ("Repairs Ltd", "GBP")
    assert found.currencies == {"EUR", "GBP"}
    assert found.locked_before == day
