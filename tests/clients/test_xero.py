"""xero-python 15 against the practice Xero.

Its API classes take a base URL. The token address is a constant of its TokenApi, and is
patched.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from xero_python.accounting import (
    AccountingApi,
    Contact,
    CurrencyCode,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import AccountingBadRequestException
from xero_python.identity import IdentityApi

from tests.clients.practice import Practice

SLUG = "xero"


def signed_in(practice: Practice) -> ApiClient:
    """With a token that has run out: the client's first call refreshes it."""
    kept: dict[str, Any] = {
        "access_token": practice.told["access_token"],
        "refresh_token": practice.told["refresh_token"],
        "scope": ["offline_access", "accounting.invoices", "accounting.contacts"],
        "token_type": "Bearer",
        "expires_in": 1800,
        "expires_at": 0,
    }
    token = OAuth2Token(practice.told["client_id"], practice.told["client_secret"])
    client = ApiClient(Configuration(oauth2_token=token))
    client.oauth2_token_getter(lambda: kept)
    client.oauth2_token_saver(kept.update)
    return client


@pytest.fixture(scope="module")
def client(practice: Practice) -> Iterator[ApiClient]:
    with pytest.MonkeyPatch.context() as patch:
        token_url = f"{practice.url}/connect/token"
        patch.setattr(TokenApi, "refresh_token_url", token_url)
        yield signed_in(practice)


@pytest.fixture(scope="module")
def tenant(client: ApiClient, practice: Practice) -> str:
    """Asked of the identity API, as an application does after the consent."""
    found = IdentityApi(client, base_url=practice.url).get_connections()
    tenants = [each.tenant_id for each in found]
    assert tenants == [practice.told["tenant_id"]]
    return str(tenants[0])


@pytest.fixture(scope="module")
def accounting(client: ApiClient, practice: Practice) -> AccountingApi:
    return AccountingApi(client, base_url=f"{practice.url}/api.xro/2.0")


def invoice(practice: Practice, number: str) -> Invoice:
    line = LineItem(
        description="Replace door seal",
        quantity=3,
        unit_amount=19.90,
        account_code=practice.sample["account"],
        tax_type=practice.sample["tax_code"],
    )
    return Invoice(
        type="ACCREC",
        invoice_number=number,
        contact=Contact(contact_id=practice.sample["customer"]),
        date=date(2026, 11, 2),
        due_date=date(2026, 12, 2),
        line_amount_types=LineAmountTypes.EXCLUSIVE,
        line_items=[line],
        status="AUTHORISED",
        currency_code=CurrencyCode.GBP,
    )


def test_it_finds_a_customer_by_name(
    accounting: AccountingApi, tenant: str, practice: Practice
) -> None:
    customer = practice.sample["customer"]
    [known] = accounting.get_contact(tenant, customer).contacts
    found = accounting.get_contacts(tenant, where=f'Name=="{known.name}"').contacts
    assert [each.contact_id for each in found] == [customer]


def test_it_creates_an_invoice_and_reads_it_back(
    accounting: AccountingApi, tenant: str, practice: Practice
) -> None:
    sent = Invoices(invoices=[invoice(practice, "PX-1")])
    [made] = accounting.create_invoices(tenant, sent, idempotency_key="px-1").invoices
    [back] = accounting.get_invoice(tenant, made.invoice_id).invoices
    assert (back.invoice_number, back.status) == ("PX-1", "AUTHORISED")
    assert back.contact.contact_id == practice.sample["customer"]
    assert (back.date, back.due_date) == (date(2026, 11, 2), date(2026, 12, 2))
    assert back.line_items[0].description == "Replace door seal"
    assert back.total == practice.in_the_books("PX-1")["gross"] == Decimal("59.70")


def test_a_repeated_key_makes_no_second_invoice(
    accounting: AccountingApi, tenant: str, practice: Practice
) -> None:
    sent = Invoices(invoices=[invoice(practice, "PX-2")])
    made = [
        accounting.create_invoices(tenant, sent, idempotency_key="px-2").invoices[0]
        for _ in range(2)
    ]
    assert made[0].invoice_id == made[1].invoice_id
    assert practice.in_the_books("PX-2")["gross"] == Decimal("59.70")


def test_it_understands_a_refusal(
    accounting: AccountingApi, tenant: str, practice: Practice
) -> None:
    sent = invoice(practice, "PX-3")
    sent.line_items[0].account_code = "nowhere"
    with pytest.raises(AccountingBadRequestException) as refused:
        accounting.create_invoices(tenant, Invoices(invoices=[sent]))
    assert "nowhere" in str(refused.value)


def test_it_lists_invoices_by_number(
    accounting: AccountingApi, tenant: str, practice: Practice
) -> None:
    sent = Invoices(invoices=[invoice(practice, f"PX-4{n}") for n in "ab"])
    accounting.create_invoices(tenant, sent, summarize_errors=False)
    listed = accounting.get_invoices(tenant, invoice_numbers=["PX-4a", "PX-4b"])
    assert {each.invoice_number for each in listed.invoices} == {"PX-4a", "PX-4b"}
