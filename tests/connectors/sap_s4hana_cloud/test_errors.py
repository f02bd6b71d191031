from dataclasses import replace

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateParty,
    InDoubt,
    Locked,
    NotFound,
    PlatformDown,
    Rejected,
    Unreadable,
    Where,
)
from connectors.sap_s4hana_cloud.errors import answer_error, fault_error, refused
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect
from connectors.transport.soap import SoapFault
from tests.connectors.sap_s4hana_cloud.documents import wire

WHERE = Where(platform="sap_s4hana_cloud", operation="push", exchange="7")


def answer(
    status: int,
    content: bytes = b"",
    effect: Effect = Effect.READ,
    *,
    doubted: bool = False,
) -> Answer:
    where = replace(WHERE, http_status=status)
    return Answer(
        status=status,
        headers={},
        content=content,
        where=where,
        effect=effect,
        doubted=doubted,
    )


@pytest.mark.parametrize(
    ("message", "field", "status_code"),
    [
        (
            "Customer 99999 is not defined in company code 1010",
            "party_id",
            "ACCOUNT_WRONG",
        ),
        ("Supplier 9 does not exist", "party_id", "ACCOUNT_WRONG"),
        (
            "G/L account 99 is not defined in chart of accounts YCOA",
            "lines",
            "NO_NOMINAL",
        ),
        ("Tax code ZZ does not exist", "lines", "NO_TAX"),
        ("Balance in transaction currency", "tax", "TOTALS"),
        ("Something else", "", "REJECTED"),
    ],
)
def test_a_refusal_names_our_field(message: str, field: str, status_code: str) -> None:
    error = refused(message, WHERE)
    assert (error.field, error.status_code) == (field, status_code)
    assert error.vendor_message == message and error.where.exchange == "7"


def test_a_closed_period_is_locked() -> None:
    error = refused("Period 011/2026 is not open for account type D", WHERE)
    assert isinstance(error, Locked)


def test_a_partner_that_is_there_is_a_duplicate() -> None:
    error = refused("Business partner already exists", WHERE)
    assert isinstance(error, DuplicateParty)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, wire("odata_error.json"), Locked),
        (404, b"", NotFound),
        (403, b"<html>", Rejected),
        (400, b"<html>", Unreadable),
        (409, b"{}", Unreadable),
    ],
)
def test_each_status_of_the_table_has_its_name(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    assert type(answer_error(answer(status, content))) is kind


def test_the_vendors_code_is_kept() -> None:
    error = answer_error(answer(400, wire("odata_error.json")))
    assert error.where.vendor_code == "M8/108"


@pytest.mark.parametrize(
    ("code", "effect", "kind"),
    [
        ("soap-env:Client", Effect.WRITE, Unreadable),
        ("soap-env:Server", Effect.WRITE, InDoubt),
        ("soap-env:Server", Effect.READ, PlatformDown),
    ],
)
def test_a_fault_is_no_refusal(
    code: str, effect: Effect, kind: type[ConnectorError]
) -> None:
    said = SoapFault(code=code, message="said")
    assert type(fault_error(said, answer(500, effect=effect))) is kind


def test_no_fault_makes_an_earlier_doubt_certain() -> None:
    said = SoapFault(code="soap-env:Client", message="said")
    error = fault_error(said, answer(500, effect=Effect.WRITE, doubted=True))
    assert isinstance(error, InDoubt)
