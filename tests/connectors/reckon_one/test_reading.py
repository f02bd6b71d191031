from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.reckon_one.bills import bill_from
from connectors.reckon_one.masters import (
    account_from,
    currency_of,
    organisation_from,
    party_from,
    tax_from,
)
from connectors.reckon_one.reading import document_from, payment_from
from connectors.records import (
    AccountType,
    Address,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from tests.connectors.examples import wire_json

D = Decimal
SLUG = "reckon_one"
SALE = DocumentKind.SALES_INVOICE


def test_an_invoice_is_read_whole() -> None:
    found = document_from(SALE, wire_json(SLUG, "invoice.json"), currency="AUD")
    assert (found.number, found.reference) == ("INV0047", "INV-1042")
    assert (found.status, found.sent) == (RemoteStatus.PART_PAID, False)
    assert (found.net, found.tax, found.gross) == (D(124), D("12.40"), D("136.40"))
    assert (found.date, found.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert (found.currency, found.balance) == ("AUD", D(100))
    assert found.party_name == "Harbour Café Ltd"
    assert [(x.text, x.net, x.tax) for x in found.lines] == [
        ("Annual service", D(95), D("9.50")),
        ("Valve", D(29), D("2.90")),
    ]
    assert found.lines[1].item_id and not found.lines[1].account_id


@pytest.mark.parametrize(
    ("word", "total", "left", "status"),
    [
        ("Draft", "10", "10", RemoteStatus.DRAFT),
        ("Approved", "10", "10", RemoteStatus.OPEN),
        ("Approved", "10", "4", RemoteStatus.PART_PAID),
        ("Approved", "10", "0", RemoteStatus.PAID),
        ("Approved", "0", "0", RemoteStatus.PAID),
        ("Paid", "10", "0", RemoteStatus.PAID),
        ("Closed", "10", "0", RemoteStatus.PAID),
        ("Dreamt", "10", "0", RemoteStatus.UNKNOWN),
    ],
)
def test_what_lies_between_is_told_by_the_balance(
    word: str, total: str, left: str, status: RemoteStatus
) -> None:
    node: dict[str, Any] = {
        "id": "1",
        "status": word,
        "totalAmount": D(total),
        "balance": D(left),
    }
    assert document_from(SALE, node, currency="AUD").status is status


def test_prices_with_tax_inside_are_read_without() -> None:
    node = wire_json(SLUG, "invoice.json") | {"amountTaxStatus": "Inclusive"}
    found = document_from(SALE, node, currency="AUD")
    assert [x.net for x in found.lines] == [D("85.50"), D("26.10")]


def test_a_receipt_tells_what_it_settles() -> None:
    [node] = wire_json(SLUG, "receipts.json")["list"]
    found = payment_from(PaymentDirection.RECEIVED, node, currency="AUD")
    assert (found.amount, found.date) == (D(50), date(2026, 11, 10))
    assert (found.reference, found.method) == ("5512", "EFT")
    [settled] = found.allocations
    assert (settled.kind, settled.amount) == (SALE, D("36.40"))


def test_a_bill_of_the_older_api_is_read() -> None:
    [node] = wire_json(SLUG, "bills_v1.json")
    found = bill_from(node, currency="AUD")
    assert (found.number, found.reference) == ("BIL0112", "S-889")
    assert (found.status, found.gross) == (RemoteStatus.OPEN, D("74.4"))
    assert (found.date, found.net) == (date(2026, 11, 3), None)


def test_a_customer_is_read_by_the_types_of_its_parts() -> None:
    node = wire_json(SLUG, "customer.json")
    found = party_from(PartyRole.CUSTOMER, node, currency="AUD")
    assert found.email == "books@harbour.example"
    assert (found.phone, found.tax_number) == ("61 02 90101234", "0218001234")
    assert found.address == Address(
        street="100 Pacific Highway",
        city="North Sydney",
        region="NSW",
        postcode="2060",
        country="Australia",
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Income_Other", AccountType.INCOME),
        ("Expense_CostOfGoodsSold", AccountType.EXPENSE),
        ("CurrentAsset_Bank", AccountType.BANK),
        ("CurrentLiability_AccountsPayable", AccountType.PAYABLE),
        ("NonCurrentAsset_Other", AccountType.OTHER),
    ],
)
def test_accounts_have_types(word: str, kind: AccountType) -> None:
    node = {"id": "1", "fullName": "Sales:Service", "accountType": word}
    found = account_from(node)
    assert (found.type, found.name) == (kind, "Sales:Service")


def test_a_tax_says_where_it_may_stand() -> None:
    node = {
        "id": "1",
        "name": "NCG",
        "rate": D(10),
        "useOnSales": False,
        "status": "Active",
    }
    found = tax_from(node)
    assert (found.rate, found.sales, found.purchases) == (D(10), False, True)


@pytest.mark.parametrize(
    ("country", "code"), [("Australia", "AUD"), ("UK", "GBP"), ("France", "")]
)
def test_the_country_tells_the_currency(country: str, code: str) -> None:
    assert currency_of({"country": country}) == code


def test_the_day_after_the_lock_off_is_open() -> None:
    settings = {"bookName": "Our book", "lockOffDate": "2026-06-30T00:00:00Z"}
    found = organisation_from({"id": "1"}, settings, currency="AUD")
    assert (found.name, found.locked_before) == ("Our book", date(2026, 7, 1))
