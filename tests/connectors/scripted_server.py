"""A loopback server that answers each request as its script says, byte by byte.

    with ScriptedServer(answer(200, b"{}"), cut) as server: ...

Each turn takes one request and one open socket; the last turn goes on for ever.
`server.requests` holds what arrived.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Self


@dataclass(frozen=True)
class Seen:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


Turn = Callable[[socket.socket, threading.Event], bool]


class ScriptedServer:
    def __init__(self, *turns: Turn, tls: ssl.SSLContext | None = None) -> None:
        self.turns = list(turns)
        self._tls = tls
        self.requests: list[Seen] = []
        self.stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopped.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self.stopped.is_set():
                connection.close()
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            tls = self._tls
            connection = tls.wrap_socket(plain, server_side=True) if tls else plain
        except OSError:
            plain.close()  # the client did not trust us
            return
        with connection:
            reader = connection.makefile("rb")
            try:
                while (seen := _read(reader)) and self._turn(seen)(
                    connection, self.stopped
                ):
                    pass
            except OSError:
                pass  # the client went away
            finally:
                reader.close()

    def _turn(self, seen: Seen) -> Turn:
        self.requests.append(seen)
        return self.turns[min(len(self.requests), len(self.turns)) - 1]


def _read(reader: BinaryIO) -> Seen | None:
    line = reader.readline().decode()
    if not line.strip():
        return None
    method, target, _ = line.split()
    headers = {}
    while (line := reader.readline().decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", 0))
    return Seen(method, target, headers, reader.read(length))


def raw(status: int, body: bytes, **headers: str) -> bytes:
    named = {"Content-Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} X"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answer(status: int, body: bytes = b"{}", **headers: str) -> Turn:
    def turn(connection: socket.socket, stopped: threading.Event) -> bool:
        connection.sendall(raw(status, body, **headers))
        return True

    return turn


def cut(connection: socket.socket, stopped: threading.Event) -> bool:
    """Reads the request and hangs up without a word."""
    return False


def silent(connection: socket.socket, stopped: threading.Event) -> bool:
    """Takes the request and says nothing."""
    stopped.wait(10)
    return False


def trickling_body(connection: socket.socket, stopped: threading.Event) -> bool:
    connection.sendall(raw(200, b"", Content_Length="100000"))
    return _trickle(connection, stopped)


def trickling_header(connection: socket.socket, stopped: threading.Event) -> bool:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    return _trickle(connection, stopped)


def half_a_body(connection: socket.socket, stopped: threading.Event) -> bool:
    connection.sendall(raw(200, b'{"half":', Content_Length="1000"))
    return False


def _trickle(connection: socket.socket, stopped: threading.Event) -> bool:
    while not stopped.wait(0.02):
        connection.sendall(b"x")
    return False
