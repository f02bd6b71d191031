from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.records import DocumentKind
from connectors.transport.json_codec import decode, encode

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4)


@given(st.dictionaries(st.text(), st.lists(AMOUNTS | st.text() | st.booleans())))
def test_what_is_written_is_read_back_the_same(value: object) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    ("amount", "written"), [("1E+3", b"1000"), ("1.50", b"1.50"), ("-0.01", b"-0.01")]
)
def test_amounts_are_plain_digits(amount: str, written: bytes) -> None:
    assert encode(Decimal(amount)) == written


def test_dates_and_enumerations_are_text() -> None:
    value = [date(2026, 11, 2), DocumentKind.CREDIT_NOTE]
    assert encode(value) == b'["2026-11-02","credit_note"]'


@pytest.mark.parametrize("value", [1.5, Decimal("NaN"), object(), {1: "x"}])
def test_it_refuses_what_json_cannot_hold_exactly(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "{", "<html>"])
def test_it_refuses_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        decode(text)
