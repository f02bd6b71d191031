from typing import Any

import pytest

from connectors.errors import (
    ConnectorError,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Unreadable,
)
from connectors.sage_accounting.errors import answer_error
from connectors.transport.json_codec import encode
from tests.connectors.examples import answer, wire

SLUG = "sage_accounting"


@pytest.mark.parametrize(
    ("status", "content", "kind", "code"),
    [
        (404, wire(SLUG, "record_not_found.json"), NotFound, "RecordNotFound"),
        (422, wire(SLUG, "record_not_found.json"), NotFound, "RecordNotFound"),
        (422, wire(SLUG, "validation.json"), Rejected, "ValidationError"),
        (401, wire(SLUG, "no_subscription.json"), Reauthorise, "AuthorizationFailure"),
        (403, b"[]", Reauthorise, ""),
        (404, b"", NotFound, ""),
        (415, b"", Unreadable, ""),
    ],
)
def test_answers_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError], code: str
) -> None:
    error = answer_error(answer(status, content))
    assert type(error) is kind
    assert (error.where.vendor_code, error.where.exchange) == (code, "7")


@pytest.mark.parametrize(
    ("source", "code", "field"),
    [
        ("invoice_lines[0].tax_amount", "NO_TAX", "lines"),
        ("invoice_lines[0].ledger_account_id", "NO_NOMINAL", "lines"),
        ("invoice_lines[0].description", "BLANK_LINE", "lines"),
        ("contact_id", "ACCOUNT_WRONG", "party_id"),
        ("bank_account_id", "NO_BANK", "bank_account_id"),
        ("currency_id", "CURRENCY", "currency"),
        ("reference", "REJECTED", "number"),
        ("elsewhere", "REJECTED", ""),
    ],
)
def test_the_source_names_the_field(source: str, code: str, field: str) -> None:
    told = [{"$dataCode": "ValidationError", "$message": "No.", "$source": source}]
    error: Any = answer_error(answer(422, encode(told)))
    assert (error.status_code, error.field) == (code, field)
    assert error.vendor_message == "No."


def test_a_locked_year_is_named() -> None:
    told = [{"$message": "The date is before the year end lockdown date."}]
    assert isinstance(answer_error(answer(422, encode(told))), Locked)


def test_what_is_no_list_is_not_understood() -> None:
    with pytest.raises(Unreadable):
        answer_error(answer(422, b"<html>"))
