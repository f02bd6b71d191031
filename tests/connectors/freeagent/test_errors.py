from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Unreadable,
    Where,
)
from connectors.freeagent.errors import answer_error, refusal
from tests.connectors.contract_parts.bench import bench
from tests.connectors.examples import answer, wire

SLUG = "freeagent"


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (422, wire(SLUG, "reference_taken.json"), DuplicateNumber),
        (422, wire(SLUG, "locked_item.json"), Rejected),
        (422, wire(SLUG, "not_found.json"), Rejected),
        (404, wire(SLUG, "not_found.json"), NotFound),
        (403, b"", Reauthorise),
        (415, b"", Unreadable),
        (400, b"{}", Unreadable),
    ],
)
def test_answers_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    error = answer_error(answer(status, content))
    assert type(error) is kind
    assert error.where.exchange == "7"


def test_what_is_no_json_is_not_understood() -> None:
    with pytest.raises(Unreadable):
        answer_error(answer(422, b"<html>"))


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ("Reference has already been taken", "DUPLICATE_NUMBER", "number"),
        ("Contact can't be found", "ACCOUNT_WRONG", "party_id"),
        ("Category can't be found", "NO_NOMINAL", "lines"),
        ("Sales tax rate 17.5 is not a rate of this company", "NO_TAX", "lines"),
        ("Bank account can't be found", "NO_BANK", "bank_account_id"),
        ("Currency is not supported", "CURRENCY", "currency"),
        ("Description can't be blank", "BLANK_LINE", "lines"),
        ("Something quite new", "REJECTED", ""),
    ],
)
def test_sentences_get_their_codes(said: str, code: str, field: str) -> None:
    error: Any = refusal(said, Where())
    assert (error.status_code, error.field) == (code, field)
    assert error.vendor_message == said


@pytest.mark.parametrize(
    "said",
    [
        "Dated on is in an accounting period that is locked",
        "The VAT return for this period has been filed",
    ],
)
def test_a_locked_period_is_named(said: str) -> None:
    assert isinstance(refusal(said, Where()), Locked)


def test_a_user_of_too_low_a_level_is_told_so() -> None:
    with bench(SLUG) as at:
        at.server.face.ledger.change_company(extra={"permission_level": 3})
        with pytest.raises(Reauthorise, match="access level 3"):
            at.connect(at.credentials)
