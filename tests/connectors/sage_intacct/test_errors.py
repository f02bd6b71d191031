from pathlib import Path

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    DuplicateParty,
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
from connectors.sage_intacct.envelope import authentication_refused, results_of
from connectors.sage_intacct.errors import Fault, gateway_error, result_error
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect

WIRE = Path(__file__).parent / "wire"


def answer(sample: str, effect: Effect = Effect.WRITE, extra: bytes = b"") -> Answer:
    content = (WIRE / sample).read_bytes() + extra
    where = Where(platform="sage_intacct")
    return Answer(status=200, headers={}, content=content, where=where, effect=effect)


@pytest.mark.parametrize(
    ("sample", "kind", "words"),
    [
        ("bad_sender.xml", Reauthorise, "Incorrect Intacct XML Partner ID"),
        ("bad_user.xml", Reauthorise, "Sign-in information is incorrect"),
        ("not_authorised.xml", Reauthorise, "Invalid Web Services Authorization"),
        ("schema_error.xml", Unreadable, "XML Parse schema error"),
        ("repeated.xml", InDoubt, "had this request before"),
    ],
)
def test_failures_of_the_whole_request_are_raised(
    sample: str, kind: type[ConnectorError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        results_of(answer(sample), 1)


def test_a_failure_of_one_function_is_its_own_result() -> None:
    first, second = results_of(answer("one_refused.xml"), 2)
    assert first.error is None and first.text("key") == "1234"
    assert isinstance(second.error, Rejected)
    assert (second.error.field, second.error.status_code) == (
        "party_id",
        "ACCOUNT_WRONG",
    )
    assert "Support ID" not in str(second.error)


def test_functions_without_a_result_are_in_doubt() -> None:
    *_, third = results_of(answer("one_refused.xml"), 3)
    assert isinstance(third.error, InDoubt)


def test_a_second_document_behind_the_first_is_passed_over() -> None:
    again = b'\n<?xml version="1.0"?><response/>'
    with pytest.raises(Reauthorise):
        results_of(answer("bad_user.xml", extra=again), 1)


def test_a_refused_session_is_known() -> None:
    assert authentication_refused(answer("bad_user.xml"))
    assert not authentication_refused(answer("bad_sender.xml"))
    assert not authentication_refused(answer("one_refused.xml"))


@pytest.mark.parametrize(
    ("said", "kind", "status_code", "field"),
    [
        ("Invalid Customer 'C-9999' specified.", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("Invalid Vendor 'V-1' specified.", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("Invalid GL account '40' specified.", Rejected, "NO_NOMINAL", "lines"),
        ("Invalid Project '10064' specified.", Rejected, "REJECTED", "lines"),
        ("Invalid Location 'X' specified.", Rejected, "REJECTED", "lines"),
        ("The tax detail is not valid", Rejected, "NO_TAX", "lines"),
        ("No exchange rate for this day", Rejected, "CURRENCY", "currency"),
        (
            "Transaction with the number 'INV-1042' already exists",
            DuplicateNumber,
            "DUPLICATE_NUMBER",
            "number",
        ),
        ("The accounting period is closed", Locked, "PERIOD_LOCKED", "date"),
        ("Could not find the record", NotFound, "NOT_FOUND", ""),
        (
            "You do not have permission for API operation",
            Rejected,
            "REJECTED",
            "",
        ),
    ],
)
def test_the_sentence_decides(
    said: str, kind: type[Rejected], status_code: str, field: str
) -> None:
    error = result_error(Fault("BL01001973", said), Where())
    assert type(error) is kind
    assert (error.status_code, error.field) == (status_code, field)


@pytest.mark.parametrize("code", ["BL34000061", "PL05000104"])
def test_an_id_that_is_taken_is_known_by_its_code(code: str) -> None:
    assert isinstance(result_error(Fault(code, "Exists."), Where()), DuplicateParty)


def test_an_answer_with_entities_is_not_read() -> None:
    text = b'<!DOCTYPE x [<!ENTITY a "b">]><response><control>&a;</control></response>'
    where = Where(platform="sage_intacct")
    unsafe = Answer(status=200, headers={}, content=text, where=where)
    with pytest.raises(Unreadable):
        results_of(unsafe, 1)
    assert not authentication_refused(unsafe)


def test_too_many_calls_mean_to_wait() -> None:
    error = gateway_error(Fault("GW-0010", "Too many"), Where())
    assert isinstance(error, Retry) and error.after == 30


def test_off_line_means_later() -> None:
    said = "The Service is Temporarily Off-line"
    assert isinstance(gateway_error(Fault("", said), Where()), PlatformDown)
    assert isinstance(result_error(Fault("", said), Where()), PlatformDown)
