"""Several OData calls in one request: multipart/mixed, as version 4 has it.

Each write travels in a change set of its own, so that one refusal undoes no other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from connectors.transport.answer import Answer
from connectors.transport.json_codec import encode

BOUNDARY = "batch_finsync"
CONTENT_TYPE = f"multipart/mixed; boundary={BOUNDARY}"
_SET = "changeset_finsync_"


@dataclass(frozen=True, slots=True)
class Write:
    """`path` is relative to the service's root, or absolute."""

    method: str
    path: str
    payload: Mapping[str, Any]


def batch_body(writes: Sequence[Write]) -> bytes:
    parts = [_change_set(number, write) for number, write in enumerate(writes, 1)]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def batch_answers(answer: Answer) -> list[Answer]:
    """The answers in the order in which they came: fewer than were asked, where the
    service stopped at a refusal or the rest was lost."""
    kind = answer.headers.get("Content-Type", "")
    if "multipart/mixed" not in kind.lower():
        raise answer.unreadable("is not a batch")
    message = BytesParser(policy=HTTP).parsebytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + answer.content
    )
    return [_inner(answer, content) for content in _contents(message)]


def _change_set(number: int, write: Write) -> bytes:
    name = f"{_SET}{number}"
    body = encode(write.payload)
    head = (
        f"--{BOUNDARY}\r\n"
        f"Content-Type: multipart/mixed; boundary={name}\r\n\r\n"
        f"--{name}\r\n"
        "Content-Type: application/http\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: {number}\r\n\r\n"
        f"{write.method} {write.path} HTTP/1.1\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + f"\r\n--{name}--\r\n".encode()


def _contents(message: Any) -> Iterator[bytes]:
    """The bodies of all parts of type application/http, nested ones too."""
    if message.is_multipart():
        for part in message.get_payload():
            yield from _contents(part)
    elif message.get_content_type() == "application/http":
        yield message.get_payload(decode=True)


def _inner(answer: Answer, content: bytes) -> Answer:
    """A part is an HTTP answer of its own, with status line and headers."""
    head, _, body = content.lstrip().replace(b"\r\n", b"\n").partition(b"\n\n")
    status, _, headers = head.decode("utf-8", "replace").partition("\n")
    words = status.split(" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise answer.unreadable("holds a part without a status")
    pairs = (line.partition(":") for line in headers.splitlines())
    return replace(
        answer,
        status=int(words[1]),
        headers={name.strip().title(): value.strip() for name, _, value in pairs},
        content=body.strip(),
        where=replace(answer.where, http_status=int(words[1])),
    )
