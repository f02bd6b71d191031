"""netsuitesdk 3.3 (zeep) against the practice NetSuite SOAP.

It reads NetSuite's WSDL, which is not ours to ship: it is taken from the vendors'
schemas, whose year is changed in every namespace to the one that the face speaks. The
two address templates of its client class are patched. Its NetSuiteConnection needs a
type that the filed WSDL is too old for, so what that joins is made here one by one.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from netsuitesdk.api.customers import Customers
from netsuitesdk.api.invoices import Invoices
from netsuitesdk.internal.client import NetSuiteClient
from netsuitesdk.internal.exceptions import NetSuiteLoginError, NetSuiteRequestError

from tests.clients.practice import Practice
from tests.clients.specs import specs_of

SLUG = "netsuite_soap"
FILED, SPOKEN = "2017_1", "2025_2"


@pytest.fixture(scope="module")
def wsdl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    filed = specs_of(SLUG) / f"v{FILED}"
    spoken = tmp_path_factory.mktemp("wsdl")
    for path in filed.iterdir():
        text = path.read_text(encoding="utf-8")
        (spoken / path.name).write_text(text.replace(FILED, SPOKEN), encoding="utf-8")
    return spoken / "netsuite.wsdl"


@pytest.fixture(scope="module")
def client(practice: Practice, wsdl: Path) -> Iterator[NetSuiteClient]:
    services = f"{practice.url}/services/{{netsuite_port_version}}"
    told = practice.told
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NetSuiteClient, "WSDL_URL_TEMPLATE", str(wsdl))
        patch.setattr(NetSuiteClient, "DATACENTER_URL_TEMPLATE", services)
        found = NetSuiteClient(
            told["account_id"],
            caching=False,
            search_body_fields_only=False,
            wsdl_version=SPOKEN,
        )
    sign_in(found, practice, told["token_secret"])
    yield found


def sign_in(client: NetSuiteClient, practice: Practice, secret: str) -> None:
    told = practice.told
    client.connect_tba(
        told["consumer_key"], told["consumer_secret"], told["token_id"], secret
    )


def post(client: NetSuiteClient, practice: Practice, number: str) -> str:
    """Answers the internal id."""
    sample = practice.sample
    line = client.InvoiceItem(
        item=client.RecordRef(internalId=sample["item"]),
        description="Replace door seal",
        quantity=3,
        rate="19.90",
        taxCode=client.RecordRef(internalId=sample["tax_code"]),
    )
    made = Invoices(client).post(
        {
            "externalId": number,
            "entity": {"internalId": sample["customer"]},
            "tranId": number,
            "tranDate": datetime(2026, 11, 2, tzinfo=UTC),
            "itemList": client.InvoiceItemList(item=[line]),
        }
    )
    return str(made["internalId"])


def test_it_finds_a_customer_by_name(
    client: NetSuiteClient, practice: Practice
) -> None:
    customer = practice.sample["customer"]
    known = client.get("Customer", internalId=customer)
    found = client.basic_stringfield_search(
        "Customer", "companyName", known.companyName
    )
    assert [each.internalId for each in found] == [customer]


def test_it_creates_an_invoice_and_reads_it_back(
    client: NetSuiteClient, practice: Practice
) -> None:
    made = post(client, practice, "PN-1")
    back = client.get("Invoice", internalId=made)
    assert (back.tranId, back.externalId) == ("PN-1", "PN-1")
    assert back.entity.internalId == practice.sample["customer"]
    assert back.itemList.item[0].description == "Replace door seal"
    gross = practice.in_the_books("PN-1")["gross"]
    assert Decimal(str(back.total)) == gross == Decimal("59.70")


def test_an_upsert_makes_no_second_invoice(
    client: NetSuiteClient, practice: Practice
) -> None:
    made = [post(client, practice, "PN-2") for _ in range(2)]
    assert made[0] == made[1]
    assert practice.in_the_books("PN-2")["gross"] == Decimal("59.70")


def test_it_pages_through_all_customers(client: NetSuiteClient) -> None:
    pages = Customers(client).get_records_generator()
    ids = [record.internalId for page in pages for record in page]
    assert len(ids) == len(set(ids)) > 5


def test_it_understands_an_unknown_id(client: NetSuiteClient) -> None:
    with pytest.raises(NetSuiteRequestError):
        client.get("Customer", internalId="999999")


def test_a_wrong_secret_is_refused(client: NetSuiteClient, practice: Practice) -> None:
    sign_in(client, practice, "wrong")
    try:
        with pytest.raises(NetSuiteLoginError):
            client.get("Customer", internalId=practice.sample["customer"])
    finally:
        sign_in(client, practice, practice.told["token_secret"])
