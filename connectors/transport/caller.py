"""One request and its one answer: sent, read within bounds, logged, judged."""

import time
from collections.abc import Callable

import requests
from urllib3.exceptions import HTTPError

from connectors.errors import (
    ConnectorError,
    InDoubt,
    PlatformDown,
    Rejected,
    Retry,
    Where,
)
from connectors.services import Exchange, Services
from connectors.transport.address_guard import AddressGuard, AddressRefused
from connectors.transport.answer import Answer
from connectors.transport.limits import Limits
from connectors.transport.outgoing import Call, Outgoing
from connectors.transport.redaction import STARS, Redactor
from connectors.transport.retries import Effect, retry_after
from connectors.transport.session import Wire, open_session
from connectors.transport.storable import storable_json, storable_text

_CHUNK = 65536
# Seconds, or what makes them of the body that says which limit it was.
Throttled = float | Callable[[bytes], float] | None


class Caller:
    """Makes single exchanges over one session; retries are the transport's matter."""

    def __init__(
        self,
        services: Services,
        guard: AddressGuard,
        redactor: Redactor,
        limits: Limits,
        *,
        platform: str,
        label: str,
        throttled_for: Throttled,
        ca_pem: str,
    ) -> None:
        self.services = services
        self.redactor = redactor
        self.limits = limits
        self.platform = platform
        self.label = label
        self._throttled_for = throttled_for
        self._guard = guard
        self._wire = Wire(guard, limits)
        self._session = open_session(self._wire, ca_pem=ca_pem)

    def close(self) -> None:
        self._session.close()

    def once(self, call: Call, request: Outgoing) -> Answer | ConnectorError:
        """One request, one answer; each is logged."""
        began = time.monotonic()
        self._wire.departed = False
        try:
            self._guard.check_url(request.url)
            with self.services.budget.spend(cost=call.cost):
                with self._send(call, request) as response:
                    content = self._read(response, began)
        except _TooLarge:
            seconds = time.monotonic() - began
            where = self._log(call, request, seconds, response, b"", "too large")
            return self._too_large(call, response, where)
        except AddressRefused as error:
            where = self._log(call, request, 0, failure=str(error))
            return Rejected(str(error), status_code="ADDRESS_REFUSED", where=where)
        except (requests.RequestException, HTTPError, OSError) as error:
            return self._failed(call, request, time.monotonic() - began, error)
        seconds = time.monotonic() - began
        where = self._log(call, request, seconds, response, content)
        self.services.budget.observe(
            status=response.status_code, headers=response.headers
        )
        return self._judged(call, response, content, where)

    def _send(self, call: Call, request: Outgoing) -> requests.Response:
        prepared = self._session.prepare_request(
            requests.Request(
                request.method,
                request.url,
                headers=request.headers,
                data=request.body or None,
            )
        )
        return self._session.send(
            prepared,
            stream=True,
            timeout=(self.limits.connect, call.read),
            allow_redirects=False,
        )

    def _read(self, response: requests.Response, began: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self.limits.answer_bytes:
                raise _TooLarge
            if time.monotonic() - began > self.limits.wall:
                raise requests.ReadTimeout("The answer trickles.")
            chunks.append(chunk)
        return storable_json(b"".join(chunks))

    def _failed(
        self, call: Call, request: Outgoing, seconds: float, error: Exception
    ) -> ConnectorError:
        failure = self.redactor.text(f"{type(error).__name__}: {error}")
        where = self._log(call, request, seconds, failure=failure)
        if self._wire.departed and call.effect is not Effect.READ:
            doubt = InDoubt(
                f"{self.label} was told, but its answer never came. FinSync checks "
                "whether it arrived.",
                where=where,
            )
            doubt.__cause__ = error
            return doubt
        sentence = f"{self.label} does not answer."
        if isinstance(error, requests.exceptions.SSLError):
            sentence = f"The certificate of {self.label} is not trusted here."
        down = PlatformDown(sentence, where=where)
        down.__cause__ = error
        return down

    def _too_large(
        self, call: Call, response: requests.Response, where: Where
    ) -> ConnectorError:
        answer = Answer(
            status=response.status_code,
            headers=response.headers,
            content=b"",
            where=where,
            effect=call.effect,
            label=self.label,
        )
        return answer.unreadable("is larger than any that FinSync reads")

    def _judged(
        self, call: Call, response: requests.Response, content: bytes, where: Where
    ) -> Answer | ConnectorError:
        status = response.status_code
        after = retry_after(response.headers, self.services.clock.now())
        if status in call.returns or (status < 500 and status != 429):
            return Answer(
                status=status,
                headers=response.headers,
                content=content,
                where=where,
                effect=call.effect,
                label=self.label,
            )
        if status == 429:
            return Retry(
                f"{self.label} asks FinSync to wait: too many calls.",
                after=self._away(content) if after is None else after,
                where=where,
            )
        return server_error(self.label, where, call.effect, after=after)

    def _away(self, content: bytes) -> float | None:
        told = self._throttled_for
        return told(content) if callable(told) else told

    def _log(
        self,
        call: Call,
        request: Outgoing,
        seconds: float,
        response: requests.Response | None = None,
        content: bytes = b"",
        failure: str = "",
    ) -> Where:
        hide, cut = self.redactor, self.limits.logged_characters
        status = None if response is None else response.status_code
        headers = {} if response is None else response.headers
        said = hide.body(content, characters=cut)
        if call.confidential and content:
            said = STARS
        reference = self.services.log.record(
            Exchange(
                platform=self.platform,
                operation=call.operation,
                method=request.method,
                url=hide.text(request.url),
                request=_page(
                    hide.headers(request.headers),
                    hide.body(request.body, characters=cut),
                ),
                status=status,
                answer=_page(hide.headers(headers), said),
                seconds=seconds,
                failure=failure,
            )
        )
        return Where(
            platform=self.platform,
            operation=call.operation,
            http_status=status,
            exchange=reference,
        )


def server_error(
    label: str, where: Where, effect: Effect, *, after: float | None = None
) -> ConnectorError:
    """What a status of 500 and above means. 503 says "not now"; after any other of them
    a write may have been done."""
    if where.http_status == 503 or effect is Effect.READ:
        return PlatformDown(
            f"{label} is out of order (HTTP {where.http_status}).",
            after=after,
            where=where,
        )
    return InDoubt(
        f"{label} failed while it worked (HTTP {where.http_status}). FinSync checks "
        "whether the document arrived.",
        where=where,
    )


class _TooLarge(Exception):
    pass


def _page(headers: str, body: str) -> str:
    return storable_text(f"{headers}\n\n{body}".strip())
