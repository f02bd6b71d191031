from pathlib import Path

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    PlatformDown,
    Reauthorise,
    Rejected,
    StaleVersion,
    Unreadable,
    Where,
)
from connectors.sap_business_one.errors import answer_error, login_error, refusal
from connectors.transport.answer import Answer

WIRE = Path(__file__).parent / "wire"


def answer(status: int, content: bytes) -> Answer:
    where = Where(platform="sap_business_one", http_status=status)
    return Answer(status=status, headers={}, content=content, where=where)


@pytest.mark.parametrize(
    ("sample", "status", "kind", "code"),
    [
        ("stale.json", 412, StaleVersion, "-2039"),
        ("not_found.json", 404, NotFound, "-2028"),
        ("code_taken.json", 400, Rejected, "-2035"),
        ("unknown_partner_v3.json", 400, Rejected, "-10"),
    ],
)
def test_samples_give_named_errors(
    sample: str, status: int, kind: type[ConnectorError], code: str
) -> None:
    error = answer_error(answer(status, (WIRE / sample).read_bytes()))
    assert type(error) is kind
    assert error.where.vendor_code == code


@pytest.mark.parametrize(
    ("said", "kind", "status_code", "field"),
    [
        ("10001002 - Invalid BP code", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("Invalid G/L account", Rejected, "NO_NOMINAL", "lines"),
        ("10000180 - Specify valid tax code", Rejected, "NO_TAX", "lines"),
        ("Invalid VAT Group", Rejected, "NO_TAX", "lines"),
        ("Update the exchange rate , 'EUR'", Rejected, "CURRENCY", "currency"),
        ("Quantity falls into negative inventory", Rejected, "REJECTED", "lines"),
        ("Date deviates from permissible range", Locked, "PERIOD_LOCKED", "date"),
        ("Posting period locked", Locked, "PERIOD_LOCKED", "date"),
        (
            "10001243 - Customer reference number already exists",
            DuplicateNumber,
            "DUPLICATE_NUMBER",
            "number",
        ),
        ("Something new", Rejected, "REJECTED", ""),
    ],
)
def test_the_sentence_decides(
    said: str, kind: type[Rejected], status_code: str, field: str
) -> None:
    error = refusal("-5002", said, Where())
    assert isinstance(error, kind)
    assert (error.status_code, error.field) == (status_code, field)
    assert error.vendor_message == said


def test_a_record_that_is_not_there_is_on_a_line() -> None:
    error = refusal("-2028", "No matching records found (ODBC -2028)", Where())
    assert isinstance(error, Rejected) and error.field == "lines"


def test_a_company_that_cannot_be_opened_is_a_matter_of_time() -> None:
    body = b'{"error": {"code": 305, "message": "Switch company error"}}'
    assert isinstance(answer_error(answer(400, body)), PlatformDown)


def test_a_refusal_without_reason_is_not_understood() -> None:
    assert isinstance(answer_error(answer(400, b"<html>")), Unreadable)


def test_a_refused_log_in_needs_a_person() -> None:
    body = (WIRE / "login_refused.json").read_bytes()
    error = login_error(answer(401, body))
    assert isinstance(error, Reauthorise)
    assert "Fail to get DB Credentials" in str(error)
