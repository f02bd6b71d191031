from dataclasses import replace
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
    StaleVersion,
    Unreadable,
    Where,
)
from connectors.netsuite.errors import Refusal, named
from connectors.netsuite_soap.errors import fault_error
from connectors.transport.answer import Answer
from connectors.transport.retries import Effect
from connectors.transport.soap import SoapFault
from connectors.transport.xml import child_text, parse_xml

WIRE = Path(__file__).parent / "wire"
WHERE = Where(platform="netsuite_soap", operation="upsertList", exchange="7")
FAULTS = "urn:faults_2025_2.platform.webservices.netsuite.com"


def answer(effect: Effect = Effect.READ, *, doubted: bool = False) -> Answer:
    where = replace(WHERE, http_status=500)
    return Answer(
        status=500, headers={}, content=b"", where=where, effect=effect, doubted=doubted
    )


def fault(element: str, code: str = "X") -> SoapFault:
    detail = parse_xml(
        f'<f:{element} xmlns:f="{FAULTS}"><f:code>{code}</f:code></f:{element}>'
    )
    return SoapFault(code="soapenv:Server", message="said", detail=detail)


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("invalidCredentialsFault", Reauthorise),
        ("invalidSessionFault", Reauthorise),
        ("invalidAccountFault", Reauthorise),
        ("exceededConcurrentRequestLimitFault", Retry),
        ("exceededRequestLimitFault", Retry),
        ("invalidVersionFault", Rejected),
        ("insufficientPermissionFault", Rejected),
        ("unexpectedErrorFault", PlatformDown),
        ("asyncFault", Unreadable),
    ],
)
def test_each_fault_has_its_name(element: str, kind: type[ConnectorError]) -> None:
    error = fault_error(fault(element), answer())
    assert type(error) is kind and error.where.exchange == "7"


@pytest.mark.parametrize(
    ("sample", "kind", "code"),
    [
        ("invalid_login.xml", Reauthorise, "INVALID_LOGIN_ATTEMPT"),
        ("blocked.xml", Retry, "WS_REQUEST_BLOCKED"),
    ],
)
def test_recorded_faults_get_their_names(
    sample: str, kind: type[ConnectorError], code: str
) -> None:
    detail = next(iter(parse_xml((WIRE / sample).read_bytes()).iter("detail")))[0]
    said = SoapFault(code="", message=child_text(detail, "message"), detail=detail)
    error = fault_error(said, answer())
    assert (type(error), error.where.vendor_code) == (kind, code)


def test_a_failed_write_is_in_doubt() -> None:
    error = fault_error(fault("unexpectedErrorFault"), answer(Effect.WRITE))
    assert isinstance(error, InDoubt)


def test_no_fault_makes_an_earlier_doubt_certain() -> None:
    error = fault_error(fault("invalidCredentialsFault"), answer(doubted=True))
    assert isinstance(error, InDoubt)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("TRAN_PRD_CLOSED", Locked),
        ("CLOSED_TRAN_PRD", Locked),
        ("RCRD_DSNT_EXIST", NotFound),
        ("RCRD_HAS_BEEN_CHANGED", StaleVersion),
        ("DUP_RCRD", DuplicateNumber),
        ("DUP_TRANS", DuplicateNumber),
        ("DUP_ENTITY", DuplicateParty),
        ("UNEXPECTED_ERROR", InDoubt),
        ("EXCEEDED_MAX_CONCUR_RQST", Retry),
        ("LOGIN_DISABLED", Reauthorise),
        ("INSUFFICIENT_PERMISSION", Rejected),
        ("EXCEEDED_MAX_FIELD_LENGTH", Rejected),
    ],
)
def test_each_code_of_the_table_has_its_name(
    code: str, kind: type[ConnectorError]
) -> None:
    assert type(named(Refusal(code, "said"), WHERE)) is kind


@pytest.mark.parametrize(
    ("message", "field", "status_code"),
    [
        (
            "Invalid entity reference key 99 for subsidiary 2.",
            "party_id",
            "ACCOUNT_WRONG",
        ),
        ("Invalid item reference key 9.", "lines", "NO_NOMINAL"),
        ("Invalid account reference key 9 for subsidiary 2.", "lines", "NO_NOMINAL"),
        ("Invalid taxcode reference key 9.", "lines", "NO_TAX"),
        ("Something else", "", "REJECTED"),
    ],
)
def test_a_refusal_names_our_field(message: str, field: str, status_code: str) -> None:
    error = named(Refusal("INVALID_KEY_OR_REF", message), WHERE)
    assert isinstance(error, Rejected)
    assert (error.field, error.status_code) == (field, status_code)
    assert error.vendor_message == message


def test_a_number_that_exists_is_known_by_its_sentence() -> None:
    refusal = Refusal("USER_ERROR", "This record already exists")
    assert isinstance(named(refusal, WHERE), DuplicateNumber)
