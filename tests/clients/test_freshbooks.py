"""freshbooks-sdk 1.3 against the practice FreshBooks.

Its host is taken from FRESHBOOKS_API_URL.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from freshbooks import (
    Client,
    FilterBuilder,
    FreshBooksError,
    IncludesBuilder,
    PaginateBuilder,
)

from tests.clients.practice import Practice

SLUG = "freshbooks"


def connected(practice: Practice) -> Client:
    return Client(
        client_id=practice.told["client_id"],
        client_secret=practice.told["client_secret"],
        redirect_uri=practice.told["redirect_uri"],
        refresh_token=practice.told["refresh_token"],
        auto_retry=False,
    )


@pytest.fixture(scope="module")
def client(practice: Practice) -> Client:
    """Without an access token: it fetches one by the refresh token."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRESHBOOKS_API_URL", practice.url)
        found = connected(practice)
    found.refresh_access_token()
    return found


@pytest.fixture(scope="module")
def account(practice: Practice) -> str:
    return str(practice.told["account_id"])


@pytest.fixture
def wrong_token(client: Client) -> Iterator[None]:
    kept, client.access_token = client.access_token, "wrong"
    yield
    client.access_token = kept


def invoice(practice: Practice, number: str) -> dict[str, Any]:
    line = {
        "type": 0,
        "name": "Replace door seal",
        "qty": 3,
        "unit_cost": {"amount": "19.90", "code": "GBP"},
    }
    return {
        "customerid": int(practice.sample["customer"]),
        "create_date": "2026-11-02",
        "invoice_number": number,
        "currency_code": "GBP",
        "lines": [line],
    }


def test_it_finds_a_customer_by_name(
    client: Client, account: str, practice: Practice
) -> None:
    customer = practice.sample["customer"]
    known = client.clients.get(account, int(customer))
    named = FilterBuilder().like("organization_like", known.organization)
    found = client.clients.list(account, [named])
    assert [str(each.id) for each in found] == [customer]


def test_it_pages_through_all_customers(client: Client, account: str) -> None:
    ids: list[int] = []
    page, pages = 1, 1
    while page <= pages:
        listed = client.clients.list(account, [PaginateBuilder(page, 5)])
        ids += [each.id for each in listed]
        page, pages = page + 1, listed.pages.pages
    assert len(ids) == len(set(ids)) > 5


def test_it_creates_an_invoice_and_reads_it_back(
    client: Client, account: str, practice: Practice
) -> None:
    made = client.invoices.create(account, invoice(practice, "PF-1"))
    lines = IncludesBuilder().include("lines")
    back = client.invoices.get(account, made.id, lines)
    assert back.invoice_number == "PF-1"
    assert str(back.customerid) == practice.sample["customer"]
    assert back.lines[0].name == "Replace door seal"
    gross = practice.in_the_books("PF-1")["gross"]
    assert Decimal(back.amount.amount) == gross == Decimal("59.70")


def test_it_understands_a_refusal(
    client: Client, account: str, practice: Practice
) -> None:
    client.invoices.create(account, invoice(practice, "PF-2"))
    with pytest.raises(FreshBooksError) as refused:
        client.invoices.create(account, invoice(practice, "PF-2"))
    assert refused.value.error_code == 1004
    assert refused.value.error_details[0]["field"] == "invoice_number"


@pytest.mark.usefixtures("wrong_token")
def test_a_wrong_token_is_refused(client: Client, account: str) -> None:
    with pytest.raises(FreshBooksError) as refused:
        client.clients.list(account)
    assert refused.value.status_code == 401
