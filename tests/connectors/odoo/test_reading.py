from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.odoo.masters import account_from, organisation_from, tax_from
from connectors.odoo.reading import amount, document_from, payment_from
from connectors.records import (
    AccountType,
    Allocation,
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
)
from tests.connectors.examples import wire_json

D = Decimal


def invoice(**changes: Any) -> dict[str, Any]:
    return {**wire_json("odoo", "invoice_posted.json"), **changes}


def payment(**changes: Any) -> dict[str, Any]:
    return {**wire_json("odoo", "payment.json"), **changes}


def test_an_invoice_is_read_whole() -> None:
    found = document_from(invoice())
    assert (found.kind, found.id) == (DocumentKind.SALES_INVOICE, "31")
    assert (found.number, found.reference) == ("INV/2026/00007", "FS-77")
    assert (found.party_id, found.party_name) == ("7", "Acme Ltd")
    assert (found.date, found.due_date) == (date(2026, 11, 20), date(2026, 12, 4))
    assert (found.net, found.tax, found.gross) == (D("249.99"), D(50), D("299.99"))
    assert (found.currency, found.balance) == ("GBP", D(130))
    assert found.changed_at == datetime(2026, 11, 22, 2, 59, 15, tzinfo=UTC)
    assert found.sent is False


@pytest.mark.parametrize(
    ("state", "payment_state", "status"),
    [
        ("draft", "not_paid", RemoteStatus.DRAFT),
        ("cancel", "not_paid", RemoteStatus.VOID),
        ("posted", "not_paid", RemoteStatus.OPEN),
        ("posted", "blocked", RemoteStatus.OPEN),
        ("posted", "partial", RemoteStatus.PART_PAID),
        ("posted", "in_payment", RemoteStatus.PAID),
        ("posted", "paid", RemoteStatus.PAID),
        ("posted", "reversed", RemoteStatus.PAID),
        ("posted", "invoicing_legacy", RemoteStatus.UNKNOWN),
    ],
)
def test_states_are_translated(
    state: str, payment_state: str, status: RemoteStatus
) -> None:
    row = invoice(state=state, payment_state=payment_state)
    assert document_from(row).status is status


@pytest.mark.parametrize("name", [False, "/"])
def test_a_draft_has_no_number(name: Any) -> None:
    assert document_from(invoice(name=name)).number == ""


def test_what_a_person_typed_is_known_by_its_reference() -> None:
    row = invoice(invoice_origin=False)
    assert document_from(row).reference == "INV-1042"


def test_lines_of_text_are_left_out() -> None:
    priced = {"name": "Call-out", "display_type": "product", "price_subtotal": 10.0}
    note = {"name": "Thank you", "display_type": "line_note"}
    [line] = document_from(invoice(), lines=[note, priced]).lines
    assert (line.text, line.net) == ("Call-out", D(10))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Decimal("37.50000000000001"), D("37.50")),
        (250, D("250.00")),
        (False, D("0.00")),
        (Decimal("1.0005"), D("1.0005")),
    ],
)
def test_noise_of_floats_is_dropped(told: object, expected: Decimal) -> None:
    assert amount(told) == expected


def settled(*totals: str) -> dict[int, dict[str, Any]]:
    return {
        20 + n: {"id": 20 + n, "move_type": "out_invoice", "amount_total": D(total)}
        for n, total in enumerate(totals)
    }


def test_a_payment_is_read_with_what_it_settles() -> None:
    found = payment_from(payment(), settled("287.49"))
    assert found.direction is PaymentDirection.RECEIVED
    assert (found.amount, found.reference) == (D(100), "PAY-77")
    assert found.bank_account_id == "6"
    assert found.allocations == (
        Allocation(document_id="20", kind=DocumentKind.SALES_INVOICE, amount=D(100)),
    )


@pytest.mark.parametrize(
    ("totals", "amounts"),
    [(("60", "40"), [D(60), D(40)]), (("60", "80"), [])],
)
def test_several_documents_are_told_where_amounts_are_certain(
    totals: tuple[str, ...], amounts: list[Decimal]
) -> None:
    row = payment(reconciled_invoice_ids=[20, 21])
    found = payment_from(row, settled(*totals))
    assert [each.amount for each in found.allocations] == amounts


@pytest.mark.parametrize("state", ["canceled", "cancel", "rejected"])
def test_a_cancelled_payment_counts_as_deleted(state: str) -> None:
    assert payment_from(payment(state=state), {}).deleted


def test_a_version_before_18_tells_its_memo_as_ref() -> None:
    row = payment()
    row["ref"] = row.pop("memo")
    assert payment_from(row, {}).reference == "PAY-77"


def test_accounts_are_told_by_code_and_type() -> None:
    row = {"id": 27, "code": "400000", "name": "Sales", "account_type": "income"}
    found = account_from(row | {"deprecated": False})
    assert (found.id, found.code, found.type) == ("27", "400000", AccountType.INCOME)
    assert not account_from(row | {"deprecated": True}).active
    assert not account_from(row | {"active": False}).active


def test_a_tax_that_is_no_percentage_has_no_rate() -> None:
    row = {"id": 1, "name": "Eco", "amount": 2, "amount_type": "fixed"}
    assert tax_from(row | {"type_tax_use": "sale"}).rate is None


def test_the_last_locked_day_is_counted_in() -> None:
    row = {
        "id": 1,
        "name": "Acme",
        "currency_id": [143, "GBP"],
        "fiscalyear_lock_date": "2026-03-31",
        "hard_lock_date": False,
        "sale_lock_date": "2026-04-30",
    }
    found = organisation_from(row, frozenset({"GBP"}))
    assert found.locked_before == date(2026, 5, 1)
