from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Of an action on many records: how many it changed, and the primary keys of those
    that it had to leave, each with a sentence that says why."""

    done: int = 0
    left: list[tuple[int, str]] = field(default_factory=list)
