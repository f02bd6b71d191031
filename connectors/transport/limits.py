"""How long and how big a call may be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds and bytes. `read` is the silence between two bytes, `wall` the whole time
    from the first byte sent to the last one read, so that a slow trickle ends too."""

    connect: float = 5
    read: float = 25
    wall: float = 28
    answer_bytes: int = 20_000_000
    redirects: int = 3
    logged_characters: int = 16_000


def usual_limits() -> Limits:
    """Those of every platform that declares none of its own."""
    return Limits()
