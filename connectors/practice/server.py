"""A threaded HTTP/1.1 loopback server for one face, keep-alive, chunks and all.

`PracticeServer(face)` binds at once (port 0: any free one); `start()` serves in threads
of this process, `stop()` finishes what is under way, closes the sockets and the books.
As a context manager it does both:

    with PracticeServer(face) as server:
        requests.get(server.url + "/__practice__/documents")
"""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from .dispatch import Dispatcher
from .face import Face
from .wire import CutConnection, Request, Response

LOOPBACK = "127.0.0.1"
IDLE_SECONDS = 120
GRACE_SECONDS = 10.0
HUGE = 50_000_000
_BLANK = b" " * 65_536


class BodyTooLarge(Exception):
    """More than the face takes; the connection is closed after the answer."""


class BadFraming(Exception):
    """Content-Length or chunks that cannot be read."""


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "FinSyncPractice"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: "HttpServer"

    def setup(self) -> None:
        super().setup()
        self.server.sockets.add(self.connection)

    def finish(self) -> None:
        self.server.sockets.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def serve(self) -> None:
        dispatcher = self.server.dispatcher
        with dispatcher.running():
            try:
                request = self._request()
            except BodyTooLarge:
                self.close_connection = True
                self._send(dispatcher.too_large(self.command, self.path))
                return
            except BadFraming as error:
                self.close_connection = True
                self.send_error(400, str(error))
                return
            try:
                response = dispatcher.answer(request)
            except CutConnection:
                self._cut()
                return
            self._deliver(request, response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = serve
    do_MERGE = serve

    def _request(self) -> Request:
        return Request(
            method=self.command,
            target=self.path,
            body=b"".join(self._body()),
            headers=self.headers,
        )

    def _body(self) -> Iterator[bytes]:
        limit = self.server.dispatcher.face.max_body
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            yield from self._chunks(limit)
            return
        length = _number(self.headers.get("Content-Length", "0"), base=10)
        if length > limit:
            raise BodyTooLarge
        yield self.rfile.read(length) if length else b""

    def _chunks(self, limit: int) -> Iterator[bytes]:
        total = 0
        while True:
            head = self.rfile.readline(1000).partition(b";")[0]
            length = _number(head.decode("latin-1"), base=16)
            total += length
            if total > limit:
                raise BodyTooLarge
            if not length:
                break
            yield self.rfile.read(length)
            self.rfile.readline(10)
        while self.rfile.readline(10_000).strip():
            continue

    # --- answers

    def _deliver(self, request: Request, response: Response) -> None:
        kind = request.fault.get("kind")
        if kind == "trickle":
            self._trickle(response, request.fault)
        elif kind == "cut_body":
            head = self._head(response)
            self.wfile.write(head + response.body[: len(response.body) // 2])
            self._cut()
        elif kind == "huge":
            self._flood(response, int(request.fault.get("bytes", HUGE)))
        else:
            self._send(response)

    def _send(self, response: Response) -> None:
        body = b"" if self.command == "HEAD" else response.body
        self.wfile.write(self._head(response) + body)

    def _flood(self, response: Response, size: int) -> None:
        """White space and `{}`, never held as a whole."""
        self.wfile.write(self._head(response, length=size))
        left = size - 2
        while left > 0:
            left -= self.wfile.write(_BLANK[:left])
        self.wfile.write(b"{}")

    def _head(self, response: Response, *, length: int | None = None) -> bytes:
        self.log_request(response.status)
        self.send_response_only(response.status)
        self.send_header("Date", self.date_time_string())
        if response.body or response.content_type != "application/json":
            self.send_header("Content-Type", response.content_type)
        size = len(response.body) if length is None else length
        self.send_header("Content-Length", str(size))
        for name, value in response.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        lines: list[bytes] = vars(self).pop("_headers_buffer")
        return b"".join(lines) + b"\r\n"

    def _trickle(self, response: Response, fault: Any) -> None:
        chunk = max(1, int(fault.get("chunk", 1)))
        pause = float(fault.get("seconds", 0.2))
        self.wfile.write(self._head(response))
        for start in range(0, len(response.body), chunk):
            time.sleep(pause)
            self.wfile.write(response.body[start : start + chunk])

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the statistics count, and the first line on stdout is a promise."""


def _number(text: str, *, base: int) -> int:
    try:
        number = int(text.strip(), base)
    except ValueError:
        raise BadFraming("The length of the body cannot be read.") from None
    if number < 0:
        raise BadFraming("The length of the body is negative.")
    return number


class HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, dispatcher: Dispatcher, port: int) -> None:
        self.dispatcher = dispatcher
        self.sockets: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), Connection)

    def server_bind(self) -> None:
        """Without the look-up of the host's name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no error; anything else is told on stderr."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class PracticeServer:
    """Raises `OSError` when the port is taken."""

    def __init__(self, face: Face, *, port: int = 0, limits: bool = False) -> None:
        self.face = face
        self.dispatcher = Dispatcher(face, limits=limits)
        self._http = HttpServer(self.dispatcher, port)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._http.server_port}"

    def start(self) -> "PracticeServer":
        self._thread = threading.Thread(
            target=self._http.serve_forever,
            kwargs={"poll_interval": 0.05},
            name=f"practice-{self.face.slug}",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
            self._thread = None
        self.dispatcher.drain(GRACE_SECONDS)
        for each in list(self._http.sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._http.server_close()
        self.face.ledger.close()

    def __enter__(self) -> "PracticeServer":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
