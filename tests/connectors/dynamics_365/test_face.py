"""The practice face is as Business Central is, seen by a caller that is not ours."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from connectors.practice.dynamics_365.face import ENTRA, ROOT
from tests.connectors.plain_client import PlainClient, plain_client

SALES = "salesInvoices"


@pytest.fixture
def at() -> Iterator[PlainClient]:
    with plain_client("dynamics_365", ROOT) as client:
        company = client.credentials["company_id"]
        client.prefix += f"/companies({company})"
        yield client


def invoice(at: PlainClient, *lines: Any, **changes: Any) -> dict[str, Any]:
    line = {
        "lineType": "Account",
        "lineObjectNumber": at.sample["account"],
        "description": "Boiler service",
        "quantity": 2,
        "unitPrice": 60,
        "taxCode": "S",
    }
    body = {
        "customerNumber": at.sample["customer"],
        "externalDocumentNumber": "inv-1",
        "invoiceDate": "2026-11-02",
        "salesInvoiceLines": [line | each for each in lines or ({},)],
    }
    return body | changes


def made(at: PlainClient, **changes: Any) -> dict[str, Any]:
    answer = at.call("POST", SALES, invoice(at, **changes))
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


def post(at: PlainClient, row: dict[str, Any]) -> dict[str, Any]:
    path = f"{SALES}({row['id']})"
    answer = at.call("POST", f"{path}/Microsoft.NAV.post")
    assert (answer.status_code, answer.content) == (204, b"")
    found: dict[str, Any] = at.call("GET", path).json()
    return found


def said(answer: Any, status: int = 400) -> str:
    """A refusal's sentence, which ends with an id for support."""
    assert answer.status_code == status, answer.text
    message = answer.json()["error"]["message"]
    assert "  CorrelationId:  " in message
    return str(message)


def test_a_new_invoice_is_a_draft_with_a_code_in_capitals(at: PlainClient) -> None:
    row = made(at)
    assert (row["status"], row["number"], row["externalDocumentNumber"]) == (
        "Draft",
        "1001",
        "INV-1",
    )
    assert (row["totalAmountIncludingTax"], row["remainingAmount"]) == (144, 144)


def test_posting_gives_a_new_number_to_the_same_id(at: PlainClient) -> None:
    row = made(at)
    posted = post(at, row)
    assert (posted["id"], posted["number"]) == (row["id"], "PS-INV103001")
    assert posted["status"] == "Open"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", ""), ("DELETE", ""), ("POST", "/Microsoft.NAV.post")],
)
def test_what_is_posted_is_not_changed(at: PlainClient, method: str, path: str) -> None:
    row = post(at, made(at))
    one = f"{SALES}({row['id']}){path}"
    answer = at.call(method, one, {}, headers={"If-Match": "*"})
    assert "posted and can no longer be modified" in said(answer)


def test_changes_need_the_version_that_they_were_made_on(at: PlainClient) -> None:
    row = made(at)
    one = f"{SALES}({row['id']})"
    change = {"dueDate": "2026-12-31"}
    assert at.call("PATCH", one, change).status_code == 412
    current = {"If-Match": row["@odata.etag"]}
    assert at.call("PATCH", one, change, headers=current).status_code == 200
    stale = at.call("PATCH", one, change, headers=current)
    assert "already changed" in said(stale, 409)
    odd = at.call("DELETE", one, headers={"If-Match": "1"})
    assert odd.json()["error"]["code"] == "BadRequest_InvalidToken"


def test_a_line_may_be_added_to_a_draft_alone(at: PlainClient) -> None:
    row = made(at)
    path = f"{SALES}({row['id']})/salesInvoiceLines"
    line = invoice(at)["salesInvoiceLines"][0]
    assert at.call("POST", path, line).status_code == 201
    assert len(at.call("GET", path).json()["value"]) == 2
    post(at, row)
    assert "posted" in said(at.call("POST", path, line))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"customerNumber": "9"}, "The sell-to customer cannot be found."),
        ({"customerNumber": None}, 'A "customerNumber" or a "customerId" must be'),
        ({"number": "PS-1"}, "read-only"),
        ({"totalTaxAmount": 1}, "read-only"),
        ({"colour": "red"}, "'colour' does not exist"),
        ({"externalDocumentNumber": "N" * 36}, "exceeds at most 35"),
        ({"currencyCode": "XXX"}, "does not match to a Currency"),
        ({"invoiceDate": "2.11.2026"}, "Cannot convert invoiceDate"),
    ],
)
def test_heads_that_do_not_fit_are_refused(
    at: PlainClient, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in said(at.call("POST", SALES, invoice(at, **changes)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lineObjectNumber": "9999"}, "Account does not exist."),
        ({"lineObjectNumber": "1100"}, "Account does not exist."),
        ({"lineType": "Item"}, "Item does not exist."),
        ({"lineType": "Wish"}, "Cannot convert lineType"),
        ({"taxCode": "V"}, "Tax Group"),
        ({"netAmount": 1}, "read-only"),
        ({"unitPrice": "60"}, "Cannot convert unitPrice"),
        ({"unitPrice": 0.1234567}, "at most 5 places"),
    ],
)
def test_lines_that_do_not_fit_are_refused(
    at: PlainClient, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in said(at.call("POST", SALES, invoice(at, changes)))
    assert not at.documents("INV-1")


def test_a_closed_day_is_refused_when_it_is_posted(at: PlainClient) -> None:
    row = made(at)
    at.server.face.ledger.change_company(closed_until=date(2026, 11, 30))
    answer = at.call("POST", f"{SALES}({row['id']})/Microsoft.NAV.post")
    assert "allowed posting dates" in said(answer)
    setup = at.call("GET", "generalLedgerSetup").json()["value"][0]
    assert setup["allowPostingFrom"] == "2026-12-01"


def test_a_cancelled_invoice_has_one_that_takes_it_back(at: PlainClient) -> None:
    row = post(at, made(at))
    one = f"{SALES}({row['id']})"
    assert at.call("POST", f"{one}/Microsoft.NAV.cancel").status_code == 204
    assert at.call("GET", one).json()["status"] == "Canceled"
    [memo] = at.call("GET", "salesCreditMemos").json()["value"]
    assert (memo["status"], memo["externalDocumentNumber"]) == ("Corrective", "INV-1")
    assert said(at.call("POST", f"{one}/Microsoft.NAV.cancel"))


def test_a_bill_needs_its_vendors_number_once(at: PlainClient) -> None:
    bill = {
        "vendorNumber": at.sample["supplier"],
        "vendorInvoiceNumber": "SUP-88",
        "purchaseInvoiceLines": [
            {"lineObjectNumber": "5000", "quantity": 1, "unitCost": 10}
        ],
    }
    sentences = []
    for number in ("SUP-88", "sup-88", ""):
        row = at.call(
            "POST", "purchaseInvoices", bill | {"vendorInvoiceNumber": number}
        )
        path = f"purchaseInvoices({row.json()['id']})/Microsoft.NAV.post"
        answer = at.call("POST", path)
        sentences.append(said(answer) if answer.content else "")
    assert sentences[0] == ""
    assert "SUP-88 already exists for this vendor" in sentences[1]
    assert "You need to enter the document number" in sentences[2]


# Questions


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("$filter=colour eq 'red'", "Property 'colour' is invalid"),
        ("$filter=number eq '1' or status eq 'Open'", "distinct fields"),
        (f"$filter=number eq '{'N' * 21}'", "at most 20 characters"),
        ("$select=colour", "$select: colour"),
        ("$orderby=colour", "$orderby: colour"),
        ("$expand=lines", "Could not find a property named 'lines'"),
    ],
)
def test_questions_that_it_does_not_understand(
    at: PlainClient, query: str, sentence: str
) -> None:
    assert sentence in said(at.call("GET", f"{SALES}?{query}"))


def test_one_field_may_be_this_or_that(at: PlainClient) -> None:
    row = made(at)
    query = f"$filter=(number eq '7' or number eq '{row['number']}') and id ne 'x'"
    assert len(at.call("GET", f"{SALES}?{query}").json()["value"]) == 1


def test_pages_are_as_large_as_was_preferred(at: PlainClient) -> None:
    few = {"Prefer": "odata.maxpagesize=5"}
    body = at.call("GET", "accounts?$orderby=number", headers=few).json()
    assert len(body["value"]) == 5
    following = at.http.get(body["@odata.nextLink"], headers=few, timeout=5).json()
    numbers = [row["number"] for row in body["value"] + following["value"]]
    assert numbers == sorted(set(numbers)) and len(numbers) == 10


def test_lines_come_where_they_were_asked_for(at: PlainClient) -> None:
    one = f"{SALES}({made(at)['id']})"
    assert "salesInvoiceLines" not in at.call("GET", one).json()
    asked = f"{one}?$expand=salesInvoiceLines&$select=number"
    row = at.call("GET", asked).json()
    assert {name for name in row if name[0] != "@"} == {"number", "salesInvoiceLines"}
    assert row["salesInvoiceLines"][0]["netAmount"] == 120


# Batches


def batched(at: PlainClient, *parts: Any, **headers: str) -> list[dict[str, Any]]:
    company = at.prefix.rpartition("/")[2]
    requests = [{**part, "url": f"{company}/{part['url']}"} for part in parts]
    answer = at.http.post(
        f"{at.prefix.rpartition('/')[0]}/$batch",
        json={"requests": requests},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        timeout=5,
    )
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["responses"]
    return rows


def create(at: PlainClient, id: str, **changes: Any) -> dict[str, Any]:
    kind = {"Content-Type": "application/json"}
    body = invoice(at, **changes)
    return {"id": id, "method": "POST", "url": SALES, "headers": kind, "body": body}


def test_parts_of_a_batch_stand_for_themselves(at: PlainClient) -> None:
    wrong = create(at, "b", customerNumber="9")
    parts = [create(at, "a"), wrong, create(at, "c")]
    goes_on = batched(at, *parts, Prefer="odata.continue-on-error")
    assert [row["status"] for row in goes_on] == [201, 400, 201]
    assert [row["status"] for row in batched(at, *parts)] == [201, 400]
    assert len(at.documents("INV-1")) == 3


def test_a_snapshot_is_all_or_nothing(at: PlainClient) -> None:
    parts = [create(at, "a"), create(at, "b", customerNumber="9")]
    rows = batched(at, *parts, Isolation="snapshot")
    assert [row["status"] for row in rows] == [201, 400]
    assert not at.documents("INV-1")


# Payments


def journal(at: PlainClient, code: str = "FINSYNC") -> str:
    [account] = at.call("GET", "accounts?$filter=number eq '1200'").json()["value"]
    body = {"code": code, "balancingAccountId": account["id"]}
    answer = at.call("POST", "customerPaymentJournals", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def pay(at: PlainClient, journal: str, row: dict[str, Any], amount: int) -> Any:
    body = {
        "customerNumber": at.sample["customer"],
        "documentNumber": "PAY-5",
        "amount": amount,
        "appliesToInvoiceId": row["id"],
    }
    return at.call("POST", f"customerPaymentJournals({journal})/customerPayments", body)


def test_a_payment_counts_when_its_journal_is_posted(at: PlainClient) -> None:
    row, book = post(at, made(at)), journal(at)
    assert pay(at, book, row, -100).status_code == 201
    one = f"{SALES}({row['id']})"
    assert at.call("GET", one).json()["remainingAmount"] == 144
    assert at.call("POST", f"journals({book})/Microsoft.NAV.post").status_code == 204
    paid = at.call("GET", one).json()
    assert (paid["remainingAmount"], paid["status"]) == (44, "Open")
    assert paid["lastModifiedDateTime"] == row["lastModifiedDateTime"]
    again = at.call("POST", f"journals({book})/Microsoft.NAV.post")
    assert "nothing to post" in said(again)


def test_a_draft_cannot_be_paid(at: PlainClient) -> None:
    answer = pay(at, journal(at), made(at), -1)
    assert "should be the ID of an Open" in said(answer)


@pytest.mark.parametrize(
    ("amount", "sentence"), [(100, "must be negative"), (-145, "too small")]
)
def test_a_journal_is_posted_whole_or_not(
    at: PlainClient, amount: int, sentence: str
) -> None:
    row, book = post(at, made(at)), journal(at)
    pay(at, book, row, -10)
    pay(at, book, row, amount)
    answer = at.call("POST", f"journals({book})/Microsoft.NAV.post")
    assert sentence in said(answer)
    lines = f"customerPaymentJournals({book})/customerPayments"
    assert len(at.call("GET", lines).json()["value"]) == 2


def test_a_journal_of_the_same_code_is_refused(at: PlainClient) -> None:
    journal(at)
    body = {"code": "finsync"}
    answer = at.call("POST", "customerPaymentJournals", body)
    assert answer.json()["error"]["code"] == "Internal_EntityWithSameKeyExists"


# Getting in


def token(at: PlainClient, **changes: str) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_id": at.credentials["client_id"],
        "client_secret": at.credentials["client_secret"],
        "scope": "https://api.businesscentral.dynamics.com/.default",
    }
    url = f"{at.server.url}{ENTRA}/token"
    return at.http.post(url, data=form | changes, timeout=5)


def test_a_service_gets_no_refresh_token(at: PlainClient) -> None:
    told = token(at).json()
    assert told["expires_in"] == 3599 and "refresh_token" not in told


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"scope": "openid"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_service_proves_itself(
    at: PlainClient, changes: dict[str, str], status: int, error: str
) -> None:
    answer = token(at, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_without_a_token_nothing_is_told(at: PlainClient) -> None:
    answer = at.call("GET", SALES, headers={"Authorization": "Bearer x"})
    assert "rejected the client credentials" in said(answer, 401)


def test_another_company_is_not_there(at: PlainClient) -> None:
    at.prefix = f"{at.prefix.rpartition('/')[0]}/companies(1)"
    assert said(at.call("GET", SALES), 404)
