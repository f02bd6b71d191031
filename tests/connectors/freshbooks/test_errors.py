import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Rejected,
    Retry,
    Where,
)
from connectors.freshbooks.errors import Fault, answer_error, fault_in, named
from tests.connectors.examples import answer, wire, wire_json

WHERE = Where(platform="freshbooks", operation="push", exchange="7")


@pytest.mark.parametrize(
    ("name", "status", "kind", "number"),
    [
        ("client_missing.json", 404, Rejected, "1012"),
        ("number_taken.json", 422, DuplicateNumber, "1004"),
        ("item_missing_new.json", 404, NotFound, "1012"),
        ("ledger_refused.json", 400, Rejected, "400"),
    ],
)
def test_both_generations_get_their_names(
    name: str, status: int, kind: type[ConnectorError], number: str
) -> None:
    error = answer_error(answer(status, wire("freshbooks", name)))
    assert type(error) is kind
    assert (error.where.vendor_code, error.where.exchange) == (number, "7")


def test_a_refusal_is_seen_behind_http_200() -> None:
    fault = fault_in(wire_json("freshbooks", "item_missing_new.json"))
    assert fault == Fault("1012", "Item not found.", "itemid")


@pytest.mark.parametrize("name", ["invoice.json", "payment.json"])
def test_a_success_holds_no_fault(name: str) -> None:
    assert fault_in(wire_json("freshbooks", name)) is None


@pytest.mark.parametrize(
    ("number", "field", "said", "kind", "code", "ours"),
    [
        ("1012", "customerid", "", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("1012", "vendorid", "", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("1012", "categoryid", "", Rejected, "NO_NOMINAL", "lines"),
        ("1019", "taxName1", "", Rejected, "NO_TAX", "lines"),
        ("1012", "invoiceid", "", NotFound, "NOT_FOUND", ""),
        ("1011", "id", "", NotFound, "NOT_FOUND", ""),
        ("1004", "bill_number", "", DuplicateNumber, "DUPLICATE_NUMBER", "number"),
        ("1017", "invoice_number", "", Rejected, "NUMBER_TOO_LONG", "number"),
        ("1004", "create_date", "Books closed", Locked, "PERIOD_LOCKED", "date"),
        ("1004", "create_date", "No date", Rejected, "REJECTED", "date"),
        ("1003", "", "Denied", Rejected, "REJECTED", ""),
        ("1004", "whatever", "", Rejected, "REJECTED", ""),
    ],
)
def test_fields_get_their_names(
    number: str, field: str, said: str, kind: type[Rejected], code: str, ours: str
) -> None:
    error = named(Fault(number, said, field), WHERE)
    assert type(error) is kind
    assert isinstance(error, Rejected)
    assert (error.status_code, error.field) == (code, ours)


@pytest.mark.parametrize("status", [408, 409])
def test_a_busy_record_is_tried_again(status: int) -> None:
    assert isinstance(answer_error(answer(status, b"")), Retry)


def test_an_answer_without_reason_is_not_understood() -> None:
    with pytest.raises(ConnectorError, match="not JSON"):
        answer_error(answer(404, b"<html>gone</html>"))
    assert "no reason" in str(answer_error(answer(404, b"{}")))
