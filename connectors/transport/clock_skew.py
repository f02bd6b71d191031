"""Whether it is our own clock that is wrong, when what we signed with it is refused."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.errors import PlatformDown
from connectors.transport.answer import Answer

# As far as vendors let a signed time be off.
SKEW = timedelta(minutes=5)


def refuse_wrong_clock(answer: Answer, now: datetime, *, label: str) -> None:
    """Raises `PlatformDown`, by the time that every answer of a web server tells: a
    wrong clock is refused as wrong keys are, and must not cost the connection."""
    theirs = _told(answer)
    if theirs is not None and abs(theirs - now) > SKEW:
        raise PlatformDown(
            f"The clock of this server is wrong, and {label} refuses it for that.",
            where=answer.where,
        )


def _told(answer: Answer) -> datetime | None:
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
