from typing import Any

import pytest

from connectors.errors import DuplicateNumber, NotFound, Reauthorise
from connectors.oneup.errors import answer_error, said_in
from tests.connectors.examples import answer, wire

SLUG = "oneup"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "No", "reason": "why"}}, "No why"),
        ({"error": {"code": "9"}}, ""),
        ({"error": "Bad"}, "Bad"),
        ({}, ""),
        ([], ""),
    ],
)
def test_the_sentence_is_looked_for(body: Any, said: str) -> None:
    assert said_in(body) == said


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (404, wire(SLUG, "no_resource.json"), NotFound),
        (401, wire(SLUG, "no_user.json"), Reauthorise),
        (
            422,
            b'{"error":{"code":"422","message":"user_code has already been taken"}}',
            DuplicateNumber,
        ),
    ],
)
def test_answers_get_their_names(status: int, content: bytes, kind: type) -> None:
    assert type(answer_error(answer(status, content))) is kind
