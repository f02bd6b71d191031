from typing import Any

import pytest

from connectors.errors import DuplicateNumber, Reauthorise, Rejected
from connectors.kashoo.errors import answer_error, said_in
from tests.connectors.examples import answer, wire

SLUG = "kashoo"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "No", "error": "x"}, "No"),
        ({"error": "Bad number"}, "Bad number"),
        ({"reason": "?"}, ""),
        (["No"], ""),
    ],
)
def test_the_sentence_is_looked_for(body: Any, said: str) -> None:
    assert said_in(body) == said


def test_an_unknown_contact_is_named() -> None:
    error = answer_error(answer(400, wire(SLUG, "refused.json")))
    assert isinstance(error, Rejected)
    assert (error.status_code, error.field) == ("ACCOUNT_WRONG", "party_id")
    assert error.vendor_message == "Unknown contact 58"


def test_plain_text_is_shown_as_it_is() -> None:
    error = answer_error(answer(422, b"cannot  be\nsaved"))
    assert str(error) == "Kashoo refused it: cannot be saved"


@pytest.mark.parametrize(
    ("status", "kind"), [(402, Reauthorise), (403, Reauthorise), (409, DuplicateNumber)]
)
def test_the_status_decides_first(status: int, kind: type) -> None:
    assert isinstance(answer_error(answer(status, b"")), kind)
