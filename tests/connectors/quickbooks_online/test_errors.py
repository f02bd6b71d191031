from dataclasses import replace

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
    Retry,
    StaleVersion,
    Unreadable,
    Where,
)
from connectors.quickbooks_online.errors import Fault, answer_error, named
from connectors.transport.answer import Answer
from tests.connectors.quickbooks_online.documents import wire

WHERE = Where(platform="quickbooks_online", operation="push", exchange="7")


def answer(status: int, content: bytes) -> Answer:
    where = replace(WHERE, http_status=status)
    return Answer(status=status, headers={}, content=content, where=where)


@pytest.mark.parametrize(
    ("status", "name", "kind", "code"),
    [
        (400, "duplicate_number.json", DuplicateNumber, "6140"),
        (400, "duplicate_name.json", DuplicateParty, "6240"),
        (400, "invalid_reference.json", Rejected, "2500"),
        (401, "expired_token.json", Reauthorise, "3200"),
        (401, "wrong_company.xml", Reauthorise, "100"),
        (403, "throttled.xml", Retry, "3001"),
        (400, "system_failure.xml", InDoubt, "10000"),
    ],
)
def test_recorded_faults_get_their_names(
    status: int, name: str, kind: type[ConnectorError], code: str
) -> None:
    error = answer_error(answer(status, wire(name)))
    assert type(error) is kind
    assert (error.where.vendor_code, error.where.exchange) == (code, "7")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("610", NotFound),
        ("2010", Rejected),
        ("2020", Rejected),
        ("2170", Rejected),
        ("5010", StaleVersion),
        ("6000", Rejected),
        ("6070", Rejected),
        ("6190", Reauthorise),
        ("6210", Locked),
        ("6540", Rejected),
        ("120", Reauthorise),
        ("3100", Reauthorise),
        ("003001", Retry),
    ],
)
def test_each_code_of_the_table_has_its_name(
    code: str, kind: type[ConnectorError]
) -> None:
    assert type(named(Fault(code=code, message="m"), WHERE)) is kind


def test_throttling_asks_for_a_minute() -> None:
    error = answer_error(answer(403, wire("throttled.xml")))
    assert isinstance(error, Retry) and error.after == 60


def test_a_taken_number_tells_who_has_it() -> None:
    error = answer_error(answer(400, wire("duplicate_number.json")))
    assert isinstance(error, DuplicateNumber)
    assert (error.existing_id, error.field) == ("239", "number")


def test_a_taken_number_without_id_is_the_same_error() -> None:
    error = named(Fault(code="6140", detail="Duplicate Document Number Error"), WHERE)
    assert isinstance(error, DuplicateNumber) and error.existing_id == ""


@pytest.mark.parametrize(
    ("element", "field"),
    [("CustomerRef", "party_id"), ("Line.Description", "lines"), ("", ""), ("New", "")],
)
def test_a_refusal_names_our_field(element: str, field: str) -> None:
    fault = Fault(code="2020", message="Required", element=element)
    error = named(fault, WHERE)
    assert isinstance(error, Rejected) and error.field == field


def test_an_unknown_code_of_a_validation_is_a_refusal() -> None:
    fault = Fault(code="6999", detail="New rule", kind="ValidationFault")
    error = named(fault, WHERE)
    assert isinstance(error, Rejected) and error.vendor_message == "New rule"


def test_any_other_unknown_code_needs_an_engineer() -> None:
    assert isinstance(named(Fault(code="777", kind="Odd"), WHERE), Unreadable)


def test_an_accident_that_calls_itself_a_rule_is_in_doubt() -> None:
    detail = "Business Validation Error: An unexpected error occurred while saving."
    assert isinstance(named(Fault(code="6000", detail=detail), WHERE), InDoubt)


@pytest.mark.parametrize(
    "content", [b"<html>", b"", b"[]", b'{"Fault": {"Error": []}}']
)
def test_a_refusal_without_fault_is_unreadable(content: bytes) -> None:
    assert isinstance(answer_error(answer(400, content)), Unreadable)
