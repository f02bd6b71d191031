"""python-quickbooks 0.9 with intuit-oauth 1.2 against the practice QuickBooks Online.

intuit-oauth takes the address of a discovery document as its environment. The API's
host is an attribute of python-quickbooks' class: a subclass names another. oauthlib
beneath it takes plain HTTP by OAUTHLIB_INSECURE_TRANSPORT.
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
)
from quickbooks.objects.base import Ref
from quickbooks.objects.customer import Customer
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item

from tests.clients.practice import Practice

SLUG = "quickbooks_online"


def signed_in(practice: Practice) -> AuthClient:
    """Without an access token: the client fetches one by the refresh token."""
    return AuthClient(
        practice.told["client_id"],
        practice.told["client_secret"],
        "https://finsync.invalid/callback",
        f"{practice.url}/.well-known/openid_configuration",
        refresh_token=practice.told["refresh_token"],
    )


@pytest.fixture(scope="module")
def client(practice: Practice) -> Iterator[QuickBooks]:
    class Here(QuickBooks):  # type: ignore[misc] # it has no types
        api_url_v3 = f"{practice.url}/v3"

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        yield Here(
            auth_client=signed_in(practice),
            refresh_token=practice.told["refresh_token"],
            company_id=practice.told["realm_id"],
            minorversion=75,
            use_decimal=True,
        )


def invoice(client: QuickBooks, practice: Practice, number: str) -> Invoice:
    item = Item.get(practice.sample["item"], qb=client)
    line = SalesItemLine()
    line.Amount = 59.70
    line.Description = "Replace door seal"
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = item.to_ref()
    line.SalesItemLineDetail.Qty = 3
    line.SalesItemLineDetail.UnitPrice = 19.90
    line.SalesItemLineDetail.TaxCodeRef = Ref()
    line.SalesItemLineDetail.TaxCodeRef.value = practice.sample["tax_code"]
    made = Invoice()
    made.DocNumber = number
    made.CustomerRef = Customer.get(practice.sample["customer"], qb=client).to_ref()
    made.Line.append(line)
    return made


def test_it_finds_a_customer_by_name(client: QuickBooks, practice: Practice) -> None:
    known = Customer.get(practice.sample["customer"], qb=client)
    found = Customer.filter(DisplayName=known.DisplayName, qb=client)
    assert [each.Id for each in found] == [practice.sample["customer"]]


def test_it_creates_an_invoice_and_reads_it_back(
    client: QuickBooks, practice: Practice
) -> None:
    made = invoice(client, practice, "PQ-1").save(qb=client)
    back = Invoice.get(made.Id, qb=client)
    assert (back.DocNumber, back.CustomerRef.value) == (
        "PQ-1",
        practice.sample["customer"],
    )
    assert back.Line[0].Description == "Replace door seal"
    assert back.TotalAmt == practice.in_the_books("PQ-1")["gross"] == Decimal("59.70")
    assert [each.Id for each in Invoice.filter(DocNumber="PQ-1", qb=client)] == [
        made.Id
    ]


def test_it_understands_a_duplicate_number(
    client: QuickBooks, practice: Practice
) -> None:
    invoice(client, practice, "PQ-2").save(qb=client)
    with pytest.raises(QuickbooksException) as refused:
        invoice(client, practice, "PQ-2").save(qb=client)
    assert refused.value.error_code == 6140


def test_it_understands_an_unknown_id(client: QuickBooks) -> None:
    with pytest.raises(ObjectNotFoundException):
        Customer.get("999999", qb=client)


def test_it_voids_an_invoice(client: QuickBooks, practice: Practice) -> None:
    made = invoice(client, practice, "PQ-3").save(qb=client)
    made.void(qb=client)
    assert practice.in_the_books("PQ-3")["status"] == "void"


def test_a_revoked_grant_is_refused(practice: Practice, client: QuickBooks) -> None:
    auth = signed_in(practice)
    auth.refresh()
    assert auth.revoke()
    with pytest.raises(AuthorizationException):
        Customer.get(practice.sample["customer"], qb=client)
