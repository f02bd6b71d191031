from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.base import PartyResult
from connectors.errors import ConnectorError, Rejected
from connectors.records import (
    DocumentKind,
    Party,
    PartyRole,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from connectors.results import (
    as_sent,
    credit_laid,
    only_party,
    payment_results,
    push_results,
)
from tests.connectors.examples import payment

REFUSED = Rejected("No.")
PAYMENT = payment()


def test_a_refusal_stands_in_its_place() -> None:
    made = RemoteDocument(
        kind=DocumentKind.SALES_INVOICE, id="1", number="A-1", status=RemoteStatus.OPEN
    )
    outcomes: list[RemoteDocument | ConnectorError] = [made, REFUSED, made]
    results = push_results(outcomes)
    assert [r.remote for r in results] == [made, None, made]
    assert [r.error for r in results] == [None, REFUSED, None]


def test_payments_are_answered_the_same_way() -> None:
    outcomes: list[RemotePayment | ConnectorError] = [REFUSED, as_sent(PAYMENT, "9")]
    refused, paid = payment_results(outcomes)
    assert (refused.remote, refused.error) == (None, REFUSED)
    assert paid.remote and paid.remote.id == "9" and paid.error is None


def test_what_was_sent_stands_as_it_was_sent() -> None:
    sent = as_sent(PAYMENT, "9")
    for name in ("direction", "date", "amount", "currency", "allocations"):
        assert getattr(sent, name) == getattr(PAYMENT, name)
    told = (sent.party_id, sent.bank_account_id, sent.reference)
    assert told == ("58", "090", "BACS 991")


def test_credit_that_is_laid_on_moves_no_money() -> None:
    laid = credit_laid(PAYMENT, "C-1")
    assert (laid.id, laid.amount) == ("C-1", Decimal(0))
    assert laid.allocations == PAYMENT.allocations


def test_one_party_comes_as_itself_or_is_refused() -> None:
    party = Party(role=PartyRole.CUSTOMER, name="Brown", id="7")
    assert only_party([PartyResult(party=party)]) == party
    assert only_party([PartyResult(party=replace(party, id="8"))]).id == "8"
    with pytest.raises(Rejected, match="No"):
        only_party([PartyResult(error=REFUSED)])
