from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Unreadable,
    Where,
)
from connectors.reckon_one.errors import (
    answer_error,
    away,
    is_about_the_key,
    refusal,
    require_done,
)
from tests.connectors.examples import answer, wire

SLUG = "reckon_one"


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, wire(SLUG, "wrong_customer.json"), Rejected),
        (400, wire(SLUG, "locked.json"), Locked),
        (401, wire(SLUG, "no_key.json"), Reauthorise),
        (403, b'{"message": "No permission.", "code": 403}', Reauthorise),
        (404, b'{"message": "Resource not found.", "code": 404}', NotFound),
        (415, b"{}", Unreadable),
    ],
)
def test_answers_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    error = answer_error(answer(status, content))
    assert type(error) is kind
    assert error.where.exchange == "7" and str(error).endswith(".")


def test_what_was_merely_taken_up_is_in_doubt() -> None:
    with pytest.raises(InDoubt):
        require_done(answer(202, b""))


@pytest.mark.parametrize(
    ("name", "expected"), [("no_key.json", True), ("no_token.json", False)]
)
def test_a_refused_key_is_no_refused_token(name: str, expected: bool) -> None:
    assert is_about_the_key(answer(401, wire(SLUG, name))) is expected


def test_what_is_no_json_is_not_about_the_key() -> None:
    assert not is_about_the_key(answer(401, b"<html>"))
    assert not is_about_the_key(answer(401, b"[]"))


def error_at(place: str, said: str = "It is not valid.") -> Any:
    return refusal({"errors": [{"location": place, "message": said}]}, Where())


@pytest.mark.parametrize(
    ("place", "code", "field"),
    [
        ("customer", "ACCOUNT_WRONG", "party_id"),
        ("CustomerId", "ACCOUNT_WRONG", "party_id"),
        ("lineItems[0].accountDetails.ledgerAccount", "NO_NOMINAL", "lines"),
        ("lineItems[3].itemDetails.item", "NO_NOMINAL", "lines"),
        ("LineItems[0].AccountingCategoryId", "NO_NOMINAL", "lines"),
        ("lineItems[0].taxRate", "NO_TAX", "lines"),
        ("ledgerAccount", "NO_BANK", "bank_account_id"),
        ("invoiceDate", "REJECTED", "date"),
        ("reference", "REJECTED", "number"),
        ("something.quite.new", "REJECTED", ""),
    ],
)
def test_places_get_our_codes(place: str, code: str, field: str) -> None:
    error = error_at(place)
    assert (error.status_code, error.field) == (code, field)
    assert error.where.vendor_code == place


def test_a_name_that_is_taken_is_named() -> None:
    assert isinstance(error_at("name", "The name already exists."), DuplicateParty)


def test_a_refusal_without_a_place_is_quoted() -> None:
    error = refusal({"message": "Something went wrong.", "code": 400}, Where())
    assert str(error) == "Reckon One refused: Something went wrong."


@pytest.mark.parametrize(
    ("content", "seconds"), [(wire(SLUG, "throttled.json"), 23), (b"busy", 5)]
)
def test_the_gateway_says_how_long_to_stay_away(content: bytes, seconds: float) -> None:
    assert away(content) == seconds
