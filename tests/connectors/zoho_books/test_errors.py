from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Unreadable,
    Where,
)
from connectors.transport.retries import Effect
from connectors.zoho_books.errors import away, named, understood
from tests.connectors.examples import answer, wire

SLUG = "zoho_books"


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, wire(SLUG, "number_taken.json"), DuplicateNumber),
        (400, wire(SLUG, "wrong_customer.json"), Rejected),
        (404, wire(SLUG, "gone.json"), NotFound),
        (404, b'{"code": 5, "message": "Invalid URL Passed"}', NotFound),
        (400, b'{"code": 3062, "message": "The contact exists."}', DuplicateParty),
        (400, b'{"code": 6041, "message": "Not associated."}', Reauthorise),
        # HTTP 200 alone is no success.
        (200, b'{"code": 15, "message": "Please enter a name."}', Rejected),
        (400, b'{"message": "?"}', Unreadable),
    ],
)
def test_answers_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    with pytest.raises(ConnectorError) as caught:
        understood(answer(status, content))
    assert type(caught.value) is kind
    assert caught.value.where.exchange == "7"


def test_a_success_without_a_code_leaves_a_write_in_doubt() -> None:
    with pytest.raises(InDoubt):
        understood(answer(201, b'{"invoice": {}}', effect=Effect.WRITE))


@pytest.mark.parametrize(
    ("code", "said", "status_code", "field"),
    [
        (2, "Invalid value passed for customer_id", "ACCOUNT_WRONG", "party_id"),
        (2, "Invalid value passed for vendor_id", "ACCOUNT_WRONG", "party_id"),
        (2, "Invalid value passed for account_id", "NO_NOMINAL", "lines"),
        (2, "Invalid value passed for tax_id", "NO_TAX", "lines"),
        (2, "Invalid value passed for currency_id", "CURRENCY", "currency"),
        (4097, "Auto-generation is on.", "REJECTED", "number"),
        (57, "You are not authorized to perform this operation", "REJECTED", ""),
        (9999, "Something quite new", "REJECTED", ""),
    ],
)
def test_codes_and_sentences_get_our_codes(
    code: int, said: str, status_code: str, field: str
) -> None:
    error: Any = named(code, said, Where(operation="push"))
    assert (error.status_code, error.field) == (status_code, field)
    assert error.vendor_message == said
    assert str(error).endswith(".")


def test_an_account_of_a_payment_is_its_bank() -> None:
    said = "Invalid value passed for account_id"
    error: Any = named(2, said, Where(operation="record_payments"))
    assert (error.status_code, error.field) == ("NO_BANK", "bank_account_id")


@pytest.mark.parametrize(
    "said",
    [
        "Transactions up to 2026-10-31 are locked.",
        "You cannot edit it, since the Transaction Locking date is 31 Oct 2026",
    ],
)
def test_a_locked_period_is_named(said: str) -> None:
    assert isinstance(named(1011, said, Where()), Locked)


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (wire(SLUG, "minute_limit.json"), 60),
        (wire(SLUG, "day_limit.json"), 3600),
        (b'{"code": 1070, "message": "Too many at once."}', 5),
        (b"<html>", 60),
        (b"[]", 60),
    ],
)
def test_the_limit_says_how_long_to_stay_away(content: bytes, seconds: float) -> None:
    assert away(content) == seconds
