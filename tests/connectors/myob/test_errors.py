from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
    Unreadable,
    Unsupported,
    Where,
)
from connectors.myob.errors import (
    SPENT_SECONDS,
    THROTTLED_SECONDS,
    answer_error,
    refusal,
)
from tests.connectors.examples import answer, wire

SLUG = "myob"


@pytest.mark.parametrize(
    ("status", "sample", "kind"),
    [
        (400, "unknown_customer.json", Rejected),
        (400, "required.json", Rejected),
        (400, "number_taken.json", DuplicateNumber),
        (400, "locked_period.json", Locked),
        (400, "old_year.json", Locked),
        (400, "must_be_reversed.json", Unsupported),
        (403, "inactive_key.json", Reauthorise),
        (403, "denied.json", Reauthorise),
        (409, "stale.json", StaleVersion),
        (404, "unknown_customer.json", NotFound),
    ],
)
def test_answers_get_their_names(
    status: int, sample: str, kind: type[ConnectorError]
) -> None:
    error = answer_error(answer(status, wire(SLUG, sample)))
    assert type(error) is kind
    assert error.where.exchange == "7" and error.where.vendor_code


@pytest.mark.parametrize(
    ("sample", "seconds"),
    [("second_spent.json", THROTTLED_SECONDS), ("day_spent.json", SPENT_SECONDS)],
)
def test_throttling_comes_as_forbidden(sample: str, seconds: float) -> None:
    error = answer_error(answer(403, wire(SLUG, sample)))
    assert isinstance(error, Retry) and error.after == seconds


@pytest.mark.parametrize(
    ("sample", "code", "field"),
    [
        ("unknown_customer.json", "ACCOUNT_WRONG", "party_id"),
        ("required.json", "NO_TAX", "lines"),
        ("not_a_guid.json", "NO_NOMINAL", "lines"),
        ("credit_on_hold.json", "REJECTED", "party_id"),
    ],
)
def test_refusals_name_our_field(sample: str, code: str, field: str) -> None:
    error: Any = answer_error(answer(400, wire(SLUG, sample)))
    assert (error.status_code, error.field) == (code, field)
    assert error.vendor_message in str(error)


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        ("Lines[2].Item.UID", "NO_NOMINAL", "lines"),
        ("SellingDetails.FreightTaxCode is required", "NO_TAX", ""),
        ("CompanyName is required", "REJECTED", "name"),
        ("ForeignCurrency is required", "CURRENCY", "currency"),
        ("Term_Out_Of_Range", "REJECTED", "due_date"),
        ("Number is too long", "REJECTED", "number"),
        ("Something quite new", "REJECTED", ""),
    ],
)
def test_words_get_their_codes(words: str, code: str, field: str) -> None:
    error: Any = refusal("ValidationError", words, Where(operation="push"))
    assert (error.status_code, error.field) == (code, field)


def test_an_account_of_a_payment_is_its_bank() -> None:
    where = Where(operation="record_payments")
    error: Any = refusal("NotFound", "Account.UID", where)
    assert (error.status_code, error.field) == ("NO_BANK", "bank_account_id")


def test_a_page_instead_of_a_refusal_is_no_access() -> None:
    assert isinstance(answer_error(answer(403, b"<html>")), Reauthorise)


@pytest.mark.parametrize("content", [b"<html>", b"{}", b""])
def test_a_refusal_without_a_reason_is_not_understood(content: bytes) -> None:
    with pytest.raises(Unreadable):
        raise answer_error(answer(400, content))


def test_errors_come_before_warnings() -> None:
    content = (
        b'{"Errors":[{"Name":"Odd","Message":"Odd","Severity":"Warning"},'
        b'{"Name":"DuplicateNumber","Message":"Taken","Severity":"Error"}]}'
    )
    assert isinstance(answer_error(answer(400, content)), DuplicateNumber)
