"""All cases, platform by platform, by a seed, and what came of them."""

import logging
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from accounting_links.faults import kills, messages
from accounting_links.faults.cases import Case, cases
from accounting_links.faults.judge import Verdict
from accounting_links.faults.office import Office
from accounting_links.faults.rounds import Round, Strike, play, strike_here
from connectors import registry
from connectors.practice.runner import serve

SHOWN = 20
log = logging.getLogger(__name__)
HERE, KILLED, NO_FAULT = "in process", "kill -9", "no fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rounds` and `kill_rounds` are per platform. No round with a fault begins when
    the platform's share of `seconds` is over (0: no end); what one leaves of its share
    goes to those after it."""

    platforms: Sequence[str]
    rounds: int
    kill_rounds: int
    seed: int
    seconds: float = 0
    # Only cases whose names hold this.
    case: str = ""
    stop_at_failure: bool = False


@dataclass(slots=True, kw_only=True)
class PlatformResult:
    platform: str
    rounds: list[Round] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, round_: Round) -> None:
        self.rounds.append(round_)
        verdict = round_.verdict
        for name in ("duplicates", "losses", "stuck"):
            for said in getattr(verdict, name):
                where = f"{round_.case} ({round_.how})"
                self.failures.append(f"{name}: {where}: {said}")

    def count(self, name: str) -> int:
        return sum(len(getattr(each.verdict, name)) for each in self.rounds)

    @property
    def clean(self) -> bool:
        return bool(self.rounds) and not self.failures

    def as_dict(self) -> dict[str, Any]:
        of_kills = [each for each in self.rounds if each.how == KILLED]
        struck = [each for each in self.rounds if each.hit and each.how != NO_FAULT]
        reached = {str(each.case) for each in struck}
        tried = [each for each in self.rounds if each.how != NO_FAULT]
        missed = {str(each.case) for each in tried} - reached
        return {
            "rounds": len(self.rounds) - len(of_kills),
            "by_act": _by_act(self.rounds),
            "kill_rounds": len(of_kills),
            "struck": len(struck),
            "duplicates": self.count("duplicates"),
            "losses": self.count("losses"),
            "stuck": self.count("stuck"),
            "reconnects": sum(each.reconnected for each in self.rounds),
            "recovery_seconds": _times(struck),
            "recovery_seconds_after_kill": _times(
                [each for each in of_kills if each.hit]
            ),
            "never_struck": sorted(missed),
            "failures": self.failures[:SHOWN],
        }


def _by_act(rounds: Sequence[Round]) -> dict[str, int]:
    return dict(Counter(each.case.act.value for each in rounds))


def _times(rounds: Sequence[Round]) -> dict[str, float]:
    seconds = [each.seconds for each in rounds]
    if not seconds:
        return {}
    return {"median": round(median(seconds), 2), "most": round(max(seconds), 2)}


def api_platforms() -> list[str]:
    """Those that can be sent to over a network, each of which has a practice ledger."""
    return [
        slug
        for slug in registry.slugs()
        if not registry.connector_class(slug).capabilities.files
    ]


def run(plan: Plan, say: Callable[[str], None]) -> list[PlatformResult]:
    """Says a line for each platform, and one for all."""
    if plan.kill_rounds:
        kills.prepare()
    began, results = time.monotonic(), []
    for number, platform in enumerate(plan.platforms):
        left = plan.seconds - (time.monotonic() - began)
        share = left / (len(plan.platforms) - number)
        ends_at = time.monotonic() + share if plan.seconds else math.inf
        with messages.in_own_form(platform):
            results.append(_platform(platform, plan, say, ends_at))
        say(line(platform, [results[-1]]))
    say(line(f"all {len(results)} platforms", results))
    return results


def _platform(
    platform: str, plan: Plan, say: Callable[[str], None], ends_at: float
) -> PlatformResult:
    result = PlatformResult(platform=platform)
    chance = random.Random(f"{plan.seed}:{platform}")  # noqa: S311  # repeatable, no secret
    with serve(platform, empty=True) as server:
        office = Office(server, chance)
        try:
            for case, strike, how in _rounds(office, plan):
                if how != NO_FAULT and time.monotonic() > ends_at:
                    break
                result.add(_played(office, case, strike, how))
                if not result.rounds[-1].verdict.clean:
                    say(f"{platform}: {result.failures[-1]}")
                    if plan.stop_at_failure:
                        break
        finally:
            office.close()
    return result


def _played(office: Office, case: Case, strike: Strike, how: str) -> Round:
    try:
        return play(office, case, strike, how=how)
    except Exception as error:
        # The one of this loop: whatever broke, it is told, and the others are tried.
        log.exception("%s", case)
        verdict = Verdict(stuck=[f"The round broke off: {error!r}"])
        return Round(case=case, how=how, hit=False, verdict=verdict, seconds=0)


def _rounds(office: Office, plan: Plan) -> Iterator[tuple[Case, Strike, str]]:
    """First each act without a fault, then both kinds of round in turns, so that a
    short run has some of each."""
    tried = office.acts()
    for act in tried:
        yield Case(act=act, name=NO_FAULT), _measured, NO_FAULT
    known = [each for each in cases(office.able, tried) if plan.case in str(each)]
    if not known:
        return
    here, killed = _shuffled(known, office.chance), _shuffled(known, office.chance)
    every = max(1, plan.rounds // plan.kill_rounds) if plan.kill_rounds else 0
    left = plan.kill_rounds
    for number in range(1, plan.rounds + 1):
        yield next(here), strike_here, HERE
        if every and left and number % every == 0:
            left -= 1
            yield *_kill(next(killed)), KILLED
    for _ in range(left):
        yield *_kill(next(killed)), KILLED


def _kill(case: Case) -> tuple[Case, Strike]:
    strike = kills.strike_at_point if case.point else kills.strike_at_random
    return case, strike


def _shuffled(known: Sequence[Case], chance: random.Random) -> Iterator[Case]:
    while True:
        rest = list(known)
        chance.shuffle(rest)
        yield from rest


def _measured(office: Office, case: Case, scene: object) -> bool:
    office.requests[case.act] = max(1, office.work(case.act))
    return True


def line(name: str, results: Sequence[PlatformResult]) -> str:
    facts = [each.as_dict() for each in results]
    counts = {
        what: sum(each[what] for each in facts)
        for what in ("rounds", "kill_rounds", "duplicates", "losses", "stuck")
    }
    slowest = [
        max((each[when].get("most", 0.0) for each in facts), default=0.0)
        for when in ("recovery_seconds", "recovery_seconds_after_kill")
    ]
    return (
        f"{name}: {counts['rounds']} rounds and {counts['kill_rounds']} kills,"
        f" {counts['duplicates']} duplicates, {counts['losses']} losses,"
        f" {counts['stuck']} stuck; done again within {slowest[0]} seconds,"
        f" after a kill within {slowest[1]}"
    )
