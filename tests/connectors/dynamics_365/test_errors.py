from typing import Any

import pytest

from connectors.dynamics_365.errors import answer_error, refusal
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
    StaleVersion,
    Unreadable,
    Where,
)
from connectors.transport.odata_json_batch import Part, batch_answers
from connectors.transport.retries import Effect
from tests.connectors.examples import answer, wire

SLUG = "dynamics_365"
DOWN = b'{"error":{"code":"Internal_TenantUnavailable","message":"Try later."}}'
RIGHTS = b'{"error":{"code":"Authorization_RequestDenied","message":"No rights."}}'


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (400, wire(SLUG, "account_unknown.json"), Rejected),
        (409, wire(SLUG, "entity_changed.json"), StaleVersion),
        (412, b"", StaleVersion),
        (428, b"", StaleVersion),
        (429, wire(SLUG, "too_many.json"), Retry),
        (404, b"", NotFound),
        (403, b"", Reauthorise),
        (400, RIGHTS, Reauthorise),
        (415, wire(SLUG, "account_unknown.json"), Unreadable),
        (400, b"{}", Unreadable),
        (400, b"<html>", Unreadable),
        (408, b"", InDoubt),
        (504, b"", InDoubt),
        (503, b"", PlatformDown),
        (400, DOWN, InDoubt),
    ],
)
def test_answers_get_their_names(
    status: int, content: bytes, kind: type[ConnectorError]
) -> None:
    error = answer_error(answer(status, content))
    assert type(error) is kind
    assert error.where.exchange == "7"


@pytest.mark.parametrize("status", [408, 500, 503, 504])
def test_a_read_that_failed_may_be_repeated(status: int) -> None:
    failed = answer(status, b"", effect=Effect.READ)
    assert isinstance(answer_error(failed), PlatformDown)


def test_the_id_for_support_is_not_shown_to_staff() -> None:
    error: Any = answer_error(answer(400, wire(SLUG, "account_unknown.json")))
    assert error.vendor_message == "Account does not exist."
    assert "CorrelationId" not in str(error)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ("The sell-to customer cannot be found.", "ACCOUNT_WRONG", "party_id"),
        (
            'A "customerNumber" or a "customerId" must be provided.',
            "ACCOUNT_WRONG",
            "party_id",
        ),
        (
            "You cannot create this type of document when Customer 10000 is blocked",
            "ACCOUNT_WRONG",
            "party_id",
        ),
        ("Account does not exist.", "NO_NOMINAL", "lines"),
        ("Direct Posting must be equal to 'Yes'", "NO_NOMINAL", "lines"),
        ("Item does not exist.", "REJECTED", "lines"),
        (
            "The General Posting Setup for Gen. Prod. Posting Group is missing",
            "REJECTED",
            "lines",
        ),
        (
            "The field Tax Group Code of table Sales Line contains a value (X) that "
            "cannot be found in the related table (Tax Group).",
            "NO_TAX",
            "lines",
        ),
        ('The "currencyCode" does not match to a Currency.', "CURRENCY", "currency"),
        (
            'The "balancingAccountId" does not match to a G/L Account.',
            "NO_BANK",
            "bank_account_id",
        ),
        ("Something quite new", "REJECTED", ""),
    ],
)
def test_sentences_get_their_codes(said: str, code: str, field: str) -> None:
    error: Any = refusal(said, Where())
    assert (error.status_code, error.field) == (code, field)
    assert error.vendor_message == said


def test_a_closed_period_is_named() -> None:
    said = "Posting Date is not within your range of allowed posting dates."
    assert isinstance(refusal(said, Where()), Locked)


def test_a_bill_that_is_there_already_is_named() -> None:
    said = "Purchase Invoice SUP-88 already exists for this vendor."
    assert isinstance(refusal(said, Where()), DuplicateNumber)


def test_a_batch_answers_in_any_order() -> None:
    part = Part(method="POST", path="salesInvoices", payload={})
    whole = answer(200, wire(SLUG, "batch.json"))
    made, refused = batch_answers(whole, [part, part])
    assert made and made.json()["number"] == "1004"
    assert refused is not None
    error: Any = answer_error(refused)
    assert (error.status_code, error.where.http_status) == ("ACCOUNT_WRONG", 400)
