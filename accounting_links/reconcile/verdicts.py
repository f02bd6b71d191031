"""What is said of a pair: a pure function of its two sides."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from accounting_links.models import Verdict
from accounting_links.reconcile.sides import ZERO, Ours, Theirs, same_party
from connectors.adjusting import MOST
from connectors.records import DocumentKind, RemoteStatus


class Difference(StrEnum):
    """In the order in which they win."""

    ENDED = "ended"
    STATUS = "status"
    PAID = "paid"
    CURRENCY = "currency"
    AMOUNT = "amount"
    TAX = "tax"
    CUSTOMER = "customer"
    DATE = "date"
    NUMBER = "number"


VERDICT_OF = {
    Difference.ENDED: Verdict.ENDED_ON_ONE_SIDE,
    Difference.STATUS: Verdict.STATUS_DIFFERS,
    Difference.PAID: Verdict.PAID_DIFFERENTLY,
    Difference.CURRENCY: Verdict.CURRENCY_DIFFERS,
    Difference.AMOUNT: Verdict.AMOUNT_DIFFERS,
    Difference.TAX: Verdict.TAX_DIFFERS,
    Difference.CUSTOMER: Verdict.CUSTOMER_DIFFERS,
    Difference.DATE: Verdict.DATE_DIFFERS,
    Difference.NUMBER: Verdict.NUMBER_DIFFERS,
}
RATE_TOLERANCE = Decimal("0.0001")
SETTLEMENT = frozenset({RemoteStatus.OPEN, RemoteStatus.PART_PAID, RemoteStatus.PAID})


class Rules(NamedTuple):
    """`tolerance`: the largest difference of amounts that is let pass.
    `keeps_our_number`: the platform's number is ours."""

    tolerance: Decimal = ZERO
    keeps_our_number: bool = True


def of_pair(ours: Ours, differences: tuple[Difference, ...]) -> Verdict:
    if ours.in_doubt:
        return Verdict.IN_DOUBT
    return VERDICT_OF[differences[0]] if differences else Verdict.MATCHED


def differences(ours: Ours, theirs: Theirs, rules: Rules) -> tuple[Difference, ...]:
    """All that differs, in order. The amounts that a platform shows for a void document
    mean nothing, so they are not compared."""
    if theirs.is_void and ours.status is RemoteStatus.VOID:
        return ()
    found = list(_of_status(ours, theirs))
    if not theirs.is_void and ours.status is not RemoteStatus.VOID:
        found += _of_figures(ours, theirs, rules.tolerance)
    return (*found, *_of_names(ours, theirs, rules))


def _of_status(ours: Ours, theirs: Theirs) -> Iterator[Difference]:
    if theirs.status is RemoteStatus.UNKNOWN:
        return
    if theirs.is_void or ours.status is RemoteStatus.VOID:
        yield Difference.ENDED
    elif (ours.status is RemoteStatus.DRAFT) is not (
        theirs.status is RemoteStatus.DRAFT
    ):
        yield Difference.STATUS


def paid_differs(ours: Ours, theirs: Theirs) -> bool:
    """Orders are not paid, and what comes to nothing is paid from the start."""
    if ours.kind is DocumentKind.SALES_ORDER or not ours.gross:
        return False
    both_say = ours.status in SETTLEMENT and theirs.status in SETTLEMENT
    return both_say and ours.status is not theirs.status


def rate_differs(ours: Ours, theirs: Theirs) -> bool:
    """Platforms keep fewer digits than we do, some of them the inverse. One that both
    sides leave at 1, or that one side does not tell, is no difference."""
    if ours.rate is None or not theirs.rate:
        return False
    return abs(theirs.rate / ours.rate - 1) > RATE_TOLERANCE


def _of_figures(ours: Ours, theirs: Theirs, tolerance: Decimal) -> list[Difference]:
    found = []
    if paid_differs(ours, theirs):
        found.append(Difference.PAID)
    if ours.currency != theirs.currency or rate_differs(ours, theirs):
        found.append(Difference.CURRENCY)
    if abs(ours.gross - theirs.gross) > tolerance:
        found.append(Difference.AMOUNT)
    of_tax = max(tolerance, MOST) if ours.adjusted else tolerance
    if theirs.tax is not None and abs(ours.tax - theirs.tax) > of_tax:
        found.append(Difference.TAX)
    return found


def _of_names(ours: Ours, theirs: Theirs, rules: Rules) -> Iterator[Difference]:
    if not same_party(ours, theirs):
        yield Difference.CUSTOMER
    if theirs.date is not None and ours.date != theirs.date:
        yield Difference.DATE
    known = ("", ours.number, ours.external_number)
    if rules.keeps_our_number and theirs.number not in known:
        yield Difference.NUMBER
