from datetime import UTC, datetime

import pytest

from connectors.bill_com.errors import (
    answer_error,
    fault_in,
    lacks_right,
    login_error,
    seconds_away,
    session_is_gone,
)
from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
)
from connectors.transport.retries import Effect
from tests.connectors.examples import answer, wire

NOW = datetime(2026, 11, 25, 19, 45, tzinfo=UTC)


def sample(name: str) -> bytes:
    return wire("bill_com", f"{name}.json")


def said(message: str, code: str = "BDC_1143") -> bytes:
    return f'[{{"code": "{code}", "message": "{message}"}}]'.encode()


def error_of(status: int, body: bytes) -> ConnectorError:
    return answer_error(answer(status, body), NOW)


def test_all_sentences_are_told_as_one() -> None:
    assert fault_in(sample("missing")).said == (
        "customer: must not be null; invoiceLineItems: must not be null"
    )


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_session_that_is_gone_is_known_by_its_code(status: int) -> None:
    assert session_is_gone(answer(status, sample("session_gone")))


def test_a_wrong_key_is_no_lost_session() -> None:
    assert session_is_gone(answer(401, b""))
    assert not session_is_gone(answer(401, said("No", "BDC_1102")))
    assert not session_is_gone(answer(400, said("No")))


@pytest.mark.parametrize("status", [400, 403, 422])
def test_the_hours_quota_waits_for_the_next_hour(status: int) -> None:
    error = error_of(status, sample("hour_spent"))
    assert isinstance(error, Retry) and error.after == 15 * 60


def test_a_place_is_free_again_at_once() -> None:
    error = error_of(400, sample("too_many_at_once"))
    assert isinstance(error, Retry) and error.after is not None
    assert 1 <= error.after <= 2
    assert 1 <= seconds_away(b"<html>", NOW) <= 2


@pytest.mark.parametrize("code", ["BDC_1101", "BDC_1102"])
def test_a_refused_log_in_needs_a_person(code: str) -> None:
    body = said("Developer key is invalid.", code)
    assert isinstance(error_of(400, body), Reauthorise)
    error = login_error(answer(401, body), NOW)
    assert isinstance(error, Reauthorise) and "environment" in error.message


def test_a_log_in_may_meet_the_quota() -> None:
    assert isinstance(login_error(answer(400, sample("hour_spent")), NOW), Retry)


@pytest.mark.parametrize(
    ("status", "code"), [(403, "BDC_1143"), (400, "BDC_1145"), (403, "BDC_1361")]
)
def test_a_missing_right_is_told(status: int, code: str) -> None:
    error = error_of(status, said("Not allowed", code))
    assert isinstance(error, Rejected) and lacks_right(error)
    assert "role" in error.message


@pytest.mark.parametrize(
    ("message", "kind", "code", "field"),
    [
        (
            "Invalid entity data. Duplicate invoice number.",
            DuplicateNumber,
            "DUPLICATE_NUMBER",
            "number",
        ),
        (
            "Invalid entity data. A vendor of that name already exists.",
            DuplicateParty,
            "DUPLICATE_PARTY",
            "name",
        ),
        (
            "Invalid entity data. invoiceNumber exceeds at most 21 characters.",
            Rejected,
            "NUMBER_TOO_LONG",
            "number",
        ),
        ("The date is in a closed period.", Locked, "PERIOD_LOCKED", "date"),
        ("email: must not be blank", Rejected, "REJECTED", "email"),
        ("Invalid entity data. customerId.", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("Invalid entity data. vendorId.", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("Invalid entity data. salesTaxItemId.", Rejected, "NO_TAX", "lines"),
        ("Invalid entity data. chartOfAccountId.", Rejected, "NO_NOMINAL", "lines"),
        ("invoiceLineItems[0].price: too much", Rejected, "REJECTED", "lines"),
        ("exchangeRate: must not be null", Rejected, "CURRENCY", "currency"),
        ("Something new", Rejected, "REJECTED", ""),
    ],
)
def test_the_sentence_decides(
    message: str, kind: type[Rejected], code: str, field: str
) -> None:
    error = error_of(400, said(message))
    assert type(error) is kind and isinstance(error, Rejected)
    assert (error.status_code, error.field) == (code, field)
    assert error.vendor_message == message


def test_what_is_not_there_and_what_was_never_asked_rightly() -> None:
    assert isinstance(error_of(404, said("Gone")), NotFound)
    assert isinstance(error_of(404, b""), NotFound)
    wrong = error_of(404, said("API not supported.", "BDC_1121"))
    assert isinstance(wrong, Unreadable)


def test_a_refusal_without_reason_is_not_understood() -> None:
    error = error_of(400, b"<html>")
    assert isinstance(error, Unreadable) and not isinstance(error, InDoubt)
    lost = answer(200, b"<html>", effect=Effect.WRITE)
    with pytest.raises(InDoubt):
        lost.json_object()
