"""What a check-up found out, step by step. Plain values, as they stand in an event."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`sentence` says what was seen, or what is the matter."""

    name: str
    passed: bool
    sentence: str


def told(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [asdict(step) for step in steps]


def steps_in(after: Mapping[str, Any]) -> list[Step]:
    return [Step(**each) for each in after.get("steps", ())]


def all_passed(steps: Iterable[Step]) -> bool:
    return all(step.passed for step in steps)
