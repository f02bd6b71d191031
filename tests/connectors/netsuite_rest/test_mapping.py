from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.netsuite import mapping, reading
from connectors.netsuite_rest import queries
from connectors.netsuite_rest.rows import record_from
from connectors.records import (
    Address,
    DocumentKind,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteStatus,
)
from connectors.transport.json_codec import decode, encode
from tests.connectors.netsuite.documents import BOOKS, document, line, payment

D = Decimal
WIRE = Path(__file__).parent / "wire"


def test_an_invoice_is_what_the_vendor_shows() -> None:
    made = mapping.document_record(document(job_code="JOB-7781", note="Job"), BOOKS)
    assert decode(encode(made)) == {
        "externalId": "finsync-FS-77",
        "tranId": "INV-2041",
        "entity": {"id": "854"},
        "tranDate": "2026-11-20",
        "currency": {"id": "1"},
        "memo": "Job",
        "dueDate": "2026-12-20",
        "otherRefNum": "JOB-7781",
        "item": {
            "items": [
                {
                    "item": {"id": "310"},
                    "description": "Labour",
                    "amount": D("150.00"),
                    "quantity": D("2.5"),
                    "price": {"id": "-1"},
                    "rate": D("60.00"),
                    "taxCode": {"id": "7"},
                }
            ]
        },
    }


@pytest.mark.parametrize(
    ("changes", "quantity", "rate"),
    [
        ({"discount_percent": D(10), "net": D("135.00")}, D("2.5"), D("54.00")),
        ({"quantity": D(3), "net": D("100.00")}, D(3), D("33.33333333")),
        ({"quantity": D(0), "net": D("10.00")}, D(1), D("10.00")),
    ],
)
def test_a_rate_comes_to_the_net_of_the_line(
    changes: dict[str, Any], quantity: Decimal, rate: Decimal
) -> None:
    record = mapping.document_record(document(line(**changes)), BOOKS)
    [row] = record["item"]["items"]
    assert (row["quantity"], row["rate"]) == (quantity, rate)


def test_a_supplier_is_paid_out_of_a_bank() -> None:
    made = payment(direction=PaymentDirection.MADE, bank_account_id="9")
    assert mapping.payment_record(made, BOOKS) == {
        "externalId": "finsync-pay-5",
        "tranDate": date(2026, 11, 21),
        "currency": {"id": "1"},
        "apply": {
            "items": [{"apply": True, "doc": {"id": "979"}, "amount": D("287.99")}]
        },
        "entity": {"id": "854"},
        "account": {"id": "9"},
    }


def test_a_customer_has_one_address() -> None:
    party = Party(
        role=PartyRole.CUSTOMER,
        name="Acme Ltd",
        key="k1",
        address=Address(street="1 Quay", country="gb"),
    )
    assert mapping.party_record(party, BOOKS) == {
        "companyName": "Acme Ltd",
        "isPerson": False,
        "externalId": "finsync-k1",
        "addressBook": {
            "items": [
                {
                    "defaultBilling": True,
                    "addressBookAddress": {"country": {"id": "GB"}, "addr1": "1 Quay"},
                }
            ]
        },
    }


def test_an_invoice_of_the_vendor_is_read() -> None:
    record = decode((WIRE / "invoice.json").read_bytes())
    found = reading.document_from(DocumentKind.SALES_INVOICE, record, {"1": "GBP"})
    assert (found.number, found.party_id, found.party_name) == (
        "INV-2041",
        "854",
        "Acme Ltd",
    )
    assert (found.status, found.gross, found.tax) == (
        RemoteStatus.OPEN,
        D("287.99"),
        D(48),
    )
    assert found.version == "2026-11-20T10:15:00Z" and found.reference == ""


def test_a_row_of_a_query_is_read_like_a_record() -> None:
    body = decode((WIRE / "suiteql_page.json").read_bytes())
    record = record_from(body["items"][0])
    found = reading.document_from(DocumentKind.CREDIT_NOTE, record, {"1": "GBP"})
    assert (found.gross, found.balance) == (D("50.00"), D("20.00"))
    assert (found.status, found.reference) == (RemoteStatus.PART_PAID, "FS-9")
    assert (record["type"], found.party_name) == ("creditMemo", "Acme Ltd")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("A", RemoteStatus.OPEN),
        ("CustInvc:B", RemoteStatus.PAID),
        ("D", RemoteStatus.DRAFT),
        ("E", RemoteStatus.DRAFT),
        ("V", RemoteStatus.VOID),
        ("Z", RemoteStatus.UNKNOWN),
    ],
)
def test_each_letter_has_its_status(word: str, status: RemoteStatus) -> None:
    record = {"status": {"id": word}}
    assert reading.document_status(record, D("10.00")) is status


def test_text_in_a_question_is_quoted() -> None:
    assert queries.among("tranid", ["O'1", "2"]) == "tranid IN ('O''1', '2')"
    assert queries.dated(date(2026, 11, 1), None) == (
        "trandate >= TO_DATE('2026-11-01', 'YYYY-MM-DD')"
    )
