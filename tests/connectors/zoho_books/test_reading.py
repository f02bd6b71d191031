from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import (
    AccountType,
    Address,
    DocumentKind,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from connectors.zoho_books.masters import account_from, party_from, tax_from
from connectors.zoho_books.payments import payment_from
from connectors.zoho_books.reading import document_from, document_status
from tests.connectors.examples import wire_json

D = Decimal
SLUG = "zoho_books"


def test_an_invoice_is_read_whole() -> None:
    node = wire_json(SLUG, "invoice.json")["invoice"]
    found = document_from(DocumentKind.SALES_INVOICE, node, url="https://x")
    assert (found.id, found.number) == ("982000000567114", "INV-1042")
    assert found.reference == "FinSync-0a1b2c3d4e5f60718293"
    assert (found.status, found.sent) == (RemoteStatus.DRAFT, False)
    assert (found.net, found.tax, found.gross) == (D("124.0"), D("24.8"), D("148.8"))
    assert (found.date, found.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert (found.party_id, found.party_name) == (
        "982000000567001",
        "Harbour Café Ltd",
    )
    assert found.changed_at == datetime(2026, 11, 2, 9, 31, 4, tzinfo=UTC)
    told = [(x.text, x.net, x.quantity, x.account_id) for x in found.lines]
    assert told == [
        ("Boiler service", D(95), D(1), "982000000000388"),
        ("Valve, left-handed", D(29), D(2), "982000000000388"),
    ]


def test_a_credit_note_in_a_list_tells_no_tax() -> None:
    [node] = wire_json(SLUG, "creditnotes.json")["creditnotes"]
    found = document_from(DocumentKind.CREDIT_NOTE, node)
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D("7.4"))
    assert (found.net, found.tax, found.lines) == (None, None, ())


def test_a_bill_may_tell_its_tax_by_rates() -> None:
    node = wire_json(SLUG, "bill.json")["bill"]
    found = document_from(DocumentKind.SUPPLIER_INVOICE, node)
    assert (found.net, found.tax) == (D("62.0"), D("12.4"))
    assert (found.status, found.sent) == (RemoteStatus.PART_PAID, None)
    assert (found.currency, found.rate) == ("EUR", D("0.85"))
    assert found.party_name == "Appliance Spares Direct"


@pytest.mark.parametrize(
    ("word", "left", "status"),
    [
        ("draft", "10", RemoteStatus.DRAFT),
        ("pending_approval", "10", RemoteStatus.DRAFT),
        ("approved", "10", RemoteStatus.DRAFT),
        ("sent", "10", RemoteStatus.OPEN),
        ("viewed", "10", RemoteStatus.OPEN),
        ("overdue", "10", RemoteStatus.OPEN),
        ("overdue", "4", RemoteStatus.PART_PAID),
        ("partially_paid", "4", RemoteStatus.PART_PAID),
        ("paid", "0", RemoteStatus.PAID),
        ("closed", "0", RemoteStatus.PAID),
        ("void", "0", RemoteStatus.VOID),
        ("dreamt", "10", RemoteStatus.UNKNOWN),
    ],
)
def test_status_words(word: str, left: str, status: RemoteStatus) -> None:
    node: dict[str, Any] = {"status": word, "total": D(10), "balance": D(left)}
    assert document_status(node) is status


def test_a_payment_tells_what_it_settles() -> None:
    node = wire_json(SLUG, "customer_payment.json")["payment"]
    found = payment_from(PaymentDirection.RECEIVED, node)
    assert (found.amount, found.currency) == (D("200.0"), "GBP")
    assert (found.reference, found.method) == ("BACS 991", "banktransfer")
    assert found.bank_account_id == "982000000000361"
    [settled] = found.allocations
    assert (settled.document_id, settled.amount) == ("982000000567114", D("148.8"))


def test_a_contact_is_reached_by_its_primary_person() -> None:
    node = wire_json(SLUG, "contact.json")["contact"]
    found = party_from(PartyRole.CUSTOMER, node, tax_number_field="vat_reg_no")
    assert (found.email, found.phone) == ("bob@harbour.example", "0117 2")
    assert found.tax_number == "GB123456789"
    assert found.address == Address(
        street="1 Quay Street",
        city="Bristol",
        postcode="BS1 1AA",
        country="United Kingdom",
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("income", AccountType.INCOME),
        ("cost_of_goods_sold", AccountType.EXPENSE),
        ("cash", AccountType.BANK),
        ("accounts_receivable", AccountType.RECEIVABLE),
        ("stock", AccountType.OTHER),
    ],
)
def test_accounts_have_types(word: str, kind: AccountType) -> None:
    node = {"account_id": "1", "account_name": "x", "account_type": word}
    assert account_from(node).type is kind


def test_a_tax_has_its_rate() -> None:
    node = {"tax_id": "5", "tax_name": "VAT", "tax_percentage": D("17.5")}
    assert tax_from(node).rate == D("17.5")
