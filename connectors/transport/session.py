"""The one factory of `requests` sessions: guarded addresses, verified TLS, deadlines.

Proxies, .netrc and certificate bundles of the environment are not used: they would
change where tokens travel.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.response import HTTPResponse
from urllib3.util.connection import create_connection

from connectors.transport.address_guard import AddressGuard
from connectors.transport.limits import Limits

USER_AGENT = "FinSync/0.1"


class Wire:
    """What the connections of one session share. `departed` tells whether any byte of
    the present request has left."""

    def __init__(self, guard: AddressGuard, limits: Limits) -> None:
        self.guard = guard
        self.limits = limits
        self.departed = False


class _Guarded(HTTPConnection):
    wire: ClassVar[Wire]
    secure: ClassVar[bool] = False

    def _new_conn(self) -> socket.socket:
        host, port = self._dns_host, self.port or self.default_port
        try:
            addresses = self.wire.guard.resolve(host, port, secure=self.secure)
        except (socket.gaierror, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror()
            raise NameResolutionError(host, self, reason) from error
        failure: Exception = NewConnectionError(self, f"No address for {host}.")
        for address in addresses:
            try:
                return self._reach(address, port)
            except (ConnectTimeoutError, NewConnectionError) as error:
                failure = error
        raise failure

    def _reach(self, address: str, port: int) -> socket.socket:
        try:
            return create_connection(
                (address, port),
                self.wire.limits.connect,
                socket_options=self.socket_options,
            )
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "Connecting took too long.") from error
        except OSError as error:
            raise NewConnectionError(self, f"No connection: {error}") from error

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.wire.departed = True
        super().send(data)

    def getresponse(  # type: ignore[override]  # as urllib3's own class does
        self,
    ) -> HTTPResponse:
        with _cut_after(self.sock, self.wire.limits.wall):
            return super().getresponse()


@contextmanager
def _cut_after(sock: socket.socket | None, seconds: float) -> Iterator[None]:
    """Ends a header that trickles in for ever: each byte renews the read time-out, so
    only closing the socket from outside helps. Raises `TimeoutError` then, for half a
    header read to its end would pass for a whole one."""
    cut = Event()
    timer = Timer(seconds, _shut, [sock, cut])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if cut.is_set():
            raise TimeoutError("The header trickles.")


def _shut(sock: socket.socket | None, cut: Event) -> None:
    cut.set()
    if sock is None:
        return
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # closed meanwhile


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, wire: Wire, context: ssl.SSLContext | None) -> None:
        self._wire = wire
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=4, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._context:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._wire)


def _pools(wire: Wire) -> dict[str, type[HTTPConnectionPool]]:
    shared = wire

    class Plain(_Guarded):
        wire = shared

    class Secure(_Guarded, HTTPSConnection):
        wire = shared
        secure = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def open_session(wire: Wire, *, ca_pem: str = "") -> requests.Session:
    """`ca_pem`: certificates of a private authority, trusted beside the public ones.
    Raises `BadCertificate` when they cannot be read."""
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    context = _trusting(ca_pem) if ca_pem else None
    adapter = _GuardedAdapter(wire, context)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class BadCertificate(Exception):
    """What was given as a certificate is none."""


def _trusting(ca_pem: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=ca_pem)
    except (ssl.SSLError, ValueError) as error:
        raise BadCertificate(str(error)) from error
