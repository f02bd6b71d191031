"""From a request to an answer: control API, faults, quotas, routes, failures.

The order: control API; count; the fault that is due (what it does before); quotas; the
face's route; what the fault does after. `CutConnection` goes up to the server.
"""

import re
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .control import Control
from .errors import LedgerError
from .face import Face, Failure
from .faults import Faults
from .quotas import Gate
from .wire import BadBody, CutConnection, Request, Response, Route, Router

PREFIX = "/__practice__/"
HTML = (
    b"<!doctype html><html><head><title>Maintenance</title></head>"
    b"<body><h1>We will be back soon</h1></body></html>"
)


_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>\s*")
DOCTYPE = (
    b'<!DOCTYPE answer [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/hostname">]>\n'
)


class Stats:
    """How often each route was called, and how it was answered. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._routes: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self.tokens = 0

    def asked(self, method: str, pattern: str, *, token: bool) -> None:
        with self._lock:
            self._routes[f"{method} {pattern}"] += 1
            self.tokens += token

    def answered(self, status: str) -> None:
        with self._lock:
            self._statuses[status] += 1

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            return {
                "requests": sum(self._routes.values()),
                "token_requests": self.tokens,
                "by_route": dict(sorted(self._routes.items())),
                "by_status": dict(sorted(self._statuses.items())),
            }

    def clear(self) -> None:
        with self._lock:
            self._routes.clear()
            self._statuses.clear()
            self.tokens = 0


class Dispatcher:
    def __init__(self, face: Face, *, limits: bool) -> None:
        self.face = face
        self.faults = Faults()
        self.stats = Stats()
        self.gate = Gate(face.quotas, enabled=limits)
        self._router = Router(face.routes())
        self._control = Control(face, self.faults, self.stats)
        self._control_router = Router(self._control.routes())
        self._idle = threading.Condition()
        self._running = 0

    # --- life

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._idle:
            self._running += 1
        try:
            yield
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def drain(self, seconds: float) -> bool:
        """Waits until no request is under way; False when that took too long."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._running, seconds)

    # --- answers

    def answer(self, request: Request) -> Response:
        """Raises `CutConnection`."""
        if request.path.startswith(PREFIX):
            return self._control.answer(request, self._control_router)
        token = bool(
            self.face.token_path and re.search(self.face.token_path, request.path)
        )
        route, known = self._router.find(request)
        pattern = route.pattern if route else "unknown"
        self.stats.asked(request.method, pattern, token=token)
        if self.faults:
            request.fault = self.faults.pick(
                request.method, request.target, request.body, token=token
            )
        try:
            response = self._spoilt(request) or self._gated(request, route, known)
            response = self._after(request, self.face.finished(request, response))
        except CutConnection:
            self.stats.answered("cut")
            raise
        self.stats.answered(str(response.status))
        return response

    def too_large(self, method: str, target: str) -> Response:
        request = Request(method=method, target=target)
        return self.face.failure(request, Failure(413, "too_large"))

    def _gated(self, request: Request, route: Route | None, known: bool) -> Response:
        cost = self.face.cost(request)
        if not cost or not self.gate.enabled:
            return self._handled(request, route, known)
        refusal = self.gate.enter(request.path, cost)
        if refusal is not None:
            quota = refusal.quota
            wait = max(1.0, refusal.wait) if quota.retry_after else None
            failure = Failure(
                quota.status, "quota", quota.name, retry_after=wait, quota=quota
            )
            return self._failed(request, failure)
        try:
            return self._handled(request, route, known)
        finally:
            self.gate.leave()

    def _handled(self, request: Request, route: Route | None, known: bool) -> Response:
        if route is None:
            status, reason = (405, "method") if known else (404, "not_found")
            return self._failed(request, Failure(status, reason))
        try:
            return route.handle(request)
        except LedgerError as error:
            return self.face.refusal(request, error)
        except BadBody as error:
            return self._failed(request, Failure(400, "body", str(error)))
        except CutConnection:
            raise
        except Exception as error:  # noqa: BLE001 - one face's bug must not end the server
            traceback.print_exc()
            return self._failed(request, Failure(500, "crash", str(error)))

    def _failed(self, request: Request, failure: Failure) -> Response:
        response = self.face.failure(request, failure)
        if failure.retry_after is None:
            return response
        seconds = str(max(1, round(failure.retry_after)))
        return response.with_headers(("Retry-After", seconds))

    # --- faults

    def _spoilt(self, request: Request) -> Response | None:
        """What a fault does before the books are touched; None: go on."""
        fault = request.fault
        kind = fault.get("kind")
        if kind == "cut_before":
            raise CutConnection
        if kind == "latency":
            time.sleep(float(fault.get("seconds", 1)))
        elif kind == "expired_token":
            self.face.expire_tokens()
        elif kind == "revoked_grant":
            self.face.revoke_grants()
        elif kind in ("status", "token_error"):
            return self._status(request)
        return None

    def _status(self, request: Request) -> Response:
        fault = request.fault
        status = int(fault.get("status", 503))
        response = self.face.failure(request, Failure(status, "fault"))
        if "answer" in fault:
            answer = fault["answer"]
            response = Response(
                status=status,
                body=str(answer.get("body", "")).encode(),
                content_type=str(answer.get("content_type", "text/plain")),
            )
        if "retry_after" in fault:
            return response.with_headers(("Retry-After", str(fault["retry_after"])))
        return response

    def _after(self, request: Request, response: Response) -> Response:
        fault = request.fault
        kind = fault.get("kind")
        if kind == "cut_after":
            raise CutConnection
        if kind == "html":
            status = int(fault.get("status", 200))
            return Response(status=status, body=HTML, content_type="text/html")
        if kind == "truncated":
            return replace(response, body=response.body[: len(response.body) // 2])
        if kind == "entities" and "xml" in response.content_type:
            return replace(response, body=with_entities(response.body))
        return response


def with_entities(xml: bytes) -> bytes:
    """The same document, with a document type that declares what grows without end."""
    declaration = _DECLARATION.match(xml)
    head = declaration.group() if declaration else b""
    return head + DOCTYPE + xml[len(head) :]
