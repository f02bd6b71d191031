"""Named moments of a send at which a worker may die. They do nothing, unless a fault
run arms them to kill the process or to raise."""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    AFTER_CLAIM = "after_claim"
    AFTER_CHECK = "after_check"
    BEFORE_INTENT = "before_intent"
    AFTER_INTENT = "after_intent"
    BEFORE_TOKEN = "before_token"  # noqa: S105  # the name of a moment
    AFTER_TOKEN = "after_token"  # noqa: S105  # the name of a moment
    BEFORE_SEND = "before_send"
    AFTER_ANSWER = "after_answer"
    BEFORE_RECORD = "before_record"
    AFTER_RECORD = "after_record"
    BEFORE_LINK = "before_link"
    AFTER_LINK = "after_link"
    BEFORE_FINALISE = "before_finalise"
    AFTER_FINALISE = "after_finalise"
    BEFORE_PAYMENT = "before_payment"
    AFTER_PAYMENT = "after_payment"
    BEFORE_ALLOCATE = "before_allocate"
    AFTER_ALLOCATE = "after_allocate"
    BEFORE_UPDATE = "before_update"
    AFTER_UPDATE = "after_update"
    BEFORE_DOUBT = "before_doubt"
    AFTER_DOUBT = "after_doubt"
    BEFORE_POLL = "before_poll"
    POLL_ASKED = "poll_asked"
    POLL_RECORDED = "poll_recorded"


def _nothing(point: Point) -> None:
    return None


_armed: Callable[[Point], None] = _nothing


def reached(point: Point) -> None:
    _armed(point)


def arm(action: Callable[[Point], None]) -> None:
    """From now on `action` is called at each point. For fault runs alone."""
    global _armed
    _armed = action


def disarm() -> None:
    arm(_nothing)
