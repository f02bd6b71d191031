"""When a call is made again within the same call, and how long it waits before."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from connectors.errors import ConnectorError, InDoubt, PlatformDown, Retry


class Effect(StrEnum):
    """What a repetition of the call would do over there."""

    READ = "read"  # nothing: look-ups, also those that travel by POST
    REPEATABLE = "repeatable"  # nothing more: the request carries the platform's key
    WRITE = "write"  # a second record


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """`longest_wait` is as far as a Retry-After is waited for within the call; after
    `patience` seconds no further attempt begins."""

    attempts: int = 3
    first_pause: float = 0.5
    longest_wait: float = 5
    patience: float = 15

    def wait(self, error: ConnectorError, effect: Effect, attempt: int) -> float | None:
        """Seconds until the next attempt, or None: give up with this error."""
        if attempt >= self.attempts:
            return None
        if isinstance(error, InDoubt):
            return self._pause(attempt) if effect is Effect.REPEATABLE else None
        if not isinstance(error, Retry):
            return None
        if error.after is not None:
            return error.after if error.after <= self.longest_wait else None
        # A platform that throttles without saying how long is not pressed further.
        return self._pause(attempt) if isinstance(error, PlatformDown) else None

    def _pause(self, attempt: int) -> float:
        ceiling: float = self.first_pause * 2 ** (attempt - 1)
        return ceiling * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds, from a Retry-After in seconds or as a date; None where absent or odd."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
