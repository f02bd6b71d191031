"""The practice face is as Xero is, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.plain_client import PlainClient, plain_client

ONE_BY_ONE = "?summarizeErrors=false&unitdp=4"


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("xero", "/api.xro/2.0") as client:
        client.http.headers["xero-tenant-id"] = client.credentials["tenant_id"]
        yield client


def invoice(at: PlainClient, number: str, **changes: Any) -> dict[str, Any]:
    line = {
        "Description": "Boiler service",
        "Quantity": 2,
        "UnitAmount": 60.00,
        "AccountCode": at.sample["account"],
        "TaxType": "OUTPUT2",
    }
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": at.sample["customer"]},
        "Date": "2026-11-02",
        "DueDate": "2026-12-02",
        "InvoiceNumber": number,
        "Status": "AUTHORISED",
        "LineItems": [line],
        **changes,
    }


def made(at: PlainClient, method: str, *invoices: Any) -> list[dict[str, Any]]:
    answer = at.call(method, f"Invoices{ONE_BY_ONE}", {"Invoices": list(invoices)})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["Invoices"]
    return rows


def test_tax_is_computed_where_it_is_not_told(at: PlainClient) -> None:
    [row] = made(at, "PUT", invoice(at, "A-1"))
    assert (row["SubTotal"], row["TotalTax"], row["Total"]) == (120.0, 24.0, 144.0)


def test_put_refuses_a_number_and_post_overwrites_it(at: PlainClient) -> None:
    [first] = made(at, "PUT", invoice(at, "A-1"))
    [again] = made(at, "PUT", invoice(at, "A-1"))
    assert again["ValidationErrors"] == [{"Message": "Invoice # must be unique."}]
    [over] = made(at, "POST", invoice(at, "A-1", Reference="over"))
    assert (over["InvoiceID"], over["Reference"]) == (first["InvoiceID"], "over")
    assert len(at.documents("A-1")) == 1


def test_errors_are_summarised_unless_told_otherwise(at: PlainClient) -> None:
    bad = invoice(at, "A-2", LineItems=[])
    answer = at.call("PUT", "Invoices", {"Invoices": [invoice(at, "A-1"), bad]})
    assert (answer.status_code, answer.json()["Type"]) == (400, "ValidationException")
    assert not at.documents("A-1")
    good, refused = made(at, "PUT", invoice(at, "A-1"), bad)
    assert good["StatusAttributeString"] == "OK"
    assert refused["StatusAttributeString"] == "ERROR"


def test_a_key_is_answered_as_at_first(at: PlainClient) -> None:
    headers = {"Idempotency-Key": "k1"}
    body = {"Invoices": [invoice(at, "A-1")]}
    first, again = (
        at.call("PUT", f"Invoices{ONE_BY_ONE}", body, headers=headers) for _ in range(2)
    )
    assert first.json()["Invoices"] == again.json()["Invoices"]
    other = {"Invoices": [invoice(at, "A-2")]}
    clash = at.call("PUT", f"Invoices{ONE_BY_ONE}", other, headers=headers)
    assert clash.status_code == 400 and not at.documents("A-2")


@pytest.mark.parametrize(
    "changes",
    [
        {"InvoiceNumbr": "1"},
        {"Date": "2.11.2026"},
        {"Contact": {"ContactID": "58"}},
        {"SentToContact": "yes"},
        {"Total": 5},
    ],
)
def test_what_has_the_wrong_form_is_refused_whole(
    at: PlainClient, changes: Any
) -> None:
    body = {"Invoices": [invoice(at, "A-1", **changes)]}
    answer = at.call("PUT", f"Invoices{ONE_BY_ONE}", body)
    assert answer.status_code == 400
    assert answer.json()["Type"] == "PostDataInvalidException"


def test_an_invoice_that_was_paid_cannot_be_voided(at: PlainClient) -> None:
    [row] = made(at, "PUT", invoice(at, "A-1"))
    paid = {
        "Invoice": {"InvoiceID": row["InvoiceID"]},
        "Account": {"AccountID": at.sample["bank"]},
        "Date": "2026-11-05",
        "Amount": 44.0,
    }
    at.call("PUT", "Payments", {"Payments": [paid]})
    void = {"InvoiceID": row["InvoiceID"], "Status": "VOIDED"}
    answer = at.call("POST", f"Invoices/{row['InvoiceID']}", {"Invoices": [void]})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ('InvoiceNumber=="A-1"', 1),
        ('InvoiceNumber=="A-1" OR InvoiceNumber=="A-2"', 2),
        ('Type=="ACCPAY" AND InvoiceNumber=="A-1"', 0),
        ("Date >= DateTime(2026, 11, 03)", 0),
        ("Date >= DateTime(2026, 11, 02) AND Date <= DateTime(2026, 11, 02)", 2),
    ],
)
def test_filters_choose_what_is_listed(at: PlainClient, where: str, count: int) -> None:
    made(at, "PUT", invoice(at, "A-1"), invoice(at, "A-2"))
    answer = at.http.get(f"{at.prefix}/Invoices", params={"where": where}, timeout=9)
    assert len(answer.json()["Invoices"]) == count


def test_a_filter_that_cannot_be_read_is_refused(at: PlainClient) -> None:
    answer = at.call("GET", "Invoices?where=Number%20is%201")
    assert answer.json()["Type"] == "QueryParseException"


def test_another_tenant_is_forbidden(at: PlainClient) -> None:
    other = {"xero-tenant-id": "00000000-0000-0000-0000-000000000001"}
    assert at.call("GET", "Organisation", headers=other).status_code == 403


def test_a_malformed_id_is_an_accident_in_xml(at: PlainClient) -> None:
    answer = at.call("GET", "Invoices/58")
    assert answer.status_code == 500 and "xml" in answer.headers["Content-Type"]
