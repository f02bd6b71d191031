from pathlib import Path

import pytest

from connectors.acumatica.errors import Fault, answer_error, login_error, refusal
from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    InDoubt,
    Locked,
    NotFound,
    PlatformDown,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
    Where,
)
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect

WIRE = Path(__file__).parent / "wire"


def answer(status: int, content: bytes, effect: Effect = Effect.WRITE) -> Answer:
    where = Where(platform="acumatica", http_status=status)
    return Answer(
        status=status, headers={}, content=content, where=where, effect=effect
    )


@pytest.mark.parametrize(
    ("sample", "status", "field", "code"),
    [
        ("unknown_customer.json", 422, "party_id", "ACCOUNT_WRONG"),
        ("unknown_account.json", 422, "lines", "NO_NOMINAL"),
        ("exception.json", 500, "party_id", "ACCOUNT_WRONG"),
    ],
)
def test_fields_are_named(sample: str, status: int, field: str, code: str) -> None:
    error = answer_error(answer(status, (WIRE / sample).read_bytes()))
    assert isinstance(error, Rejected)
    assert (error.field, error.status_code) == (field, code)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Error: The 10-2026 financial period is closed.", Locked),
        ("Financial Period '10-2026' is inactive.", Locked),
        ("Document with Vendor Ref. 'SUP-88' already exists", DuplicateNumber),
        ("Something new", Rejected),
    ],
)
def test_the_sentence_decides(said: str, kind: type[ConnectorError]) -> None:
    assert type(refusal(Fault(said), Where())) is kind


@pytest.mark.parametrize(
    ("effect", "kind"), [(Effect.WRITE, InDoubt), (Effect.READ, PlatformDown)]
)
def test_a_failure_that_is_no_rule_may_have_been_done(
    effect: Effect, kind: type[ConnectorError]
) -> None:
    body = b'{"message": "An error has occurred.", "exceptionType": "System.Exception"}'
    assert isinstance(answer_error(answer(500, body, effect)), kind)
    assert isinstance(answer_error(answer(500, b"<html>", effect)), kind)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, b"{}", NotFound),
        (403, b"{}", Rejected),
        (400, b"<html>", Unreadable),
        (429, b'{"message": "API Login Limit"}', Retry),
    ],
)
def test_statuses_that_say_it(
    status: int, body: bytes, kind: type[ConnectorError]
) -> None:
    assert isinstance(answer_error(answer(status, body)), kind)


def test_a_refused_log_in_needs_a_person() -> None:
    error = login_error(answer(500, (WIRE / "login_refused.json").read_bytes()))
    assert isinstance(error, Reauthorise) and "Invalid credentials" in str(error)


def test_no_seat_left_means_later() -> None:
    body = b'{"exceptionMessage": "API Login Limit"}'
    assert isinstance(login_error(answer(500, body)), Retry)


def test_a_site_that_is_down_is_no_wrong_password() -> None:
    assert isinstance(login_error(answer(500, b"", Effect.READ)), PlatformDown)
