from dataclasses import replace
from pathlib import Path

import pytest

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Retry,
    StaleVersion,
    Unreadable,
    Where,
)
from connectors.netsuite_rest.errors import answer_error
from connectors.transport.answer import Answer

WIRE = Path(__file__).parent / "wire"
WHERE = Where(platform="netsuite_rest", operation="upsert", exchange="7")


def answer(status: int, content: bytes) -> Answer:
    where = replace(WHERE, http_status=status)
    return Answer(status=status, headers={}, content=content, where=where)


def details(code: str, detail: str = "said", path: str = "") -> bytes:
    text = f'{{"o:errorDetails":[{{"detail":"{detail}","o:errorCode":"{code}"'
    return (text + (f',"o:errorPath":"{path}"' if path else "") + "}]}").encode()


@pytest.mark.parametrize(
    ("status", "sample", "kind", "code"),
    [
        (400, "unknown_customer.json", Rejected, "INVALID_CONTENT"),
        (401, "expired_token.json", Reauthorise, "INVALID_LOGIN"),
        (429, "too_many.json", Retry, "CONCURRENCY_LIMIT_EXCEEDED"),
    ],
)
def test_recorded_errors_get_their_names(
    status: int, sample: str, kind: type[ConnectorError], code: str
) -> None:
    error = answer_error(answer(status, (WIRE / sample).read_bytes()))
    assert type(error) is kind
    assert (error.where.vendor_code, error.where.exchange) == (code, "7")


@pytest.mark.parametrize(
    ("path", "field", "status_code"),
    [
        ("entity", "party_id", "ACCOUNT_WRONG"),
        ("item.items[0].item", "lines", "NO_NOMINAL"),
        ("expense.items[0].account", "lines", "NO_NOMINAL"),
        ("item.items[1].taxCode", "lines", "NO_TAX"),
        ("currency", "currency", "CURRENCY"),
        ("custbody_odd", "", "REJECTED"),
    ],
)
def test_a_refusal_names_our_field(path: str, field: str, status_code: str) -> None:
    error = answer_error(answer(400, details("INVALID_CONTENT", path=path)))
    assert isinstance(error, Rejected)
    assert (error.field, error.status_code) == (field, status_code)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (404, details("NONEXISTENT_ID"), NotFound),
        (404, b"", NotFound),
        (409, details("RCRD_HAS_BEEN_CHANGED"), StaleVersion),
        (403, details("INSUFFICIENT_PERMISSION"), Rejected),
        (400, b"{}", Rejected),
        (415, b"<html>", Unreadable),
        (400, details("USER_ERROR", "This entity already exists."), DuplicateNumber),
        (400, details("USER_ERROR", "The period is closed."), Locked),
        (400, details("USER_ERROR", "A locked accounting period."), Locked),
    ],
)
def test_each_status_of_the_table_has_its_name(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    assert type(answer_error(answer(status, content))) is kind
