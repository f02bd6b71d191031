from typing import Any

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
    Unreadable,
    Where,
)
from connectors.transport.retries import Effect
from connectors.xero.errors import answer_error, refusal, sentences
from tests.connectors.examples import answer, wire, wire_json


@pytest.mark.parametrize(
    ("said", "kind", "code", "field"),
    [
        ("Invoice # must be unique.", DuplicateNumber, "DUPLICATE_NUMBER", "number"),
        ("CreditNote # must be unique.", DuplicateNumber, "DUPLICATE_NUMBER", "number"),
        (
            "The contact name Acme Ltd is already assigned to another contact. The "
            "contact name must be unique across all active contacts.",
            DuplicateParty,
            "DUPLICATE_PARTY",
            "name",
        ),
        (
            "Account code '9999' is not a valid code for this document.",
            Rejected,
            "NO_NOMINAL",
            "lines",
        ),
        ("Account code must be specified", Rejected, "NO_NOMINAL", "lines"),
        ("Tax rate must be valid.", Rejected, "NO_TAX", "lines"),
        ("The TaxType field is mandatory", Rejected, "NO_TAX", "lines"),
        (
            "The document date cannot be before the period lock date",
            Locked,
            "PERIOD_LOCKED",
            "date",
        ),
        ("The contact could not be found.", Rejected, "ACCOUNT_WRONG", "party_id"),
        ("Item code 'X' is not valid", Rejected, "NO_NOMINAL", "lines"),
        ("Currency is not subscribed", Rejected, "CURRENCY", "currency"),
        ("Description is required", Rejected, "BLANK_LINE", "lines"),
        ("Something quite new", Rejected, "REJECTED", ""),
    ],
)
def test_sentences_get_their_names(
    said: str, kind: type[ConnectorError], code: str, field: str
) -> None:
    error = refusal([said], Where(exchange="7"))
    assert type(error) is kind
    assert isinstance(error, Rejected)
    assert (error.status_code, error.field) == (code, field)
    assert error.vendor_message == said


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (403, wire("xero", "forbidden.json"), Reauthorise),
        (404, b"The resource you're looking for cannot be found", NotFound),
        (409, b"", InDoubt),
        (412, b"", InDoubt),
        (400, b'{"Type": "QueryParseException", "Message": "No."}', Rejected),
        (418, b"", Unreadable),
    ],
)
def test_statuses_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    error = answer_error(answer(status, content))
    assert type(error) is kind
    assert error.where.exchange == "7"


def test_a_refusal_that_is_no_json_is_not_understood() -> None:
    with pytest.raises(Unreadable):
        answer_error(answer(400, b"<html>"))


def test_a_clash_on_a_read_is_no_doubt() -> None:
    error = answer_error(answer(409, b"", effect=Effect.READ))
    assert isinstance(error, Unreadable)


def test_the_sentence_of_a_summarised_refusal_is_found() -> None:
    error: Any = answer_error(answer(400, wire("xero", "validation.json")))
    assert (error.status_code, error.where.vendor_code) == (
        "NO_NOMINAL",
        "ValidationException",
    )


def test_the_sentence_of_a_single_element_is_found() -> None:
    [element] = wire_json("xero", "element_refused.json")["Invoices"]
    assert sentences(element) == ["Invoice # must be unique."]
    assert sentences(wire_json("xero", "token_expired.json")) == []
