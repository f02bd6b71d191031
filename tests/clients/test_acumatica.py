"""easy-acumatica 0.6 against the practice Acumatica.

It builds its records and calls from the OpenAPI document of the site. That is not ours
to ship, so it is read from the vendors' schemas, in place of the client's own fetching.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from easy_acumatica import AcumaticaClient
from easy_acumatica.exceptions import AcumaticaError
from easy_acumatica.odata import F, QueryOptions

from tests.clients.practice import Practice
from tests.clients.specs import specs_of

SLUG = "acumatica"
VERSION = "24.200.001"


def connected(practice: Practice, password: str) -> AcumaticaClient:
    return AcumaticaClient(
        base_url=practice.told["base_url"],
        username=practice.told["user"],
        password=password,
        tenant=practice.told["tenant"],
        endpoint_name="Default",
        endpoint_version=VERSION,
        auto_load_env=False,
    )


@pytest.fixture(scope="module", autouse=True)
def filed() -> Iterator[None]:
    path = specs_of(SLUG) / f"default-{VERSION}-accounting.openapi.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AcumaticaClient, "_fetch_schema", lambda *_: schema)
        yield


@pytest.fixture(scope="module")
def client(practice: Practice, filed: None) -> Iterator[AcumaticaClient]:
    found = connected(practice, practice.told["password"])
    yield found
    found.logout()


def create(client: AcumaticaClient, practice: Practice, order: str) -> Any:
    models = client.models
    line = models.InvoiceDetail(
        Account=practice.sample["account"],
        TransactionDescription="Replace door seal",
        Qty=3,
        UnitPrice=19.90,
        TaxCategory=practice.sample["tax_code"],
    )
    sent = models.Invoice(
        Type="Invoice",
        Customer=practice.sample["customer"],
        CustomerOrder=order,
        Date="2026-11-02",
        Details=[line],
    )
    return client.invoice.put_entity(sent)


def test_it_finds_a_customer_by_name(
    client: AcumaticaClient, practice: Practice
) -> None:
    customer = practice.sample["customer"]
    [known] = client.customer.get_list(QueryOptions(filter=F.CustomerID == customer))
    name = known["CustomerName"]["value"]
    found = client.customer.get_list(QueryOptions(filter=F.CustomerName == name))
    assert [each["CustomerID"]["value"] for each in found] == [customer]


def test_it_creates_an_invoice_and_reads_it_back(
    client: AcumaticaClient, practice: Practice
) -> None:
    made = create(client, practice, "PA-1")
    whole = QueryOptions(expand=["Details"])
    back = client.invoice.get_by_id(made["id"], options=whole)
    assert back["CustomerOrder"]["value"] == "PA-1"
    assert back["Customer"]["value"] == practice.sample["customer"]
    text = back["Details"][0]["TransactionDescription"]["value"]
    assert text == "Replace door seal"
    gross = practice.in_the_books("PA-1")["gross"]
    assert Decimal(str(back["Amount"]["value"])) == gross == Decimal("59.70")


def test_it_understands_a_refusal(client: AcumaticaClient, practice: Practice) -> None:
    sent = client.models.Invoice(Type="Invoice", Customer="NOBODY", Details=[])
    with pytest.raises(AcumaticaError):
        client.invoice.put_entity(sent)


def test_a_wrong_password_is_refused(practice: Practice) -> None:
    with pytest.raises(AcumaticaError):
        connected(practice, "wrong")
