"""The practice face is as MYOB is, seen by a caller that is not ours."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.connectors.plain_client import PlainClient, plain_client

UNKNOWN = "9b0e3f7a-0000-4000-8000-00000000ffff"
BODY = "?returnBody=true"
SALES = "Sale/Invoice/Service"


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("myob", "/accountright") as client:
        client.http.headers["x-myobapi-key"] = client.credentials["client_id"]
        client.http.headers["x-myobapi-version"] = "v2"
        client.prefix += f"/{client.credentials['company_file_id']}"
        yield client


def line(at: PlainClient, total: float = 120, **changes: Any) -> dict[str, Any]:
    base = {
        "Type": "Transaction",
        "Description": "Boiler service",
        "Total": total,
        "Account": {"UID": at.sample["account"]},
        "TaxCode": {"UID": at.sample["tax_code"]},
    }
    return {k: v for k, v in (base | changes).items() if v is not None}


def invoice(at: PlainClient, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    base = {
        "Number": "A-1",
        "Date": "2026-11-02T00:00:00",
        "Customer": {"UID": at.sample["customer"]},
        "Lines": list(lines or (line(at),)),
    }
    return {k: v for k, v in (base | changes).items() if v is not None}


def made(at: PlainClient, body: Any, path: str = SALES) -> dict[str, Any]:
    answer = at.call("POST", f"{path}{BODY}", body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


def refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["Errors"][0]["Name"]


def test_an_invoice_counts_at_once(at: PlainClient) -> None:
    row = made(at, invoice(at))
    assert (row["Status"], row["BalanceDueAmount"]) == ("Open", 120)
    assert row["URI"].endswith(f"/Sale/Invoice/Service/{row['UID']}")


def test_without_being_asked_it_tells_only_where(at: PlainClient) -> None:
    answer = at.call("POST", SALES, invoice(at))
    assert (answer.status_code, answer.content) == (201, b"")
    where = answer.headers["Location"].removeprefix(f"{at.prefix}/")
    assert at.call("GET", where).json()["Number"] == "A-1"


def test_negative_totals_are_a_credit(at: PlainClient) -> None:
    row = made(at, invoice(at, line(at, -14.5)))
    assert (row["Status"], row["TotalAmount"]) == ("Credit", -14.5)
    [entry] = at.documents("A-1")
    assert (entry["kind"], entry["gross"]) == ("credit_note", "-14.50")


def test_numbers_are_given_where_none_is_sent(at: PlainClient) -> None:
    numbers = [made(at, invoice(at, Number=None))["Number"] for _ in range(2)]
    assert numbers == ["00000001", "00000002"]


def test_a_whole_invoice_goes_back_with_its_rows(at: PlainClient) -> None:
    row = made(at, invoice(at))
    row["Lines"].append(line(at, 30))
    row["Comment"] = "Changed"
    path = f"{SALES}/{row['UID']}{BODY}"
    changed = at.call("PUT", path, row).json()
    assert (changed["TotalAmount"], changed["Comment"]) == (150, "Changed")
    assert changed["RowVersion"] != row["RowVersion"]
    assert refusal(at.call("PUT", path, row)) == (409, "IncorrectRowVersionSupplied")


@pytest.mark.parametrize("where", ["document", "line"])
def test_a_new_record_names_no_version(at: PlainClient, where: str) -> None:
    body = invoice(at, line(at, **({"RowID": 1} if where == "line" else {})))
    if where == "document":
        body["UID"] = UNKNOWN
    assert refusal(at.call("POST", SALES, body)) == (409, "IncorrectRowVersionSupplied")


def test_what_does_not_fit_is_refused(at: PlainClient) -> None:
    link = {"UID": UNKNOWN}
    cases: list[tuple[dict[str, Any], str]] = [
        (invoice(at, Customer=link), "NotFound"),
        (invoice(at, line(at, Account=link)), "NotFound"),
        (invoice(at, line(at, TaxCode=link)), "NotFound"),
        (invoice(at, Customer={"UID": "58"}), "SerializationError"),
        (invoice(at, Colour="red"), "SerializationError"),
        (invoice(at, Date="2.11.2026"), "SerializationError"),
        (invoice(at, Customer=None), "Required"),
        (invoice(at, line(at, TaxCode=None)), "Required"),
        (invoice(at, line(at, Account=None)), "Required"),
        (invoice(at, Number="N" * 14), "StringLength"),
        (invoice(at, line(at, UnitCount=2, UnitPrice=59)), "ValidationError"),
        (invoice(at, Terms={"BalanceDueDate": 1000}), "Term_Out_Of_Range"),
    ]
    for body, name in cases:
        assert refusal(at.call("POST", SALES, body)) == (400, name), body
    assert not at.documents("A-1")


def test_the_refusal_says_which_line(at: PlainClient) -> None:
    body = invoice(at, line(at), line(at, Account={"UID": UNKNOWN}))
    [error] = at.call("POST", SALES, body).json()["Errors"]
    assert (error["ErrorCode"], error["AdditionalDetails"]) == (
        150,
        "Lines[1].Account.UID",
    )


def test_a_number_is_taken_once(at: PlainClient) -> None:
    made(at, invoice(at))
    again = invoice(at, line(at, -5))
    assert refusal(at.call("POST", SALES, again)) == (400, "DuplicateNumber")


def test_the_item_layout_needs_items(at: PlainClient) -> None:
    sold: dict[str, Any] = {
        "ShipQuantity": 2,
        "UnitPrice": 60,
        "Item": {"UID": at.sample["item"]},
    }
    path = "Sale/Invoice/Item"
    refused = at.call("POST", path, invoice(at, line(at, **(sold | {"Item": None}))))
    assert refusal(refused) == (400, "Required")
    row = made(at, invoice(at, line(at, Account=None, **sold)), path)
    assert row["InvoiceType"] == "Item"
    assert row["Lines"][0]["Account"]["UID"] == at.sample["account"]
    assert at.call("GET", f"{SALES}/{row['UID']}").status_code == 404


def test_all_layouts_are_listed_together_without_lines(at: PlainClient) -> None:
    made(at, invoice(at))
    body = at.call("GET", "Sale/Invoice").json()
    assert [row["Number"] for row in body["Items"]] == ["A-1"]
    assert "Lines" not in body["Items"][0]
    assert at.call("POST", "Sale/Invoice", invoice(at)).status_code == 405


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("Number eq 'A-1' or Number eq 'A-3'", ["A-1", "A-3"]),
        ("(Number eq 'A-2')", ["A-2"]),
        ("endswith(Number,'-3')", ["A-3"]),
        ("substringof('-1', Number)", ["A-1"]),
        ("Date ge datetime'2026-11-02' and Date le datetime'2026-11-02T23:59:59'", []),
        ("TotalAmount lt 0", ["A-3"]),
        ("Customer/UID eq guid'{customer}'", ["A-1", "A-2", "A-3"]),
    ],
)
def test_filters_of_odata_3(at: PlainClient, asked: str, numbers: list[str]) -> None:
    for number, total in (("A-1", 1), ("A-2", 2), ("A-3", -3)):
        body = invoice(at, line(at, total), Number=number, Date="2026-11-03T09:15:00")
        made(at, body)
    query = asked.format(customer=at.sample["customer"])
    answer = at.call("GET", f"Sale/Invoice?$filter={query}&$orderby=Number")
    assert [row["Number"] for row in answer.json()["Items"]] == numbers


@pytest.mark.parametrize("asked", ["number eq 'A-1'", "Number like 'A'", "Number eq"])
def test_a_filter_that_is_not_understood_is_refused(
    at: PlainClient, asked: str
) -> None:
    made(at, invoice(at))
    answer = at.call("GET", f"Sale/Invoice?$filter={asked}")
    assert refusal(answer) == (400, "InvalidQuery")


def test_pages_follow_each_other(at: PlainClient) -> None:
    for n in range(5):
        made(at, invoice(at, Number=f"P-{n}"))
    address, seen = "Sale/Invoice?$top=2&$orderby=Number desc", []
    while address:
        body = at.call("GET", address).json()
        seen += [row["Number"] for row in body["Items"]]
        address = str(body["NextPageLink"] or "").removeprefix(f"{at.prefix}/")
    assert seen == [f"P-{n}" for n in reversed(range(5))]


@pytest.mark.parametrize(
    ("header", "value", "refused"),
    [
        ("x-myobapi-key", "other", (403, "DeveloperInactive")),
        ("x-myobapi-version", "v1", (403, "DeveloperInactive")),
        ("Authorization", "Bearer wrong", (401, "OAuthTokenIsInvalid")),
    ],
)
def test_each_call_says_who_asks(
    at: PlainClient, header: str, value: str, refused: tuple[int, str]
) -> None:
    answer = at.call("GET", "Sale/Invoice", headers={header: value})
    assert refusal(answer) == refused


def test_another_file_is_not_opened(at: PlainClient) -> None:
    at.prefix = at.prefix.rpartition("/")[0] + f"/{UNKNOWN}"
    assert refusal(at.call("GET", "Sale/Invoice")) == (403, "AccessDenied")


def test_a_slash_at_the_end_does_no_harm(at: PlainClient) -> None:
    row = made(at, invoice(at), f"{SALES}/")
    assert at.call("GET", f"{SALES}/{row['UID']}/").json()["UID"] == row["UID"]


def test_a_card_needs_its_tax_codes(at: PlainClient) -> None:
    link = {"UID": at.sample["tax_code"]}
    details = {"TaxCode": link, "FreightTaxCode": link}
    for sent, name in (
        ({"CompanyName": "A"}, "Required"),
        ({"CompanyName": "A", "SellingDetails": {"TaxCode": link}}, "Required"),
        ({"SellingDetails": details}, "Required"),
        ({"IsIndividual": True, "SellingDetails": details}, "Required"),
        ({"CompanyName": "N" * 51, "SellingDetails": details}, "StringLength"),
    ):
        assert refusal(at.call("POST", "Contact/Customer", sent)) == (400, name)


def payment(at: PlainClient, row: dict[str, Any], amount: float) -> dict[str, Any]:
    return {
        "DepositTo": "Account",
        "Account": {"UID": at.sample["bank"]},
        "Customer": {"UID": at.sample["customer"]},
        "Date": "2026-11-10T00:00:00",
        "AmountReceived": amount,
        "Invoices": [{"UID": row["UID"], "AmountApplied": 50, "Type": "Invoice"}],
    }


def test_a_payment_is_of_what_it_applies(at: PlainClient) -> None:
    row = made(at, invoice(at))
    path = "Sale/CustomerPayment"
    refused = at.call("POST", path, payment(at, row, 60))
    assert refusal(refused) == (400, "ValidationError")
    assert made(at, payment(at, row, 50), path)["ReceiptNumber"] == "CR000001"
    left = at.call("GET", f"{SALES}/{row['UID']}").json()
    assert (left["BalanceDueAmount"], left["Status"]) == (70, "Open")


def test_a_payment_cannot_be_changed(at: PlainClient) -> None:
    row = made(at, invoice(at))
    path = "Sale/CustomerPayment"
    made(at, payment(at, row, 50), path)
    assert at.call("PUT", path, {}).status_code == 405


def test_a_paid_invoice_is_not_deleted(at: PlainClient) -> None:
    row = made(at, invoice(at))
    made(at, payment(at, row, 50), "Sale/CustomerPayment")
    answer = at.call("DELETE", f"{SALES}/{row['UID']}")
    assert refusal(answer) == (400, "BusinessEvent_IsSettled")
