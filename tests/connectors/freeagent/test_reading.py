from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.freeagent.masters import (
    accounts_from,
    organisation_from,
    tax_codes_from,
)
from connectors.freeagent.reading import document_from, document_status, payment_from
from connectors.records import (
    AccountType,
    DocumentKind,
    PaymentDirection,
    RemoteStatus,
)
from tests.connectors.examples import wire_json

D = Decimal
SLUG = "freeagent"


def invoice(**changes: Any) -> dict[str, Any]:
    return {**wire_json(SLUG, "invoice_created.json")["invoice"], **changes}


def test_an_invoice_is_read_whole() -> None:
    found = document_from(DocumentKind.SALES_INVOICE, invoice())
    assert (found.id, found.number, found.party_id) == ("3", "INV-1042", "2")
    assert (found.net, found.tax, found.gross) == (D("135.5"), D("27.1"), D("162.6"))
    assert (found.status, found.sent) == (RemoteStatus.DRAFT, False)
    assert (found.date, found.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert found.changed_at == datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)
    assert [(x.net, x.account_id, x.tax_code_id) for x in found.lines] == [
        (D("120.00"), "001", "20.0"),
        (D("15.50"), "001", "20.0"),
    ]


def test_a_credit_note_stands_positive_with_us() -> None:
    row = wire_json(SLUG, "credit_note.json")["credit_note"]
    found = document_from(DocumentKind.CREDIT_NOTE, row)
    assert (found.net, found.tax, found.gross) == (D("100.0"), D("20.0"), D("120.0"))
    assert (found.balance, found.status) == (D("120.0"), RemoteStatus.OPEN)
    assert [line.net for line in found.lines] == [D("100.00")]


def test_a_bill_is_read_with_its_tax_taken_out() -> None:
    row = wire_json(SLUG, "bill.json")["bill"]
    found = document_from(DocumentKind.SUPPLIER_INVOICE, row)
    assert (found.number, found.gross, found.sent) == ("SUP-88", D("96.0"), None)
    assert (found.net, found.tax) == (D("80.0"), D("16.0"))
    assert [(x.net, x.tax) for x in found.lines] == [(D("80.0"), D("16.0"))]


def test_a_refund_of_a_supplier_stays_negative() -> None:
    row = wire_json(SLUG, "bill.json")["bill"]
    refund = {**row, "total_value": "-96.0", "due_value": "-96.0"}
    found = document_from(DocumentKind.SUPPLIER_INVOICE, refund)
    assert (found.gross, found.tax, found.net) == (D("-96.0"), D("-16.0"), D("-80.0"))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "Draft"}, RemoteStatus.DRAFT),
        ({"status": "Scheduled To Email"}, RemoteStatus.DRAFT),
        ({"status": "Open"}, RemoteStatus.OPEN),
        ({"status": "Open", "paid_value": "10.0"}, RemoteStatus.PART_PAID),
        ({"status": "Overdue"}, RemoteStatus.OPEN),
        ({"status": "Overdue", "paid_value": "10.0"}, RemoteStatus.PART_PAID),
        ({"status": "Paid"}, RemoteStatus.PAID),
        ({"status": "Zero Value"}, RemoteStatus.PAID),
        ({"status": "Written-off"}, RemoteStatus.VOID),
        ({"status": "Brand New"}, RemoteStatus.UNKNOWN),
    ],
)
def test_freeagents_words_are_ours(changes: Any, status: RemoteStatus) -> None:
    assert document_status(invoice(**changes)) is status


def test_explanations_are_payments_of_what_they_name() -> None:
    rows = wire_json(SLUG, "explanations.json")["bank_transaction_explanations"]
    found = [payment_from(row, currency="GBP") for row in rows]
    assert [
        p
        and (p.direction, p.amount, p.allocations[0].kind, p.allocations[0].document_id)
        for p in found
    ] == [
        (PaymentDirection.RECEIVED, D("100.0"), DocumentKind.SALES_INVOICE, "3"),
        (PaymentDirection.MADE, D("96.0"), DocumentKind.SUPPLIER_INVOICE, "7"),
        (PaymentDirection.MADE, D("20.0"), DocumentKind.CREDIT_NOTE, "4"),
        None,
    ]


def test_the_company_names_itself_and_its_rates() -> None:
    company = wire_json(SLUG, "company.json")["company"]
    found = organisation_from(company)
    assert (found.id, found.name, found.home_currency) == (
        "tapandsons",
        "Tap & Sons",
        "GBP",
    )
    assert [(t.id, t.name, t.rate) for t in tax_codes_from(company)] == [
        ("20.0", "20%", D("20.0")),
        ("5.0", "5%", D("5.0")),
        ("0.0", "0%", D("0.0")),
        ("EXEMPT", "Exempt", D(0)),
        ("OUT_OF_SCOPE", "Outside the scope of tax", D(0)),
    ]


def test_categories_are_sorted_by_their_list() -> None:
    url = "https://api.freeagent.com/v2/categories"
    body = {
        "income_categories": [
            {"url": f"{url}/001", "description": "Sales", "nominal_code": "001"}
        ],
        "admin_expenses_categories": [
            {"url": f"{url}/285", "description": "Travel", "nominal_code": "285"}
        ],
    }
    assert [(a.id, a.code, a.type) for a in accounts_from(body)] == [
        ("001", "001", AccountType.INCOME),
        ("285", "285", AccountType.EXPENSE),
    ]
