"""Calls to a platform, with everything that every call needs.

Time-outs, size limits, guarded addresses, bounded retries, the shared rate budget, the
redacted exchange log, and failures turned into the named errors of `connectors.errors`.
"""

import itertools
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode, urljoin

from connectors.errors import (
    ConnectorError,
    InDoubt,
    Reauthorise,
    Unreadable,
    Where,
)
from connectors.services import Services
from connectors.settings import ConnectionConfig, Setting
from connectors.transport.address_guard import AddressGuard, at_practice
from connectors.transport.answer import Answer
from connectors.transport.caller import Caller, Throttled, server_error
from connectors.transport.limits import Limits, usual_limits
from connectors.transport.outgoing import (
    Authoriser,
    Call,
    Content,
    Outgoing,
    Params,
    encoded_body,
)
from connectors.transport.redaction import Redactor
from connectors.transport.retries import Effect, RetryPolicy
from connectors.transport.session import BadCertificate

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_GONE = frozenset({404, 410})
_MOVED = frozenset({301, 302, 303, 307, 308})


class HttpTransport:
    """Calls to one platform for one connection. Not shared between threads.

    `hosts`: where calls may go, exactly, or ".x.example" for all names below it; a
    practice ledger takes the place of them all. `secrets`: values hidden in the log
    beside those that the authoriser knows. `throttled_for`: seconds to stay away when
    the platform throttles without saying how long, or what makes them of the body.
    `ca_pem`: certificates of a private authority; one that cannot be read raises
    `Reauthorise` here.
    """

    def __init__(
        self,
        config: ConnectionConfig,
        services: Services,
        *,
        platform: str,
        label: str = "",
        hosts: Collection[str] = (),
        authoriser: Authoriser | None = None,
        secrets: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        retries: RetryPolicy | None = None,
        throttled_for: Throttled = None,
        ca_pem: str = "",
    ) -> None:
        self.config = config
        self.services = services
        self.platform = platform
        self.label = label or platform
        self.authoriser = authoriser
        self.redactor = Redactor(secrets)
        self.limits = limits or usual_limits()
        self.retries = retries or RetryPolicy()
        self._headers = dict(headers or {})
        guard = AddressGuard(
            hosts=tuple(hosts),
            practice=bool(config.practice_url),
            private=config.allow_private_hosts,
        )
        try:
            self._caller = Caller(
                services,
                guard,
                self.redactor,
                self.limits,
                platform=platform,
                label=self.label,
                throttled_for=throttled_for,
                ca_pem=ca_pem,
            )
        except BadCertificate as error:
            raise Reauthorise(
                f"The certificate that was entered for {self.label} cannot be read. "
                "Paste it whole, with its BEGIN and END lines.",
                where=Where(platform=platform, operation="connect"),
            ) from error

    def close(self) -> None:
        self._caller.close()

    def call(
        self,
        operation: str,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        json: object = None,
        form: Params | None = None,
        content: Content = b"",
        headers: Mapping[str, str] | None = None,
        effect: Effect | None = None,
        returns: Collection[int] = (),
        cost: int = 1,
        read_timeout: float | None = None,
        attempts: int | None = None,
        authorised: bool = True,
        confidential: bool = False,
    ) -> Answer:
        """The answer, read to its end, whenever the platform gave one that speaks of
        the request: statuses below 500 but 429, and those in `returns`.

        `effect` left out is READ for GET and HEAD, else WRITE. At most one of `json`,
        `form` and `content` is given; `content` may be a function, called anew for each
        attempt, where a body carries a signature or a session. `cost` is what the
        call takes from the rate budget. `confidential` keeps an answer out of the log
        that is a secret as a whole, without a name to know it by.

        Raises `PlatformDown` or `Retry` when nothing was done, `InDoubt` when a write
        left and its fate is unknown, `Reauthorise` when the proof of who we are was
        refused twice, `Unreadable` for oversized answers, redirects elsewhere and
        pages that say "not found",
        `Rejected` (ADDRESS_REFUSED) for an address that is not called.
        """
        body, kind = encoded_body(json, form, content)
        call = Call(
            operation=operation,
            method=method,
            url=self._address(url, params),
            effect=effect or _effect(method),
            headers=self._headers | kind | dict(headers or {}),
            content=body,
            returns=returns,
            cost=cost,
            read=read_timeout or self.limits.read,
            attempts=attempts or self.retries.attempts,
            authorised=authorised and self.authoriser is not None,
            confidential=confidential,
        )
        try:
            return _spoken_for(self._authorised(call))
        except ConnectorError as error:
            # Once an attempt was in doubt, no later failure makes it certain.
            raise call.doubt or error from error.__cause__

    def server_error(self, answer: Answer) -> ConnectorError:
        """The error of a status of 500 or above that the caller had returned to it, and
        in which it found nothing of its own."""
        return server_error(self.label, answer.where, answer.effect)

    def where(self, operation: str, answer: Answer | None = None) -> Where:
        return (
            answer.where
            if answer
            else Where(platform=self.platform, operation=operation)
        )

    def _address(self, url: str, params: Params | None) -> str:
        pairs = list(params.items()) if isinstance(params, Mapping) else params
        if pairs:
            joint = "&" if "?" in url else "?"
            url = f"{url}{joint}{urlencode(pairs, quote_via=quote)}"
        if self.config.practice_url:
            return at_practice(url, self.config.practice_url)
        return url

    def _authorised(self, call: Call) -> Answer:
        """One renewal for one call, whether before or after a refusal."""
        answer = self._persistently(call)
        if not (call.authorised and self.authoriser):
            return answer
        if self.authoriser.refuses(answer) and not call.renewed:
            self.authoriser.renew()
            call.renewed = True
            answer = self._persistently(call)
        if self.authoriser.refuses(answer):
            raise Reauthorise(
                f"{self.label} no longer accepts this connection. Connect it again.",
                where=answer.where,
            )
        return answer

    def _persistently(self, call: Call) -> Answer:
        """Repeats what may be repeated."""
        policy = replace(self.retries, attempts=call.attempts)
        began = time.monotonic()
        for attempt in itertools.count(1):
            try:
                outcome = self._attempt(call)
            except ConnectorError as error:
                outcome = error
            if isinstance(outcome, Answer):
                return replace(outcome, doubted=call.doubt is not None)
            if isinstance(outcome, InDoubt):
                call.doubt = outcome
            wait = policy.wait(outcome, call.effect, attempt)
            late = time.monotonic() - began + (wait or 0) > policy.patience
            if wait is None or late:
                raise outcome
            self.services.clock.sleep(wait)
        raise AssertionError  # count() has no end

    def _attempt(self, call: Call) -> Answer | ConnectorError:
        request = self._outgoing(call)
        if call.authorised and self.authoriser:
            call.renewed |= self.authoriser.sign(request)
            self.redactor.learn(*self.authoriser.secrets())
        if callable(call.content):
            request.body = call.content()
        for _ in range(self.limits.redirects + 1):
            outcome = self._caller.once(call, request)
            target = self._redirect(call, request, outcome)
            if isinstance(target, ConnectorError):
                return target
            if not target:
                return outcome
            request.url = target
        return self._odd(call, outcome, "sends us in circles")

    def _outgoing(self, call: Call) -> Outgoing:
        content = b"" if callable(call.content) else call.content
        body = content.encode() if isinstance(content, str) else content
        return Outgoing(
            method=call.method, url=call.url, headers=dict(call.headers), body=body
        )

    def _redirect(
        self, call: Call, request: Outgoing, outcome: Answer | ConnectorError
    ) -> str | ConnectorError:
        """Where a read is sent on to on the very same host, empty where it is not."""
        if not isinstance(outcome, Answer) or outcome.status not in _MOVED:
            return ""
        if outcome.status in call.returns:
            return ""
        target = urljoin(request.url, outcome.headers.get("Location", ""))
        if call.effect is Effect.READ and _origin(target) == _origin(request.url):
            return target
        return self._odd(call, outcome, "sends us to another address")

    def _odd(
        self, call: Call, outcome: Answer | ConnectorError, what: str
    ) -> ConnectorError:
        return Unreadable(f"{self.label} {what}.", where=outcome.where)


def configured_secrets(
    settings: Iterable[Setting], config: ConnectionConfig
) -> list[str]:
    """The values of a connection's secret settings, to be hidden in the log."""
    return [config.value(s.name) for s in settings if s.secret]


def _spoken_for(answer: Answer) -> Answer:
    """What is gone is perhaps sent anew: only the platform itself may say that."""
    if answer.status in _GONE and answer.is_page:
        raise answer.unreadable("is a web page that says not found")
    return answer


def _effect(method: str) -> Effect:
    return Effect.READ if method in _SAFE_METHODS else Effect.WRITE


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3]).lower()
