"""pymyob 3.0 against the practice MYOB.

Both of its addresses are constants, and are patched; it goes through the consent page,
and takes the company file from the redirect.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from myob import Myob, constants
from myob.credentials import PartnerCredentials
from myob.exceptions import MyobBadRequest, MyobConflict, MyobUnauthorized

from tests.clients.practice import Practice

SLUG = "myob"
SCOPES = tuple(constants.AuthScope)
CALLBACK = "https://finsync.example/callback"
GRANTED = {
    scope
    for scope in SCOPES
    if not scope.endswith(("employee", "personal", "payroll", "timebilling"))
}
SECONDS = 20


@pytest.fixture(scope="module", autouse=True)
def here(practice: Practice) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # It would not send a token over plain HTTP otherwise.
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setattr("myob.managers.MYOB_BASE_URL", f"{practice.url}/accountright/")
        patch.setattr(
            "myob.credentials.MYOB_PARTNER_BASE_URL", f"{practice.url}/oauth2/"
        )
        yield


@pytest.fixture(scope="module")
def credentials(practice: Practice, here: None) -> PartnerCredentials:
    found = PartnerCredentials(
        consumer_key=practice.told["client_id"],
        consumer_secret=practice.told["client_secret"],
        callback_uri=CALLBACK,
        scopes=tuple(sorted(GRANTED)),
    )
    answer = requests.post(
        found.url, {"decision": "allow"}, allow_redirects=False, timeout=SECONDS
    )
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    found.verify(told["code"][0], told["businessId"][0])
    return found


@pytest.fixture(scope="module")
def client(credentials: PartnerCredentials) -> Myob:
    return Myob(credentials)


@pytest.fixture
def wrong_token(credentials: PartnerCredentials) -> Iterator[None]:
    kept, credentials.oauth_token = credentials.oauth_token, "wrong"
    yield
    credentials.oauth_token = kept


def invoice(practice: Practice, number: str, **changes: Any) -> dict[str, Any]:
    line = {
        "Type": "Transaction",
        "Description": "Replace door seal",
        "UnitCount": 3,
        "UnitPrice": 19.90,
        "Total": 59.70,
        "Account": {"UID": practice.sample["account"]},
        "TaxCode": {"UID": practice.sample["tax_code"]},
    }
    return {
        "Number": number,
        "Date": "2026-11-02T00:00:00",
        "Customer": {"UID": practice.sample["customer"]},
        "IsTaxInclusive": False,
        "Lines": [line],
    } | changes


def test_it_names_the_business(client: Myob, practice: Practice) -> None:
    assert client.business()["Id"] == practice.told["company_file_id"]


def test_it_finds_a_customer_by_name(client: Myob, practice: Practice) -> None:
    customer = practice.sample["customer"]
    known = client.contacts.get_customer(uid=customer)
    found = client.contacts.customer(CompanyName=known["CompanyName"])
    assert [each["UID"] for each in found["Items"]] == [customer]


def test_it_pages_through_all_customers(client: Myob) -> None:
    ids: list[str] = []
    for page in range(1, 100):
        listed = client.contacts.customer(orderby="CompanyName", limit=3, page=page)
        ids += [each["UID"] for each in listed["Items"]]
        if not listed["NextPageLink"]:
            break
    assert len(ids) == len(set(ids)) == listed["Count"] > 3


def test_it_creates_an_invoice_and_reads_it_back(
    client: Myob, practice: Practice
) -> None:
    made = client.invoices.post_service(data=invoice(practice, "PM-1"))
    back = client.invoices.get_service(uid=made["UID"])
    assert (back["Number"], back["Status"]) == ("PM-1", "Open")
    assert back["Customer"]["UID"] == practice.sample["customer"]
    assert back["Lines"][0]["Description"] == "Replace door seal"
    gross = practice.in_the_books("PM-1")["gross"]
    assert Decimal(str(back["TotalAmount"])) == gross == Decimal("59.70")


def test_it_sends_a_whole_invoice_back_changed(
    client: Myob, practice: Practice
) -> None:
    made = client.invoices.post_service(data=invoice(practice, "PM-2"))
    changed = made | {"Comment": "Paid at the door"}
    again = client.invoices.put_service(uid=made["UID"], data=changed)
    assert again["Comment"] == "Paid at the door"
    with pytest.raises(MyobConflict):
        client.invoices.put_service(uid=made["UID"], data=changed)


def test_it_finds_and_deletes_an_invoice(client: Myob, practice: Practice) -> None:
    made = client.invoices.post_service(data=invoice(practice, "PM-3"))
    listed = client.invoices.all(
        Number=["PM-3", "PM-4"], LastModified__gt=date(2026, 1, 1)
    )
    assert [each["UID"] for each in listed["Items"]] == [made["UID"]]
    client.invoices.delete_service(uid=made["UID"])
    assert not client.invoices.all(Number="PM-3")["Items"]


def test_it_understands_a_refusal(client: Myob, practice: Practice) -> None:
    nobody = {"UID": "9b0e3f7a-0000-4000-8000-00000000ffff"}
    with pytest.raises(MyobBadRequest) as refused:
        client.invoices.post_service(data=invoice(practice, "PM-5", Customer=nobody))
    assert refused.value.errors[0]["ErrorCode"] == 150
    assert "Customer.UID" in refused.value.problem


def test_it_renews_its_token(credentials: PartnerCredentials, client: Myob) -> None:
    before = credentials.oauth_token
    credentials.refresh()
    assert credentials.oauth_token != before
    assert client.business()["Name"]


@pytest.mark.usefixtures("wrong_token")
def test_a_wrong_token_is_refused(client: Myob) -> None:
    with pytest.raises(MyobUnauthorized):
        client.contacts.customer()
