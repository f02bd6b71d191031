from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import Rejected, Unsupported
from connectors.netsuite import mapping, reading
from connectors.netsuite_soap.searching import number_conditions
from connectors.netsuite_soap.xml_record import Writer, record_from
from connectors.records import DocumentKind, PaymentDirection, RemoteStatus
from connectors.transport.xml import local_name, parse_xml
from tests.connectors.netsuite.documents import BOOKS, document, line, payment

D = Decimal
WIRE = Path(__file__).parent / "wire"


def sample_record(name: str) -> Any:
    root = parse_xml((WIRE / name).read_bytes())
    return next(e for e in root.iter() if local_name(e) == "record")


def outline(record: Any, type: str = "invoice") -> list[str]:
    """Names and texts of the record's own fields, in order."""
    element = Writer("2025_2").record(type, record)
    return [f"{local_name(e)}={e.get('internalId') or e.text or ''}" for e in element]


def test_an_invoice_stands_in_the_order_of_the_schema() -> None:
    record = mapping.document_record(document(note="Call first"), BOOKS)
    assert outline(record) == [
        "entity=854",
        "tranDate=2026-11-20T12:00:00.000Z",
        "tranId=INV-2041",
        "currency=1",
        "dueDate=2026-12-20T12:00:00.000Z",
        "memo=Call first",
        "itemList=",
    ]


def test_a_line_carries_amount_rate_and_tax_code() -> None:
    record = mapping.document_record(document(), BOOKS)
    element = Writer("2025_2").record("invoice", record)
    row = next(e for e in element if local_name(e) == "itemList")[0]
    texts = {local_name(e): e.get("internalId") or e.text for e in row}
    assert texts == {
        "item": "310",
        "description": "Labour",
        "amount": "150.00",
        "quantity": "2.5",
        "price": "-1",
        "rate": "60.00",
        "taxCode": "7",
    }


def test_a_bill_has_lines_of_accounts() -> None:
    bought = line(item_id="", account_id="58")
    bill = document(bought, kind=DocumentKind.SUPPLIER_INVOICE)
    record = mapping.document_record(bill, BOOKS)
    assert record["expense"]["items"] == [
        {
            "account": {"id": "58"},
            "amount": D("150.00"),
            "memo": "Labour",
            "taxCode": {"id": "7"},
        }
    ]
    assert "item" not in record


def test_a_payment_stands_in_the_order_of_the_schema() -> None:
    record = mapping.payment_record(payment(reference="Card"), BOOKS)
    assert outline(record, "customerPayment") == [
        "customer=854",
        "currency=1",
        "payment=287.99",
        "autoApply=false",
        "tranDate=2026-11-21T12:00:00.000Z",
        "memo=Card",
        "undepFunds=true",
        "applyList=",
    ]


def test_the_external_id_is_made_of_our_reference() -> None:
    record = mapping.document_record(document(), BOOKS)
    element = Writer("2025_2").record("invoice", record)
    assert element.get("externalId") == "finsync-FS-77"


def test_a_country_that_has_no_word_there_is_left_out() -> None:
    writer = Writer("2025_2")
    rows = [{"addressBookAddress": {"country": {"id": "XX"}, "city": "Nowhere"}}]
    element = writer.record("customer", {"addressBook": {"items": rows}})
    assert [local_name(e) for e in element.iter()][-1] == "city"


def test_a_recorded_invoice_is_read_whole() -> None:
    record = record_from(sample_record("invoice.xml"))
    found = reading.document_from(
        DocumentKind.SALES_INVOICE, record, {"1": "GBP"}, url=""
    )
    assert (found.id, found.number, found.reference) == ("979", "INV-2041", "FS-77")
    assert (found.status, found.balance) == (RemoteStatus.PART_PAID, D("187.99"))
    assert (found.gross, found.tax, found.net) == (D("287.99"), D("48.0"), D("239.99"))
    assert (found.party_id, found.party_name) == ("854", "Acme Ltd")
    # The day is that of the account, whose zone the answer is written in.
    assert (found.date, found.currency) == (date(2026, 11, 19), "GBP")
    assert found.lines[0].item_id == "310" and found.lines[0].net == 150


@pytest.mark.parametrize(
    ("numbers", "conditions"),
    [
        (["INV-2041", "INV-2042"], [("startsWith", "INV-20")]),
        (["INV-2041", "X-9000"], [("is", "INV-2041"), ("is", "X-9000")]),
        (["A", "B"], [("is", "A"), ("is", "B")]),
        (["536365", "536366", "536401"], [("startsWith", "5363"), ("is", "536401")]),
    ],
)
def test_neighbouring_numbers_share_a_search(
    numbers: list[str], conditions: list[tuple[str, str]]
) -> None:
    found = [(c.operator, c.values[0]) for c in number_conditions(numbers)]
    assert found == conditions


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"number": "N" * 46}, Rejected, "number"),
        ({"currency": "CHF"}, Rejected, "currency"),
        ({"kind": DocumentKind.SALES_ORDER}, Unsupported, "kind"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(
    changes: dict[str, Any], error: type[Rejected], field: str
) -> None:
    with pytest.raises(error) as caught:
        mapping.document_record(document(**changes), BOOKS)
    assert caught.value.field == field


def test_a_supplier_is_paid_from_a_bank_and_in_full() -> None:
    made = payment(direction=PaymentDirection.MADE)
    with pytest.raises(Rejected, match="bank account"):
        mapping.payment_record(made, BOOKS)
    more = payment(
        direction=PaymentDirection.MADE, bank_account_id="1", amount=D("300.00")
    )
    with pytest.raises(Unsupported):
        mapping.payment_record(more, BOOKS)


def test_where_netsuite_decides_no_tax_code_is_sent() -> None:
    books = mapping.Books(currencies={"GBP": "1"}, tax_codes=False)
    record = mapping.document_record(document(), books)
    assert "taxCode" not in record["item"]["items"][0]
