from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.records import (
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
)
from connectors.xero.masters import account_from, organisation_from, tax_code_from
from connectors.xero.reading import document_from, document_status, payments_from
from tests.connectors.examples import wire_json

D = Decimal


def invoice(**changes: Any) -> dict[str, Any]:
    [row] = wire_json("xero", "invoice_created.json")["Invoices"]
    return {**row, **changes}


def test_an_invoice_is_read_whole() -> None:
    found = document_from(invoice())
    assert (found.kind, found.number) == (DocumentKind.SALES_INVOICE, "INV-1042")
    assert (found.net, found.tax, found.gross) == (D("135.50"), D("27.10"), D("162.60"))
    assert (found.date, found.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert (found.reference, found.sent, found.status) == (
        "FS-77",
        True,
        RemoteStatus.OPEN,
    )
    assert found.version == "1793610000123"
    assert found.changed_at == datetime(2026, 11, 2, 9, 0, 0, 123000, tzinfo=UTC)
    assert [(x.net, x.tax, x.account_id) for x in found.lines] == [
        (D("120.00"), D("24.00"), "200"),
        (D("15.50"), D("3.10"), "200"),
    ]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Status": "DRAFT"}, RemoteStatus.DRAFT),
        ({"Status": "SUBMITTED"}, RemoteStatus.DRAFT),
        ({"Status": "VOIDED", "AmountDue": D(0)}, RemoteStatus.VOID),
        ({"Status": "DELETED"}, RemoteStatus.DELETED),
        ({"Status": "PAID", "AmountDue": D(0)}, RemoteStatus.PAID),
        ({"AmountDue": D("62.60")}, RemoteStatus.PART_PAID),
        ({"AmountDue": D(0)}, RemoteStatus.PAID),
        ({"AmountDue": None}, RemoteStatus.UNKNOWN),
        ({"AmountDue": None, "RemainingCredit": D("162.60")}, RemoteStatus.OPEN),
        ({"Status": "NEWWORD"}, RemoteStatus.UNKNOWN),
    ],
)
def test_the_status_follows_word_and_amounts(
    changes: Any, status: RemoteStatus
) -> None:
    assert document_status(invoice(**changes)) is status


def test_amounts_with_tax_inside_are_taken_apart() -> None:
    line = {"LineAmount": D("120.00"), "TaxAmount": D("20.00")}
    found = document_from(invoice(LineAmountTypes="Inclusive", LineItems=[line]))
    assert [x.net for x in found.lines] == [D("100.00")]


@pytest.mark.parametrize(
    ("url", "reference"),
    [
        ("https://crm.example/d/FS-77", "FS-77"),
        ("https://other.example/FS-77", ""),
        (None, ""),
    ],
)
def test_a_bill_is_known_by_its_link(url: str | None, reference: str) -> None:
    bill = invoice(Type="ACCPAY", Url=url)
    found = document_from(bill, link_base="https://crm.example/d/")
    assert (found.kind, found.reference, found.sent) == (
        DocumentKind.SUPPLIER_INVOICE,
        reference,
        None,
    )


def test_the_members_of_a_batch_come_back_as_one_payment() -> None:
    [found] = payments_from(wire_json("xero", "payments.json")["Payments"])
    assert found.id == "8be2ceb5-3f3f-4f7c-8a3e-9c1f6c1e6a10"
    assert (found.amount, found.direction) == (D("100.00"), PaymentDirection.RECEIVED)
    assert [each.amount for each in found.allocations] == [D("60.00"), D("40.00")]
    assert found.date == date(2026, 11, 5)


def test_a_deleted_payment_settles_nothing() -> None:
    rows = wire_json("xero", "payments.json")["Payments"][:1]
    [found] = payments_from({**row, "Status": "DELETED"} for row in rows)
    assert found.deleted and not found.allocations


def test_the_later_lock_date_is_the_last_locked_day() -> None:
    [row] = wire_json("xero", "organisation.json")["Organisations"]
    found = organisation_from("tenant-1", row, [{"Code": "EUR"}])
    assert (found.id, found.name) == ("tenant-1", "Tap & Sons")
    assert found.locked_before == date(2026, 10, 1)
    assert found.currencies == {"GBP", "EUR"}


def test_accounts_are_named_by_code_and_banks_by_id() -> None:
    row = {"AccountID": "a-1", "Code": "090", "Name": "Bank", "Type": "BANK"}
    assert (account_from(row).id, account_from(row, by_id=True).id) == ("090", "a-1")
    assert account_from({**row, "Code": ""}).id == "a-1"


def test_tax_types_tell_their_side() -> None:
    row = {
        "TaxType": "INPUT2",
        "Name": "20% (VAT on Expenses)",
        "EffectiveRate": D("20.0"),
        "Status": "ACTIVE",
        "CanApplyToRevenue": False,
        "CanApplyToExpenses": True,
    }
    found = tax_code_from(row)
    assert (found.sales, found.purchases, found.rate) == (False, True, D(20))
