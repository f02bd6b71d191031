"""Requests and answers as faces see them, and the routes that join the two.

A handler takes a `Request` and answers a `Response`. Paths in routes hold names in
braces: `/v3/company/{realm}/invoice`; `{rest:path}` also takes slashes. What was named
stands, percent-decoded, in `request.params`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qs, parse_qsl, unquote


class Headers(Protocol):
    """The server's headers, where case does not matter; None when one is absent."""

    def get(self, name: str, /) -> str | None: ...


class BadBody(Exception):
    """The body is not what its kind should be; faces word it as their vendor does."""


class CutConnection(Exception):
    """Close the socket without an answer; what was committed stays."""


@dataclass
class Request:
    """`path` is as sent (not decoded), `query` decoded; `target` is both as sent."""

    method: str
    target: str
    body: bytes = b""
    headers: Headers = field(default_factory=dict[str, str])
    params: dict[str, str] = field(default_factory=dict)
    fault: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    def arg(self, name: str, default: str = "") -> str:
        """A query parameter, the first where it came more than once."""
        return self.query.get(name, [default])[0]

    def header(self, name: str, default: str = "") -> str:
        value = self.headers.get(name)
        return default if value is None else str(value)

    @property
    def base_url(self) -> str:
        """Scheme and host as the caller wrote them, without a slash at the end."""
        scheme = self.header("X-Forwarded-Proto", "http")
        return f"{scheme}://{self.header('Host', 'localhost')}"

    @property
    def content_type(self) -> str:
        return self.header("Content-Type").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """Numbers with a point come as `Decimal`. Raises `BadBody`."""
        try:
            return json.loads(
                self.body, parse_float=Decimal, parse_constant=_no_constant
            )
        except (ValueError, RecursionError) as error:
            raise BadBody(str(error)) from error

    def form(self) -> dict[str, str]:
        """A urlencoded body. Raises `BadBody`."""
        try:
            text = self.body.decode()
        except UnicodeDecodeError as error:
            raise BadBody(str(error)) from error
        return dict(parse_qsl(text, keep_blank_values=True))

    def begin_batch_item(self, index: int) -> bool:
        """Faces call this before each item of a batch; the fault rules hang on it.

        False: answer an error of the vendor's for this item, and do not carry it out.
        Raises `CutConnection` when the connection is to be cut inside the batch; let
        it through.
        """
        kind = self.fault.get("kind")
        if kind == "cut_inside" and index >= int(self.fault.get("items", 1)):
            raise CutConnection
        return kind != "batch_error" or index != int(self.fault.get("item", 0))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


@dataclass(frozen=True)
class Response:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Sequence[tuple[str, str]] = ()

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        return Response(
            status=self.status,
            body=self.body,
            content_type=self.content_type,
            headers=(*self.headers, *headers),
        )


def json_body(value: Any) -> bytes:
    """UTF-8. A `Decimal` becomes a JSON number; money keeps its cents exactly."""
    return json.dumps(value, ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value)} is no JSON")


def json_response(value: Any, status: int = 200) -> Response:
    return Response(status=status, body=json_body(value))


def text_response(
    text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8"
) -> Response:
    return Response(status=status, body=text.encode(), content_type=content_type)


def redirect(url: str, status: int = 302) -> Response:
    return Response(status=status, headers=(("Location", url),))


Handle = Callable[[Request], Response]


@dataclass(frozen=True)
class Route:
    """`method` may be `*`."""

    method: str
    pattern: str
    handle: Handle


class Router:
    """The first route that fits is taken, in the order given."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(route, _compiled(route.pattern)) for route in routes]

    def find(self, request: Request) -> tuple[Route | None, bool]:
        """The route, with `request.params` set; and whether the path was known."""
        known = False
        for route, pattern in self._routes:
            match = pattern.fullmatch(request.path)
            if match is None:
                continue
            known = True
            if route.method in ("*", request.method):
                named = match.groupdict()
                request.params = {key: unquote(part) for key, part in named.items()}
                return route, True
        return None, known


def _compiled(pattern: str) -> re.Pattern[str]:
    expression = ""
    for literal, name, kind in re.findall(r"([^{]+)|\{(\w+)(:path)?\}", pattern):
        if literal:
            expression += re.escape(literal)
        else:
            expression += f"(?P<{name}>{'.+' if kind else '[^/]+'})"
    return re.compile(expression)
