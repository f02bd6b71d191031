from datetime import date
from decimal import Decimal

import pytest

from connectors.leading_reference import description_of, reference_in
from connectors.records import Document, DocumentKind

DOCUMENT = Document(
    kind=DocumentKind.SALES_INVOICE,
    number="1",
    reference="FinSync-0a1b",
    party_id="1",
    date=date(2026, 11, 2),
    currency="GBP",
    lines=(),
    net=Decimal(0),
    tax=Decimal(0),
    gross=Decimal(0),
    job_code="77",
    care_of_name="Letts",
    note="Thanks",
)


def test_our_reference_stands_first_and_comes_back() -> None:
    text = description_of(DOCUMENT, limit=1000)
    assert text == "FinSync-0a1b | Job 77 | Care of Letts | Thanks"
    assert reference_in(text) == "FinSync-0a1b"


def test_what_is_too_long_is_cut_behind_the_reference() -> None:
    assert description_of(DOCUMENT, limit=14) == "FinSync-0a1b |"
    assert reference_in(description_of(DOCUMENT, limit=12)) == "FinSync-0a1b"


@pytest.mark.parametrize("text", ["", "Typed in by hand", "x" * 31])
def test_what_people_typed_is_no_reference(text: str) -> None:
    assert reference_in(text) == ""
