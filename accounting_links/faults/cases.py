"""What is tried: each act of a connection, under each fault that can befall it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accounting_links.engine.crash_points import Point
from connectors.capabilities import AuthKind, Capabilities


class Act(StrEnum):
    CREATE = "create"
    FINALISE = "finalise"
    UPDATE = "update"
    VOID = "void"
    PAYMENT = "payment"
    POLL = "poll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`rules` are those of `connectors.practice.faults`; one without `nth`, `every` or
    `count` is to fall on one request of the act, chosen by chance. `point`: there the
    worker dies, at the `time`-th passing."""

    act: Act
    name: str
    rules: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    point: Point | None = None
    time: int = 1
    workers: int = 1
    # From the first passing of this point on, answers are lost for a while.
    lost_at: Point | None = None

    def __str__(self) -> str:
        return f"{self.act}: {self.name}"


CLAIM = (Point.AFTER_CLAIM,)
INTENT = (Point.BEFORE_INTENT, Point.AFTER_INTENT)
RECORD = (Point.BEFORE_RECORD, Point.AFTER_RECORD)
LINK = (Point.BEFORE_LINK, Point.AFTER_LINK)
SEND = (Point.BEFORE_SEND, Point.AFTER_ANSWER)
CRASHES: Mapping[Act, tuple[Point, ...]] = {
    Act.CREATE: (*CLAIM, Point.AFTER_CHECK, *INTENT, *SEND, *RECORD, *LINK),
    Act.FINALISE: (Point.BEFORE_FINALISE, Point.AFTER_FINALISE),
    Act.UPDATE: (*CLAIM, *INTENT, Point.BEFORE_UPDATE, Point.AFTER_UPDATE, *RECORD),
    Act.VOID: (*CLAIM, *INTENT, Point.BEFORE_UPDATE, Point.AFTER_UPDATE, *RECORD),
    Act.PAYMENT: (*CLAIM, *INTENT, Point.BEFORE_PAYMENT, Point.AFTER_PAYMENT, *RECORD),
    Act.POLL: (Point.POLL_ASKED, Point.POLL_RECORDED),
}
# Passed once more by each batch.
TWICE = (*INTENT, *SEND, *RECORD, *LINK)
DOUBTS = (Point.BEFORE_DOUBT, Point.AFTER_DOUBT)
TOKENS = (Point.BEFORE_TOKEN, Point.AFTER_TOKEN)

LOST = {"kind": "cut_after"}
# More often than a call is repeated within itself.
LOST_FOR_GOOD = {"kind": "cut_after", "count": 3}
EXPIRED = {"kind": "expired_token", "nth": 1}
# A name, and the rules that bring it about.
ANSWERS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "cut before commit": ({"kind": "cut_before"},),
    "cut after commit": (LOST,),
    "half an answer": ({"kind": "cut_body"},),
    "truncated answer": ({"kind": "truncated"},),
    "web page for an answer": ({"kind": "html"},),
    "slow trickle": ({"kind": "trickle", "chunk": 400, "seconds": 0.02},),
    "slow answer": ({"kind": "latency", "seconds": 0.3},),
    "500": ({"kind": "status", "status": 500},),
    "503": ({"kind": "status", "status": 503},),
    "503 for a while": ({"kind": "status", "status": 503, "count": 4},),
    "429 without delay": ({"kind": "status", "status": 429},),
    "429 with delay": ({"kind": "status", "status": 429, "retry_after": 1},),
    "two answers lost": (LOST, LOST),
    "every third answer lost": ({"kind": "cut_after", "every": 3, "count": 4},),
}
WITH_TOKENS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "expired token": ({"kind": "expired_token"},),
    "503 of the token endpoint": (EXPIRED, {"kind": "token_error", "count": 3}),
}
RENEWING = frozenset({AuthKind.OAUTH2, AuthKind.OAUTH2_CLIENT, AuthKind.LOGIN})


def acts(able: Capabilities) -> list[Act]:
    found = [Act.CREATE]
    found += [Act.FINALISE] if able.finalise else []
    found += [Act.UPDATE] if able.update else []
    found += [Act.VOID] if able.void else []
    found += [Act.PAYMENT] if able.payments else []
    return [*found, Act.POLL]


def cases(able: Capabilities) -> list[Case]:
    """All that apply to a platform, in a fixed order."""
    return [case for act in acts(able) for case in _of(act, able)]


def _of(act: Act, able: Capabilities) -> Iterator[Case]:
    yield from _crashes(act, able)
    if act is Act.FINALISE:
        return
    answers = dict(ANSWERS)
    if able.auth in RENEWING:
        answers |= WITH_TOKENS
    for name, rules in answers.items():
        yield Case(act=act, name=name, rules=rules)
    if act is Act.CREATE and able.batch_size > 1:
        rule = {"kind": "cut_inside", "items": 1, "count": 1}
        yield Case(act=act, name="cut inside a batch", rules=(rule,))
    yield Case(act=act, name="two workers at once", workers=2)


def _crashes(act: Act, able: Capabilities) -> Iterator[Case]:
    for point in CRASHES[act]:
        yield Case(act=act, name=f"killed {_words(point)}", point=point)
        if act is Act.CREATE and point in TWICE:
            name = f"killed {_words(point)}, second batch"
            yield Case(act=act, name=name, point=point, time=2)
    if act in (Act.CREATE, Act.PAYMENT):
        for point in DOUBTS:
            name = f"answer lost, then killed {_words(point)}"
            lost_at = Point.BEFORE_SEND if act is Act.CREATE else Point.BEFORE_PAYMENT
            yield Case(act=act, name=name, point=point, lost_at=lost_at)
    if able.auth in RENEWING:
        for point in TOKENS:
            name = f"killed {_words(point)}"
            yield Case(act=act, name=name, point=point, rules=(EXPIRED,))


def _words(point: Point) -> str:
    return point.value.replace("_", " ")
