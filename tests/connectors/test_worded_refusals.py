from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Where,
)
from connectors.worded_refusals import in_words, no_place, refusal_of
from tests.connectors.examples import answer


def named(status: int, content: bytes) -> ConnectorError:
    def said_in(body: Any) -> str:
        return str(body.get("message") or "")

    return refusal_of(answer(status, content), label="Vendor", said_in=said_in)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (402, b"", Reauthorise),
        (403, b'{"message":"No subscription"}', Reauthorise),
        (404, b"", NotFound),
        (404, b'{"message":"Unknown contact 7"}', Rejected),
        (409, b'{"message":"INV-1"}', DuplicateNumber),
        (422, b'{"message":"number has already been taken"}', DuplicateNumber),
        (400, b'{"message":"This period is closed"}', Locked),
        (400, b"<html>Bad request</html>", Rejected),
    ],
)
def test_answers_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    error = named(status, content)
    assert type(error) is kind
    assert error.where.exchange == "7"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ("customer is invalid", "ACCOUNT_WRONG", "party_id"),
        ("Unknown account 12", "NO_NOMINAL", "lines"),
        ("item is invalid", "NO_NOMINAL", "lines"),
        ("Unknown tax 9", "NO_TAX", "lines"),
        ("Unknown deposit account 3", "NO_BANK", "bank_account_id"),
        ("More than the balance", "REJECTED", "amount"),
        ("Something quite new", "REJECTED", ""),
        ("", "REJECTED", ""),
    ],
)
def test_sentences_get_their_codes(said: str, code: str, field: str) -> None:
    error = in_words("Vendor").error(said, Where())
    assert isinstance(error, Rejected)
    assert (error.status_code, error.field) == (code, field)


def test_what_is_no_json_is_shown_but_not_all_of_it() -> None:
    error = named(400, b"x" * 2000)
    assert isinstance(error, Rejected)
    assert error.vendor_message == "x" * 500


def test_nothing_is_not_found_where_nothing_was_asked_for() -> None:
    with pytest.raises(Rejected, match="Nothing could be made in Vendor") as caught:
        with no_place("Vendor", "Nothing could be made"):
            raise NotFound("No such record.", where=Where(exchange="7"))
    assert type(caught.value) is Rejected
    assert caught.value.where.exchange == "7"
