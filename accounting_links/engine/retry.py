"""When to try again."""

import datetime as dt
import random

from django.conf import settings
from django.utils import timezone

from connectors.errors import Retry
from connectors.transport.limits import Limits

FIRST = 15.0
LONGEST = 900.0
# Claims that ended without any result: such a row may be what kills its workers.
CRASHES = 5
# Claims that the platform answered with "not now".
ATTEMPTS = 12
# So often the platform's own word of when to come again is taken as it is.
TRUSTED = 3
# So many questions about a send are asked as soon as it was quiet for long enough.
PROMPT = 6


def backoff(attempts: int, *, after: float | None = None) -> dt.timedelta:
    """When the platform says, a moment later; where it says nothing, or said so several
    times in vain, twice as long each time, with jitter, and never before its word."""
    if after is not None and attempts <= TRUSTED:
        moment = random.uniform(0.0, 0.5)  # noqa: S311  # jitter, no secret
        return dt.timedelta(seconds=after + moment)
    longest = min(LONGEST, FIRST * 2 ** min(max(attempts - 1, 0), 10))
    seconds = longest * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, no secret
    return dt.timedelta(seconds=max(seconds, after or 0.0))


def next_attempt(attempts: int, error: Exception | None = None) -> dt.datetime:
    after = error.after if isinstance(error, Retry) else None
    return timezone.now() + backoff(attempts, after=after)


def quiet() -> dt.timedelta:
    """How long an unanswered send may still arrive over there."""
    given = settings.FINSYNC_IN_DOUBT_QUIET
    limits = Limits()
    longest = limits.connect + max(limits.read, limits.wall)
    return dt.timedelta(seconds=longest if given is None else given)
