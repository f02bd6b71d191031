"""Notes what a connector really sends, so that it can be held against a schema."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from connectors.errors import ConnectorError
from connectors.transport.answer import Answer
from connectors.transport.caller import Caller
from connectors.transport.outgoing import Call, Outgoing


@dataclass(frozen=True)
class Sent:
    """`status` and `answer` are empty where no answer was read to its end."""

    method: str
    url: str
    body: bytes
    status: int | None
    answer: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def recording() -> Iterator[list[Sent]]:
    """All requests of all transports, as they leave, in order."""
    sent: list[Sent] = []
    once = Caller.once

    def noted(self: Caller, call: Call, request: Outgoing) -> Answer | ConnectorError:
        outcome = once(self, call, request)
        answered = outcome if isinstance(outcome, Answer) else None
        sent.append(
            Sent(
                method=request.method,
                url=request.url,
                body=request.body,
                status=answered.status if answered else None,
                answer=answered.content if answered else b"",
                content_type=request.headers.get("Content-Type", ""),
                headers=dict(request.headers),
            )
        )
        return outcome

    with mock.patch.object(Caller, "once", noted):
        yield sent
