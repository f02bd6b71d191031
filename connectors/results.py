"""What became of many, as `Connector` promises it: one result each, in order."""

from collections.abc import Iterable, Sequence

from connectors.base import PartyResult, PaymentResult, PushResult
from connectors.errors import ConnectorError
from connectors.records import (
    ZERO,
    Party,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
)


def push_results(
    outcomes: Iterable[RemoteDocument | ConnectorError],
) -> list[PushResult]:
    return [
        PushResult(error=outcome)
        if isinstance(outcome, ConnectorError)
        else PushResult(remote=outcome)
        for outcome in outcomes
    ]


def payment_results(
    outcomes: Iterable[RemotePayment | ConnectorError],
) -> list[PaymentResult]:
    return [
        PaymentResult(error=outcome)
        if isinstance(outcome, ConnectorError)
        else PaymentResult(remote=outcome)
        for outcome in outcomes
    ]


def only_party(results: Sequence[PartyResult]) -> Party:
    """Of one that was made by itself. Raises what kept it from being made."""
    [result] = results
    if result.party is None:
        raise result.error or AssertionError
    return result.party


def as_sent(payment: Payment, id: str = "") -> RemotePayment:
    """A payment as it must stand there, where the platform answers an id alone."""
    return RemotePayment(
        direction=payment.direction,
        id=id,
        date=payment.date,
        amount=payment.amount,
        currency=payment.currency,
        allocations=payment.allocations,
        party_id=payment.party_id,
        reference=payment.reference,
        bank_account_id=payment.bank_account_id,
    )


def credit_laid(payment: Payment, id: str) -> RemotePayment:
    """An allocation of credit, which moves no money. `id` is the platform's, or
    whatever makes it known again."""
    return RemotePayment(
        direction=PaymentDirection.RECEIVED,
        id=id,
        date=payment.date,
        amount=ZERO,
        currency=payment.currency,
        allocations=payment.allocations,
        party_id=payment.party_id,
    )
