import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    Where,
)
from connectors.odoo.api import _json_fault
from connectors.odoo.errors import Fault, Returned, named
from connectors.transport.xmlrpc import decode_answer
from tests.connectors.examples import answer, wire

WHERE = Where(platform="odoo", operation="push", exchange="7")
GONE = "Record does not exist or has been deleted.\n(Record: {}(9,), User: 2)"


def recorded(name: str) -> ConnectorError:
    from xmlrpc.client import Fault as XmlFault

    with pytest.raises(XmlFault) as caught:
        decode_answer(wire("odoo", f"fault_{name}.xml"))
    fault = caught.value
    return named(Fault(fault.faultCode, fault.faultString), WHERE)


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("unknown_partner", Rejected, "ACCOUNT_WRONG"),
        ("unknown_account", Rejected, "NO_NOMINAL"),
        ("unknown_tax", Rejected, "NO_TAX"),
        ("number_taken", DuplicateNumber, "DUPLICATE_NUMBER"),
        ("nothing", Returned, ""),
        ("denied", Reauthorise, ""),
        ("company", Reauthorise, ""),
    ],
)
def test_recorded_faults_get_their_names(
    name: str, kind: type[ConnectorError], code: str
) -> None:
    error = recorded(name)
    assert type(error) is kind
    assert getattr(error, "status_code", "") == code
    assert error.where.exchange == "7" and error.where.vendor_code


@pytest.mark.parametrize(
    ("code", "text", "kind", "field"),
    [
        (2, GONE.format("account.move"), NotFound, ""),
        (2, GONE.format("account.journal"), Rejected, "bank_account_id"),
        (2, GONE.format("res.currency"), Rejected, "currency"),
        (2, "prior to and inclusive of: Global Lock Date (10/31/2026)", Locked, "date"),
        (2, "The field 'Customer' is required, please ...", Rejected, "party_id"),
        (2, "You need to add a line before posting.", Rejected, "lines"),
        (2, "The Bill/Refund date is required to validate this", Rejected, ""),
        (2, "because there is nothing left to pay on", Rejected, "allocations"),
        (2, "Something quite new", Rejected, ""),
        (4, "You are not allowed to create 'Journal Entry'", Rejected, ""),
        (1, 'FATAL:  database "nodb" does not exist', Reauthorise, ""),
        (1, "could not serialize access due to concurrent update", Retry, ""),
    ],
)
def test_texts_get_their_names(
    code: int, text: str, kind: type[ConnectorError], field: str
) -> None:
    error = named(Fault(code, text), WHERE)
    assert type(error) is kind
    assert getattr(error, "field", "") == field


def test_of_a_traceback_the_last_line_alone_is_told() -> None:
    text = "Traceback (most recent call last):\n  File x\nValueError: Invalid field 'b'"
    error = named(Fault(1, text), WHERE)
    assert isinstance(error, Rejected)
    assert error.vendor_message == "ValueError: Invalid field 'b'"
    assert "Traceback" not in str(error)


def test_a_json_refusal_is_the_same_fault() -> None:
    fault = _json_fault(answer(401, wire("odoo", "json2_unauthorised.json")))
    assert isinstance(named(fault, WHERE), Reauthorise)


def test_an_answer_that_is_not_odoos_is_not_understood() -> None:
    with pytest.raises(ConnectorError, match="not JSON"):
        _json_fault(answer(404, b"<html>Not found</html>"))
