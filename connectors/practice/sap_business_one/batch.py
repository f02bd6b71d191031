"""$batch: multipart/mixed in, multipart/mixed out. A change set is all or nothing."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.client import parse_headers
from typing import Any

from ..wire import BadBody, Request, Response

BOUNDARY = "batchresponse_practice"
SET = "changesetresponse_practice"
Carry = Callable[[Request], Response]


@dataclass(frozen=True)
class Part:
    """The requests of a change set, or a single one outside any."""

    requests: list[Request]
    is_set: bool


def parts_of(request: Request, root: str) -> list[Part]:
    """Raises `BadBody`."""
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    if not message.is_multipart():
        raise BadBody("A batch is multipart/mixed.")
    return [_part(request, part, root) for part in _inner(message)]


def answer(parts: list[tuple[Part, list[Response]]]) -> Response:
    body = b"".join(_written(part, responses) for part, responses in parts)
    return Response(
        status=202,
        body=body + f"--{BOUNDARY}--\r\n".encode(),
        content_type=f"multipart/mixed;boundary={BOUNDARY}",
    )


def _part(outer: Request, part: Any, root: str) -> Part:
    if part.is_multipart():
        requests = [_request(outer, each, root) for each in _inner(part)]
        if any(each.method == "GET" for each in requests):
            raise BadBody("A change set holds no GET.")
        return Part(requests, is_set=True)
    return Part([_request(outer, part, root)], is_set=False)


def _inner(message: Any) -> Iterator[Message]:
    yield from message.get_payload()


def _request(outer: Request, part: Any, root: str) -> Request:
    if part.get_content_type() != "application/http":
        raise BadBody("A part is application/http.")
    lines = io.BytesIO(part.get_payload(decode=True).lstrip())
    words = lines.readline().decode().split()
    if len(words) != 3:
        raise BadBody("A part begins with method, address and HTTP/1.1.")
    headers = parse_headers(lines)
    path = words[1]
    if not path.startswith("/"):
        path = f"{root}/{path}"
    return Request(
        method=words[0],
        target=path,
        body=lines.read().strip(),
        headers=headers,
        fault=outer.fault,
    )


def _written(part: Part, responses: list[Response]) -> bytes:
    inner = [_http(response) for response in responses]
    # What undid a change set is answered once, and outside of it.
    whole = part.is_set and all(response.status < 300 for response in responses)
    if not whole:
        return b"".join(_framed(BOUNDARY, each) for each in inner[-1:])
    body = b"".join(_framed(SET, each) for each in inner) + f"--{SET}--\r\n".encode()
    head = f"--{BOUNDARY}\r\nContent-Type: multipart/mixed;boundary={SET}\r\n\r\n"
    return head.encode() + body


def _framed(boundary: str, content: bytes) -> bytes:
    head = (
        f"--{boundary}\r\nContent-Type: application/http\r\n"
        "Content-Transfer-Encoding: binary\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"


def _http(response: Response) -> bytes:
    head = (
        f"HTTP/1.1 {response.status} {'OK' if response.status < 300 else 'Error'}\r\n"
        f"Content-Type: {response.content_type}\r\n"
        f"Content-Length: {len(response.body)}\r\n\r\n"
    )
    return head.encode() + response.body
