from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.freshbooks import reading
from connectors.freshbooks.mapping import (
    credit_payload,
    document_payload,
    forecast_totals,
    party_payload,
    payment_payload,
    tax_told,
)
from connectors.records import (
    Allocation,
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from tests.connectors.examples import document, line, payment, wire_json

D = Decimal
SALE = DocumentKind.SALES_INVOICE
LINE = {
    "type": 0,
    "name": "Boiler service",
    "qty": "2",
    "unit_cost": {"amount": "60.00", "code": "GBP"},
    "taxName1": "VAT",
    "taxAmount1": "20",
}


def a_line(**changes: Any) -> Line:
    return line(**{"tax_code_id": "VAT@20", **changes})


def an_invoice(*lines: Line, **changes: Any) -> Document:
    return document(*(lines or (a_line(),)), **changes)


def payload(sent: Document) -> dict[str, Any]:
    return document_payload(sent, per_line=False)


def test_an_invoice_is_written_whole() -> None:
    assert payload(an_invoice(note="Ring first", job_code="JOB-77")) == {
        "customerid": 58,
        "invoice_number": "INV-1042",
        "create_date": date(2026, 11, 2),
        "due_offset_days": 30,
        "currency_code": "GBP",
        "language": "en",
        "po_number": "JOB-77",
        "notes": "Ring first\nReference: FS-77",
        "lines": [LINE],
    }


def test_a_credit_note_says_what_it_is() -> None:
    made = payload(an_invoice(kind=DocumentKind.CREDIT_NOTE))
    assert (made["clientid"], made["credit_number"]) == (58, "INV-1042")
    assert made["credit_type"] == "goodwill"
    assert "type" not in made["lines"][0] and "due_offset_days" not in made


def test_a_bill_names_categories() -> None:
    made = payload(an_invoice(kind=DocumentKind.SUPPLIER_INVOICE))
    assert (made["vendorid"], made["bill_number"]) == (58, "INV-1042")
    assert "notes" not in made
    assert made["lines"] == [
        {
            "categoryid": 200,
            "description": "Boiler service",
            "quantity": D(2),
            "unit_cost": {"amount": "60.00", "code": "GBP"},
            "tax_name1": "VAT",
            "tax_percent1": D(20),
        }
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"account_id": ""}, {}),
        ({"text": "x" * 101}, {"name": "x" * 100, "description": "x" * 101}),
        ({"unit_price": D("63.158"), "discount_percent": D(5)}, {}),
        (
            {"quantity": D("2.125"), "unit_price": D("8.005"), "net": D("17.01")},
            {"qty": "1", "unit_cost": {"amount": "17.01", "code": "GBP"}},
        ),
    ],
)
def test_lines_come_to_our_net(
    changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    [made] = payload(an_invoice(a_line(**changes)))["lines"]
    assert made == LINE | expected


def test_a_line_without_tax_names_none() -> None:
    [made] = payload(an_invoice(a_line(tax_code_id="")))["lines"]
    assert "taxName1" not in made and "taxAmount1" not in made


BILL = DocumentKind.SUPPLIER_INVOICE


@pytest.mark.parametrize(
    ("sent", "code", "field"),
    [
        (an_invoice(party_id="x"), "ACCOUNT_WRONG", "party_id"),
        (an_invoice(number="N" * 21), "NUMBER_TOO_LONG", "number"),
        (an_invoice(kind=DocumentKind.SALES_ORDER), "UNSUPPORTED", "kind"),
        (an_invoice(a_line(account_id=""), kind=BILL), "NO_NOMINAL", "lines"),
        (an_invoice(a_line(account_id="u-u"), kind=BILL), "NO_NOMINAL", "lines"),
        (an_invoice(a_line(tax_code_id="VAT")), "NO_TAX", "lines"),
        (an_invoice(tax_override=D("23.99")), "UNSUPPORTED", "tax_override"),
    ],
)
def test_what_cannot_be_told_is_named(sent: Document, code: str, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        payload(sent)
    assert (caught.value.status_code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("VAT@20", ("VAT", "20")),
        ("Tax @ sea@5.5", ("Tax @ sea", "5.5")),
        ("Zero rate@0", ("Zero rate", "0")),
    ],
)
def test_a_tax_is_a_name_and_a_percent(id: str, told: tuple[str, str]) -> None:
    assert tax_told(id) == told


@pytest.mark.parametrize(("per_line", "tax"), [(True, D("3.34")), (False, D("3.33"))])
def test_the_forecast_rounds_as_it_is_told(per_line: bool, tax: Decimal) -> None:
    lines = [a_line(position=n, net=D("8.33"), tax=D("1.67")) for n in (1, 2)]
    totals = forecast_totals(an_invoice(*lines), per_line=per_line)
    assert (totals.net, totals.tax) == (D("16.66"), tax)


def test_a_payment_names_its_kind() -> None:
    assert payment_payload(payment(bank_account_id="Cash")) == {
        "invoiceid": 1,
        "amount": {"amount": "100.00", "code": "GBP"},
        "date": date(2026, 11, 5),
        "type": "Cash",
        "note": "BACS 991",
    }
    made = payment(direction=PaymentDirection.MADE, bank_account_id="ACH")
    assert payment_payload(made)["payment_type"] == "ACH"


def test_payments_that_cannot_be_kept_are_refused() -> None:
    two = [Allocation(document_id=id, kind=SALE, amount=D(5)) for id in ("1", "2")]
    with pytest.raises(Unsupported, match="one document"):
        payment_payload(payment(*two))
    with pytest.raises(Unsupported, match="on account"):
        payment_payload(payment(amount=D("101.00")))
    with pytest.raises(Rejected) as caught:
        payment_payload(payment(bank_account_id=""))
    assert caught.value.field == "bank_account_id"


def test_a_credit_note_becomes_a_payment() -> None:
    both = (
        Allocation(document_id="1", kind=SALE, amount=D(5)),
        Allocation(document_id="2", kind=DocumentKind.CREDIT_NOTE, amount=D(5)),
    )
    made = credit_payload(payment(*both, amount=D(0)))
    assert (made["invoiceid"], made["creditid"], made["type"]) == (1, 2, "Credit")
    with pytest.raises(Unsupported):
        credit_payload(payment(both[0]))


def test_parties_go_by_their_role() -> None:
    customer = Party(role=PartyRole.CUSTOMER, name="Acme", currency="GBP")
    supplier = Party(role=PartyRole.SUPPLIER, name="Parts")
    assert party_payload(customer) == {
        "organization": "Acme",
        "currency_code": "GBP",
        "language": "en",
    }
    assert party_payload(supplier) == {"vendor_name": "Parts", "language": "en"}


# Reading


def invoice(**changes: Any) -> dict[str, Any]:
    node = wire_json("freshbooks", "invoice.json")["response"]["result"]["invoice"]
    return {**node, **changes}


def test_an_invoice_is_read_whole() -> None:
    found = reading.document_from(SALE, invoice())
    assert (found.id, found.number) == ("389201", "INV-1042")
    assert (found.reference, found.party_name) == ("FS-77", "Acme Ltd")
    assert (found.gross, found.net) == (D("148.80"), D("124.00"))
    assert (found.tax, found.balance) == (D("24.80"), D("100.00"))
    assert found.status is RemoteStatus.PART_PAID and found.sent
    first, second = found.lines
    assert (first.text, second.text) == ("Boiler service", "Valve")
    assert (first.tax_code_id, second.tax_code_id) == ("VAT@20", "VAT@20")


@pytest.mark.parametrize(
    ("word", "left", "status"),
    [
        ("draft", "148.80", RemoteStatus.DRAFT),
        ("created", "148.80", RemoteStatus.DRAFT),
        ("sent", "148.80", RemoteStatus.OPEN),
        ("viewed", "148.80", RemoteStatus.OPEN),
        ("disputed", "148.80", RemoteStatus.OPEN),
        ("overdue", "148.80", RemoteStatus.OPEN),
        ("overdue", "48.80", RemoteStatus.PART_PAID),
        ("sent", "0.00", RemoteStatus.PAID),
        ("partial", "48.80", RemoteStatus.PART_PAID),
        ("auto-paid", "0.00", RemoteStatus.PAID),
        ("a new word", "0.00", RemoteStatus.UNKNOWN),
    ],
)
def test_statuses_are_translated(word: str, left: str, status: RemoteStatus) -> None:
    node = invoice(v3_status=word, outstanding={"amount": left, "code": "GBP"})
    assert reading.document_from(SALE, node).status is status


def test_what_is_deleted_counts_as_void() -> None:
    found = reading.document_from(SALE, invoice(vis_state=1))
    assert found.status is RemoteStatus.VOID


def test_a_new_credit_note_counts_at_once() -> None:
    node = invoice(v3_status="created", credit_number="CN-1", clientid=1)
    found = reading.document_from(DocumentKind.CREDIT_NOTE, node)
    assert found.status is RemoteStatus.PART_PAID


@pytest.mark.parametrize(
    ("stamp", "utc", "expected"),
    [
        ("2026-11-02 09:31:04", False, "2026-11-02T14:31:04+00:00"),
        ("2026-11-02 09:31:04", True, "2026-11-02T09:31:04+00:00"),
        ("2026-11-02T09:31:04", False, "2026-11-02T09:31:04+00:00"),
        ("2026-11-02T09:31:04Z", False, "2026-11-02T09:31:04+00:00"),
    ],
)
def test_moments_are_of_the_right_zone(stamp: str, utc: bool, expected: str) -> None:
    from datetime import UTC

    found = reading.moment({"updated": stamp}, utc=utc)
    assert found and found.astimezone(UTC).isoformat() == expected


def test_a_payment_is_read_with_its_kind() -> None:
    node = wire_json("freshbooks", "payment.json")["response"]["result"]["payment"]
    found = reading.payment_from(PaymentDirection.RECEIVED, node)
    assert (found.amount, found.bank_account_id) == (D("148.80"), "Bank Transfer")
    assert found.allocations[0].document_id == "389201"


def test_a_client_without_organisation_has_a_persons_name() -> None:
    found = reading.customer_from({"id": 1, "fname": "Ann", "lname": "Lee"})
    assert found.name == "Ann Lee"


def test_a_tax_is_known_by_name_and_percent() -> None:
    found = reading.tax_from({"name": "VAT", "amount": "20.000"})
    assert (found.id, found.rate) == ("VAT@20", D(20))
