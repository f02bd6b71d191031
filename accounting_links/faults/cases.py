"""What is tried: each act of a connection, under each fault that can befall it."""

from collections.abc import Iterable, Iterator, Mapping
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
    PAYMENT_VOID = "payment void"
    ALLOCATE = "credit allocation"
    POLL = "poll"
    MESSAGE = "message"


class Mishap(StrEnum):
    """What befalls a worker, or the machine, when it passes a named moment."""

    ANSWERS_LOST = "from then on answers are lost, for a while"
    REQUEST_LOST = "the next request that writes is lost on its way"
    # As when the clock is set, or a machine sleeps.
    CLOCK_FORWARD = "all clocks jump forward by hours"
    # As on a machine whose clock is behind those of the others.
    CLOCK_BACK = "the worker's own clock jumps back by hours"
    DATABASE_LOCKED = "somebody else holds the database for a while"
    DATABASE_RESTARTED = "the database drops everyone"
    RIVAL = "another worker makes a whole pass meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`rules` are those of `connectors.practice.faults`; one without `nth`, `every` or
    `count` is to fall on one request of the act, chosen by chance. `point`: there the
    worker dies, at the `time`-th passing. `mishaps`: what happens at the first passing
    of a point. `copies`: how often a platform tells the same."""

    act: Act
    name: str
    rules: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    point: Point | None = None
    time: int = 1
    workers: int = 1
    mishaps: tuple[tuple[Point, Mishap], ...] = ()
    copies: int = 1
    # May a person have to connect again afterwards?
    costs_grant: bool = False

    def __str__(self) -> str:
        return f"{self.act}: {self.name}"


CLAIM = (Point.AFTER_CLAIM,)
INTENT = (Point.BEFORE_INTENT, Point.AFTER_INTENT)
RECORD = (Point.BEFORE_RECORD, Point.AFTER_RECORD)
LINK = (Point.BEFORE_LINK, Point.AFTER_LINK)
SEND = (Point.BEFORE_SEND, Point.AFTER_ANSWER)
FINALISE = (Point.BEFORE_FINALISE, Point.AFTER_FINALISE)
CHANGE = (Point.BEFORE_UPDATE, Point.AFTER_UPDATE)
PAYMENT = (Point.BEFORE_PAYMENT, Point.AFTER_PAYMENT)
ALLOCATE = (Point.BEFORE_ALLOCATE, Point.AFTER_ALLOCATE)
POLL = (Point.BEFORE_POLL, Point.POLL_ASKED, Point.POLL_RECORDED)
CRASHES: Mapping[Act, tuple[Point, ...]] = {
    Act.CREATE: (*CLAIM, Point.AFTER_CHECK, *INTENT, *SEND, *RECORD, *LINK),
    Act.FINALISE: FINALISE,
    Act.UPDATE: (*CLAIM, *INTENT, *CHANGE, *RECORD),
    Act.VOID: (*CLAIM, *INTENT, *CHANGE, *RECORD),
    Act.PAYMENT: (*CLAIM, *INTENT, *PAYMENT, *RECORD),
    Act.PAYMENT_VOID: (*CLAIM, *PAYMENT, *RECORD),
    Act.ALLOCATE: (*CLAIM, *INTENT, *ALLOCATE, *RECORD),
    Act.POLL: POLL,
    Act.MESSAGE: POLL,
}
# The moments before and after the call of an act, with no transaction open.
CALLS: Mapping[Act, tuple[Point, Point]] = {
    Act.CREATE: SEND,
    Act.FINALISE: FINALISE,
    Act.UPDATE: CHANGE,
    Act.VOID: CHANGE,
    Act.PAYMENT: PAYMENT,
    Act.PAYMENT_VOID: PAYMENT,
    Act.ALLOCATE: ALLOCATE,
    Act.POLL: (Point.BEFORE_POLL, Point.POLL_ASKED),
    Act.MESSAGE: (Point.BEFORE_POLL, Point.POLL_ASKED),
}
# Passed once more by each batch.
TWICE = (*INTENT, *SEND, *RECORD, *LINK)
DOUBTS = (Point.BEFORE_DOUBT, Point.AFTER_DOUBT)
TOKENS = (Point.BEFORE_TOKEN, Point.AFTER_TOKEN)
DOUBTED = (Act.CREATE, Act.PAYMENT, Act.ALLOCATE)

LOST = {"kind": "cut_after"}
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
REVOKED = ({"kind": "revoked_grant"},)
RENEWING = frozenset({AuthKind.OAUTH2, AuthKind.OAUTH2_CLIENT, AuthKind.LOGIN})
MANY_COPIES = 1000


def acts(
    able: Capabilities, *, voids_payments: bool = False, tells: bool = False
) -> list[Act]:
    """`tells`: it sends messages when something changed there."""
    found = [Act.CREATE]
    found += [Act.FINALISE] if able.finalise else []
    found += [Act.UPDATE] if able.update else []
    found += [Act.VOID] if able.void else []
    found += [Act.PAYMENT] if able.payments else []
    found += [Act.PAYMENT_VOID] if able.payments and voids_payments else []
    found += [Act.ALLOCATE] if able.allocate_credit else []
    found += [Act.POLL]
    return found + ([Act.MESSAGE] if tells else [])


def cases(able: Capabilities, tried: Iterable[Act]) -> list[Case]:
    """All that apply to a platform that can do these acts, in a fixed order."""
    return [case for act in tried for case in _of(act, able)]


def _of(act: Act, able: Capabilities) -> Iterator[Case]:
    yield from _crashes(act, able)
    yield from _of_the_database(act)
    if act is Act.FINALISE:
        lost = (Point.BEFORE_FINALISE, Mishap.ANSWERS_LOST)
        yield Case(act=act, name="answers lost", mishaps=(lost,))
        return
    yield from _of_answers(act, able)
    yield from _of_clocks(act)
    yield Case(act=act, name="two workers at once", workers=2)
    yield Case(act=act, name="two clusters at once", workers=4)
    if act is Act.MESSAGE:
        yield Case(act=act, name="the same a thousand times", copies=MANY_COPIES)


def _of_answers(act: Act, able: Capabilities) -> Iterator[Case]:
    answers = dict(ANSWERS)
    if able.auth in RENEWING:
        answers |= WITH_TOKENS
    for name, rules in answers.items():
        yield Case(act=act, name=name, rules=rules)
    yield Case(act=act, name="revoked grant", rules=REVOKED, costs_grant=True)
    if act is Act.CREATE and able.batch_size > 1:
        rule = {"kind": "cut_inside", "items": 1, "count": 1}
        yield Case(act=act, name="cut inside a batch", rules=(rule,))


def _of_clocks(act: Act) -> Iterator[Case]:
    """Each with another worker, which sees leases by its own clock."""
    before, after = CALLS[act]
    begun = before if before is Point.BEFORE_POLL else Point.AFTER_CLAIM
    meeting = after if before is Point.BEFORE_POLL else before
    rival = (meeting, Mishap.RIVAL)
    for mishap, word in (
        (Mishap.CLOCK_FORWARD, "forward"),
        (Mishap.CLOCK_BACK, "back"),
    ):
        name = f"clock {word} {_words(begun)}, another worker {_words(meeting)}"
        yield Case(act=act, name=name, mishaps=((begun, mishap), rival))
    if Point.AFTER_INTENT in CRASHES[act]:
        jump = (Point.AFTER_INTENT, Mishap.CLOCK_FORWARD)
        name = f"clock forward after intent, another worker {_words(meeting)}"
        yield Case(act=act, name=name, mishaps=(jump, rival))
    if act in DOUBTED:
        yield Case(
            act=act,
            name="request lost, clock forward in doubt, another worker",
            mishaps=(
                (before, Mishap.REQUEST_LOST),
                (Point.BEFORE_DOUBT, Mishap.CLOCK_FORWARD),
                (Point.AFTER_DOUBT, Mishap.RIVAL),
            ),
        )


def _of_the_database(act: Act) -> Iterator[Case]:
    for mishap, word in (
        (Mishap.DATABASE_LOCKED, "locked for seconds"),
        (Mishap.DATABASE_RESTARTED, "restarted"),
    ):
        for point in CALLS[act]:
            name = f"database {word} {_words(point)}"
            yield Case(act=act, name=name, mishaps=((point, mishap),))


def _crashes(act: Act, able: Capabilities) -> Iterator[Case]:
    for point in CRASHES[act]:
        yield Case(act=act, name=f"killed {_words(point)}", point=point)
        if act is Act.CREATE and point in TWICE:
            name = f"killed {_words(point)}, second batch"
            yield Case(act=act, name=name, point=point, time=2)
    if act in DOUBTED:
        lost = (CALLS[act][0], Mishap.ANSWERS_LOST)
        for point in DOUBTS:
            name = f"answer lost, then killed {_words(point)}"
            yield Case(act=act, name=name, point=point, mishaps=(lost,))
    if able.auth in RENEWING:
        for point in TOKENS:
            name = f"killed {_words(point)}"
            yield Case(act=act, name=name, point=point, rules=(EXPIRED,))


def _words(point: Point) -> str:
    return point.value.replace("_", " ")
