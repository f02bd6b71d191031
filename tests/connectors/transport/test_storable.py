import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.json_codec import decode
from connectors.transport.storable import storable_json, storable_text
from tests.connectors.scripted_server import answer
from tests.connectors.transport.client_bench import URL, talking


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (rb'"a\u0000b"', "ab"),
        (rb'"a\\u0000b"', r"a\u0000b"),
        (rb'"a\\\u0000b"', "a\\b"),
        (rb'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (rb'"\ud83d!"', "\N{REPLACEMENT CHARACTER}!"),
        (rb'"\uDE00"', "\N{REPLACEMENT CHARACTER}"),
        (rb'"plain"', "plain"),
    ],
)
def test_what_no_database_keeps_is_left_out(told: bytes, kept: str) -> None:
    assert decode(storable_json(told)) == kept


@given(st.text().map(lambda text: text.replace("\x00", "")))
def test_all_other_text_stays_as_it_is(text: str) -> None:
    assert storable_text(text) == text


def test_answers_come_without_nul() -> None:
    with talking(answer(200, rb'{"name": "Smith\u0000 Ltd"}')) as (transport, _):
        assert transport.call("read", "GET", URL).json() == {"name": "Smith Ltd"}


def test_what_is_kept_of_an_answer_has_no_nul() -> None:
    with talking(answer(200, b"one\x00two")) as (transport, _):
        assert transport.call("read", "GET", URL).text == "onetwo"
        [exchange] = transport.services.log.exchanges  # type: ignore[attr-defined]
    assert exchange.answer.endswith("onetwo")
