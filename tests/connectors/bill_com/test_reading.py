"""BILL's own shapes, as our records."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.bill_com.masters import (
    Usual,
    account_from,
    organisation_from,
    party_from,
    tax_code_from,
)
from connectors.bill_com.reading import document_from, payout_from, receipt_from
from connectors.records import (
    AccountType,
    Address,
    Allocation,
    DocumentKind,
    PartyRole,
    RemoteDocument,
    RemoteStatus,
)
from tests.connectors.examples import wire_json

D = Decimal
INVOICE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
BILL = DocumentKind.SUPPLIER_INVOICE


def read(kind: DocumentKind, sample: str, **changes: Any) -> RemoteDocument:
    entity = wire_json("bill_com", f"{sample}.json") | changes
    return document_from(kind, entity, home="USD")


def test_the_vendors_invoice_is_read() -> None:
    found = read(INVOICE, "invoice")
    assert (found.id, found.number, found.party_id) == (
        "00e02DTFJUMHHRGKh6zx",
        "INV-2026-0042",
        "0cu01ABCDEFGHIJKLMNO",
    )
    assert (found.gross, found.net, found.tax, found.balance) == (
        D("269.99"),
        D("249.99"),
        D("20.00"),
        D("169.99"),
    )
    assert (found.status, found.currency) == (RemoteStatus.PART_PAID, "USD")
    assert [row.net for row in found.lines] == [D("200.00"), D("49.99")]
    assert found.lines[1].item_id == "0ii01ABCDEFGHIJKL007"
    assert found.version == "2026-11-21T08:15:30.127+00:00"


def test_the_vendors_credit_memo_is_read() -> None:
    found = read(CREDIT, "credit_memo")
    assert (found.number, found.reference) == ("CN-7", "FinSync-0a1b2c3d4e5f60718293")
    assert (found.gross, found.balance) == (D("49.99"), D("29.99"))
    assert found.status is RemoteStatus.PART_PAID


def test_the_vendors_bill_is_read() -> None:
    found = read(BILL, "bill")
    assert (found.number, found.date) == ("SUP-77", date(2026, 11, 10))
    assert (found.gross, found.net, found.tax) == (D("37.50"), None, None)
    assert (found.status, found.balance) == (RemoteStatus.OPEN, D("37.50"))
    assert found.reference == "FinSync-9f8e7d6c5b4a39281706"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "OPEN"}, RemoteStatus.OPEN),
        ({"status": "SCHEDULED"}, RemoteStatus.OPEN),
        ({"status": "PAID_IN_FULL"}, RemoteStatus.PAID),
        ({"status": "UNDEFINED"}, RemoteStatus.UNKNOWN),
        ({"status": "OPEN", "archived": True}, RemoteStatus.VOID),
        ({"status": "OPEN", "recordStatus": "INACTIVE"}, RemoteStatus.VOID),
        ({"recordStatus": "DRAFT"}, RemoteStatus.DRAFT),
    ],
)
def test_an_invoices_words(changes: dict[str, Any], status: RemoteStatus) -> None:
    assert read(INVOICE, "invoice", **changes).status is status


@pytest.mark.parametrize(
    ("changes", "status", "balance"),
    [
        ({"dueAmount": 0, "paymentStatus": "UNPAID"}, RemoteStatus.PAID, D(0)),
        ({"dueAmount": D("7.50")}, RemoteStatus.PART_PAID, D("7.50")),
        ({"dueAmount": None, "paymentStatus": "Paid"}, RemoteStatus.PAID, None),
        (
            {"dueAmount": None, "paymentStatus": "PARTIALLY_PAID"},
            RemoteStatus.PART_PAID,
            None,
        ),
        ({"dueAmount": None, "paymentStatus": "PARTIAL"}, RemoteStatus.PART_PAID, None),
        (
            {"dueAmount": None, "paymentStatus": "IN_PROCESS"},
            RemoteStatus.UNKNOWN,
            None,
        ),
        ({"archived": True}, RemoteStatus.VOID, D(0)),
    ],
)
def test_what_is_due_decides_about_a_bill(
    changes: dict[str, Any], status: RemoteStatus, balance: Decimal | None
) -> None:
    found = read(BILL, "bill", **changes)
    assert (found.status, found.balance) == (status, balance)


def test_a_missing_balance_is_not_nothing() -> None:
    assert read(INVOICE, "invoice", dueAmount=None).balance is None
    assert read(CREDIT, "credit_memo", appliedAmount=None).balance is None


def test_a_named_tax_without_amount_is_not_known() -> None:
    assert read(INVOICE, "invoice", salesTaxTotal=None).tax is None
    without = read(INVOICE, "invoice", salesTaxTotal=None, salesTaxItemId=None)
    assert (without.tax, without.net) == (D(0), D("269.99"))


def test_a_rate_tells_of_another_currency() -> None:
    assert read(INVOICE, "invoice", exchangeRate=D("1.08")).currency == ""


def test_a_receipt_is_read() -> None:
    [entity] = wire_json("bill_com", "receipts.json")["results"]
    found = receipt_from(entity, home="USD")
    assert (found.amount, found.reference) == (D("120.00"), "PAY-77")
    assert found.allocations == (
        Allocation(
            document_id="00e02DTFJUMHHRGKh6zx", kind=INVOICE, amount=D("100.00")
        ),
    )
    assert not found.deleted


def test_a_voided_payment_is_gone() -> None:
    found = payout_from(wire_json("bill_com", "payout.json"), home="USD")
    assert found.deleted and found.method == "OFFLINE"
    assert [paid.amount for paid in found.allocations] == [D("70.00"), D("30.00")]


def test_what_only_stands_in_is_left_out() -> None:
    address = Address(street="1 Main", city="San Jose")
    usual = Usual(email="nobody@finsync.example", address=address)
    entity = {
        "id": "009",
        "name": "Spares",
        "email": "nobody@finsync.example",
        "address": {"line1": "1 Main", "city": "San Jose", "country": "US"},
    }
    found = party_from(PartyRole.SUPPLIER, entity, usual)
    assert (found.email, found.address) == ("", Address())


def test_accounts_taxes_and_the_organisation() -> None:
    account = account_from(
        {"id": "0ca1", "name": "Sales", "account": {"type": "INCOME", "number": "4000"}}
    )
    assert (account.code, account.type) == ("4000", AccountType.INCOME)
    tax = tax_code_from({"id": "0ii9", "name": "County", "percentage": D("8.25")})
    assert (tax.rate, tax.active) == (D("8.25"), True)
    nameless = organisation_from({"id": "00801"}, home="USD")
    assert (nameless.name, nameless.home_currency) == ("00801", "USD")
