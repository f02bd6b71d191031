from typing import Any

import pytest

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
    Where,
)
from connectors.transport.retries import Effect
from connectors.wave.errors import call_error, code_in, input_error
from tests.connectors.examples import answer, wire_json

WHERE = Where(platform="wave", operation="push", exchange="7")


def told(code: str, effect: Effect = Effect.WRITE) -> ConnectorError:
    errors = [{"message": "What Wave said", "extensions": {"code": code}}]
    return call_error(errors, answer(200, b"", effect=effect))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UNAUTHENTICATED", Reauthorise),
        ("FORBIDDEN", Reauthorise),
        ("NOT_FOUND", NotFound),
        ("THROTTLED", Retry),
        ("GRAPHQL_VALIDATION_FAILED", Rejected),
        ("BAD_USER_INPUT", Rejected),
        ("INTERNAL_SERVER_ERROR", InDoubt),
        ("", InDoubt),
    ],
)
def test_errors_of_a_call_get_their_names(
    code: str, kind: type[ConnectorError]
) -> None:
    error = told(code)
    assert type(error) is kind
    assert (error.where.vendor_code, error.where.exchange) == (code, "7")


def test_a_read_that_fails_may_work_later() -> None:
    assert isinstance(told("INTERNAL_SERVER_ERROR", Effect.READ), PlatformDown)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("unauthenticated.json", "UNAUTHENTICATED"),
        ("not_found.json", "NOT_FOUND"),
        ("validation.json", "GRAPHQL_VALIDATION_FAILED"),
        ("input_error.json", ""),
    ],
)
def test_codes_are_found_beside_the_data(name: str, code: str) -> None:
    assert code_in(wire_json("wave", name)) == code


def test_a_number_that_is_taken_is_named() -> None:
    done = wire_json("wave", "input_error.json")["data"]["invoiceCreate"]
    error = input_error(done["inputErrors"], WHERE)
    assert isinstance(error, DuplicateNumber)
    assert error.vendor_message == "Invoice number must be unique"


@pytest.mark.parametrize(
    ("path", "said", "kind", "code", "field"),
    [
        ("input.customerId", "no", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("input.items.0.productId", "no", Rejected, "NO_NOMINAL", "lines"),
        ("input.items.0.taxes.0.salesTaxId", "no", Rejected, "NO_TAX", "lines"),
        ("input.invoiceNumber", "too long", Rejected, "NUMBER_TOO_LONG", "number"),
        ("input.invoiceDate", "The books are locked", Locked, "PERIOD_LOCKED", "date"),
        ("input.paymentAccountId", "no", Rejected, "NO_METHOD", "bank_account_id"),
        ("input.currency", "no", Rejected, "CURRENCY", "currency"),
        ("input.something", "no", Rejected, "REJECTED", ""),
    ],
)
def test_paths_get_their_names(
    path: str, said: str, kind: type[Rejected], code: str, field: str
) -> None:
    error = input_error([{"path": path.split("."), "message": said}], WHERE)
    assert type(error) is kind
    assert (error.status_code, error.field) == (code, field)


@pytest.mark.parametrize("errors", [[], [{}], [{"path": None, "message": None}]])
def test_a_refusal_without_reason_is_one_all_the_same(errors: list[Any]) -> None:
    assert isinstance(input_error(errors, WHERE), Rejected)
