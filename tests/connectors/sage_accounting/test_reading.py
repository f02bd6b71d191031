from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import AccountType, DocumentKind, RemoteStatus
from connectors.sage_accounting.masters import account_from, organisation_from
from connectors.sage_accounting.reading import (
    document_from,
    document_status,
    payment_from,
)
from tests.connectors.examples import wire_json

D = Decimal
SLUG = "sage_accounting"


def invoice(**changes: Any) -> dict[str, Any]:
    return {**wire_json(SLUG, "invoice_created.json"), **changes}


def test_an_invoice_is_read_whole() -> None:
    found = document_from(DocumentKind.SALES_INVOICE, invoice())
    assert (found.number, found.reference) == ("SI-12", "INV-1042")
    assert (found.net, found.tax, found.gross) == (D("135.5"), D("27.1"), D("162.6"))
    assert (found.balance, found.sent) == (D("162.6"), True)
    assert (found.date, found.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert found.changed_at == datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)
    assert [(x.net, x.account_id, x.tax_code_id) for x in found.lines] == [
        (D("120.0"), "5f0d4000", "GB_STANDARD"),
        (D("15.5"), "5f0d4000", "GB_STANDARD"),
    ]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("DRAFT", RemoteStatus.DRAFT),
        ("PRO_FORMA", RemoteStatus.DRAFT),
        ("UNPAID", RemoteStatus.OPEN),
        ("PART_PAID", RemoteStatus.PART_PAID),
        ("PAID", RemoteStatus.PAID),
        ("VOID", RemoteStatus.VOID),
        ("NEW_WORD", RemoteStatus.UNKNOWN),
    ],
)
def test_sages_words_are_ours(word: str, status: RemoteStatus) -> None:
    assert document_status(invoice(status={"id": word})) is status


def test_a_deleted_document_says_so() -> None:
    gone = invoice(deleted_at="2026-11-03T09:00:00Z")
    assert document_status(gone) is RemoteStatus.DELETED


def test_the_number_of_a_bill_is_the_suppliers() -> None:
    bill = invoice(vendor_reference="SUP-88", reference="FS-77", sent=None)
    found = document_from(DocumentKind.SUPPLIER_INVOICE, bill)
    assert (found.number, found.reference, found.sent) == ("SUP-88", "FS-77", None)


def test_payments_are_read_by_type() -> None:
    rows = wire_json(SLUG, "payments.json")["$items"]
    received, gone, other = map(payment_from, rows)
    assert received is not None and gone is not None and other is None
    assert [(a.document_id, a.amount) for a in received.allocations] == [
        ("722548", D("90.0"))
    ]
    assert (received.amount, received.bank_account_id) == (D("100.0"), "b1")
    assert gone.deleted


def test_the_lockdown_day_is_the_last_locked_day() -> None:
    business = {"id": "b1", "name": "Tap & Sons", "country": {"id": "GB"}}
    found = organisation_from(business, wire_json(SLUG, "financial_settings.json"))
    assert (found.locked_before, found.home_currency) == (date(2026, 4, 1), "GBP")
    assert found.currencies == {"GBP"}


@pytest.mark.parametrize(
    ("changes", "type"),
    [
        ({"ledger_account_type": {"id": "SALES"}}, AccountType.INCOME),
        ({"ledger_account_type": {"id": "OVERHEADS"}}, AccountType.EXPENSE),
        ({"ledger_account_type": {"id": "NEW"}}, AccountType.OTHER),
        ({"visible_in_sales": True}, AccountType.INCOME),
        ({"visible_in_expenses": True}, AccountType.EXPENSE),
        (
            {"is_control_account": True, "control_name": "TRADE_DEBTORS"},
            AccountType.RECEIVABLE,
        ),
        (
            {"is_control_account": True, "control_name": "Trade creditors"},
            AccountType.PAYABLE,
        ),
    ],
)
def test_accounts_are_sorted_by_what_sage_tells(
    changes: Any, type: AccountType
) -> None:
    account = account_from({"id": "a", "nominal_code": 4000, **changes})
    assert (account.type, account.code) == (type, "4000")
