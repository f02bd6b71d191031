"""b1sl-python 0.16 against the practice SAP Business One; its base URL is a setting."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from b1sl.b1sl import B1Client, B1Config
from b1sl.b1sl import entities as en
from b1sl.b1sl.exceptions.exceptions import (
    B1AuthError,
    B1NotFoundError,
    B1ValidationError,
)
from b1sl.b1sl.resources.odata import F

from tests.clients.practice import Practice

SLUG = "sap_business_one"


def configured(practice: Practice, password: str) -> B1Config:
    return B1Config(
        base_url=f"{practice.url}/b1s/v2",
        username=practice.told["user"],
        password=password,
        company_db=practice.told["company_db"],
    )


@pytest.fixture(scope="module")
def client(practice: Practice) -> Iterator[B1Client]:
    with B1Client(configured(practice, practice.told["password"])) as found:
        yield found


def invoice(practice: Practice, number: str) -> en.Document:
    line = en.DocumentLine(
        item_code=practice.sample["item"],
        item_description="Replace door seal",
        quantity=3,
        unit_price=19.90,
        vat_group=practice.sample["tax_code"],
    )
    return en.Document(
        card_code=practice.sample["customer"],
        num_at_card=number,
        doc_date=date(2026, 11, 2).isoformat(),
        doc_due_date=date(2026, 12, 2).isoformat(),
        document_lines=[line],
    )


def test_it_finds_a_customer_by_name(client: B1Client, practice: Practice) -> None:
    customer = practice.sample["customer"]
    known = client.business_partners.get(customer)
    asked = client.business_partners.filter(F.CardName == known.card_name)
    assert [each.card_code for each in asked.execute()] == [customer]


def test_it_creates_an_invoice_and_reads_it_back(
    client: B1Client, practice: Practice
) -> None:
    made = client.invoices.create(invoice(practice, "PB-1"))
    back = client.invoices.get(made.doc_entry)
    assert (back.num_at_card, back.card_code) == ("PB-1", practice.sample["customer"])
    assert back.document_lines[0].item_description == "Replace door seal"
    gross = practice.in_the_books("PB-1")["gross"]
    assert Decimal(str(back.doc_total)) == gross == Decimal("59.70")


def test_it_pages_through_all_partners(client: B1Client) -> None:
    whole = client.business_partners.stream(page_size=5)
    codes = [each.card_code for each in whole]
    assert len(codes) == len(set(codes)) > 5


def test_a_batch_makes_two_invoices(client: B1Client, practice: Practice) -> None:
    with client.batch() as batch:
        with batch.changeset() as changes:
            for number in ("PB-2", "PB-3"):
                changes.invoices.create(invoice(practice, number))
        results = batch.execute()
    assert results.all_ok
    asked = client.invoices.filter((F.NumAtCard == "PB-2") | (F.NumAtCard == "PB-3"))
    assert {each.num_at_card for each in asked.execute()} == {"PB-2", "PB-3"}


def test_it_understands_a_refusal(client: B1Client, practice: Practice) -> None:
    sent = invoice(practice, "PB-4")
    sent.card_code = "NOBODY"
    with pytest.raises(B1ValidationError) as refused:
        client.invoices.create(sent)
    assert refused.value.details


def test_it_understands_an_unknown_key(client: B1Client) -> None:
    with pytest.raises(B1NotFoundError):
        client.business_partners.get("NOBODY")


def test_a_wrong_password_is_refused(practice: Practice) -> None:
    with B1Client(configured(practice, "wrong")) as stranger:
        with pytest.raises(B1AuthError):
            stranger.business_partners.get(practice.sample["customer"])
