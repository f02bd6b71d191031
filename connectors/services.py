"""What a connector is handed from above, as small protocols."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from connectors.records import DocumentKind, RemoteDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What gives access now. `session` holds cookies or session ids of log-in
    platforms; `expires_at` None means until refused."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    session: Mapping[str, str] = field(default_factory=dict, repr=False)

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


class TokenStore(Protocol):
    """Keeps a connection's tokens, shared by all workers."""

    def read(self) -> Tokens: ...

    def renew(self, stale: Tokens, fetch: Callable[[Tokens], Tokens]) -> Tokens:
        """Tokens newer than `stale`. At most one worker at a time runs `fetch`, with
        the tokens to refresh from; the others wait and get what it brought. No database
        transaction is open while `fetch` runs. What `fetch` raises passes through, and
        the old tokens stay."""
        ...


class RateBudget(Protocol):
    """The vendor's quota, shared by all workers of an organisation."""

    def spend(self, *, cost: int = 1) -> AbstractContextManager[None]:
        """Waits till `cost` calls may go, holds a place among the concurrent ones while
        the context is open. Raises `Retry` when that is further away than a task may
        wait."""
        ...

    def observe(self, *, status: int, headers: Mapping[str, str]) -> None:
        """Learns from an answer (Retry-After, limit headers)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came back, already redacted and cut to size."""

    platform: str
    operation: str
    method: str
    url: str
    request: str
    status: int | None
    answer: str
    seconds: float
    failure: str = ""


class ExchangeLog(Protocol):
    def record(self, exchange: Exchange) -> str:
        """Keeps it, and answers its reference."""
        ...


class Clock(Protocol):
    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


class Confirmed(Protocol):
    """What is known to be in the books of a platform that works by files: what its
    reports, or people, have confirmed."""

    def documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]: ...


class NothingConfirmed:
    def documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        return iter(())


class NoBudget:
    """A budget without limit: tests, and platforms without quota."""

    def spend(self, *, cost: int = 1) -> AbstractContextManager[None]:
        return nullcontext()

    def observe(self, *, status: int, headers: Mapping[str, str]) -> None:
        return None


class MemoryTokens:
    """Tokens of one process: tests and commands without a stored connection."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens or Tokens()

    def read(self) -> Tokens:
        return self.tokens

    def renew(self, stale: Tokens, fetch: Callable[[Tokens], Tokens]) -> Tokens:
        if self.tokens == stale:
            self.tokens = fetch(self.tokens)
        return self.tokens


class MemoryLog:
    """Keeps exchanges in a list; the reference is the place in it."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange) -> str:
        self.exchanges.append(exchange)
        return str(len(self.exchanges))


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    tokens: TokenStore = field(default_factory=MemoryTokens)
    budget: RateBudget = field(default_factory=NoBudget)
    log: ExchangeLog = field(default_factory=MemoryLog)
    clock: Clock = field(default_factory=SystemClock)
    confirmed: Confirmed = field(default_factory=NothingConfirmed)
