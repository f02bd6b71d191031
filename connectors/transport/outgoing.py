"""A request on its way: what is sent, who signs it, what a repetition would do."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from connectors.errors import InDoubt
from connectors.transport.answer import Answer
from connectors.transport.json_codec import encode
from connectors.transport.retries import Effect

Params = Mapping[str, str] | Sequence[tuple[str, str]]
Content = bytes | str | Callable[[], bytes]


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A request about to leave; an authoriser may add to it. `url` is the one that is
    really called (the practice ledger's, where there is one)."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = field(default=b"", repr=False)


class Authoriser(Protocol):
    """Proves who we are; see `connectors.auth`."""

    def sign(self, request: Outgoing) -> bool:
        """Adds the proof. True when it had to be renewed for this. May raise
        `Reauthorise`, `Retry`."""
        ...

    def refuses(self, answer: Answer) -> bool:
        """Whether the platform turned the proof down."""
        ...

    def renew(self) -> None:
        """Gets a new proof in place of the one refused, or raises `Reauthorise`."""
        ...

    def secrets(self) -> Iterable[str]:
        """What must not be seen in a log."""
        ...


@dataclass(slots=True, kw_only=True)
class Call:
    """One call with all its attempts. `doubt` is kept from the first attempt whose
    fate is unknown; of a `confidential` one no answer is logged."""

    operation: str
    method: str
    url: str
    effect: Effect
    headers: Mapping[str, str]
    content: Content
    returns: Collection[int]
    cost: int
    read: float
    attempts: int
    authorised: bool
    confidential: bool = False
    renewed: bool = False
    doubt: InDoubt | None = None


def encoded_body(
    json: object, form: Params | None, content: Content
) -> tuple[Content, dict[str, str]]:
    if json is not None:
        return encode(json), {"Content-Type": "application/json"}
    if form is not None:
        pairs = list(form.items()) if isinstance(form, Mapping) else form
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return urlencode(pairs).encode(), kind
    return content, {}
