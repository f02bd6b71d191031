"""Session log-in: one session per connection, shared by all workers.

The session lives in the token store. It is opened at the first call, opened anew once
when the platform refuses it, and left open for the next worker: seats are few.
"""

import re
from collections.abc import Callable

from connectors.auth.bearer import StoredTokens
from connectors.services import Services, Tokens
from connectors.transport.answer import Answer
from connectors.transport.outgoing import Outgoing

_COOKIE = re.compile(r"(?:^|,)\s*([^=;,\s]+)=([^;,]*)")


class SessionLogin(StoredTokens):
    """`log_in` opens a session (raising `Reauthorise` when the password is refused) and
    answers it in `Tokens.session`; `put` lays it on a request; `refused` tells an
    answer that says the session is gone (HTTP 401 where left out).

    Where the session travels in the body, the connector passes `content` as a function
    that reads `session()`.
    """

    def __init__(
        self,
        services: Services,
        log_in: Callable[[], Tokens],
        *,
        put: Callable[[Outgoing, Tokens], None] | None = None,
        refused: Callable[[Answer], bool] | None = None,
    ) -> None:
        super().__init__(services, lambda _old: log_in())
        self._put = put
        self._refused = refused

    def session(self, name: str) -> str:
        """A value of the session that the present request uses."""
        return self._used.session.get(name, "")

    def refuses(self, answer: Answer) -> bool:
        return self._refused(answer) if self._refused else super().refuses(answer)

    def apply(self, request: Outgoing, tokens: Tokens) -> None:
        if self._put:
            self._put(request, tokens)

    def missing(self, tokens: Tokens) -> bool:
        return not tokens.session


def put_cookies(request: Outgoing, tokens: Tokens) -> None:
    """Lays the whole session on the request as cookies."""
    pairs = (f"{name}={value}" for name, value in tokens.session.items())
    request.headers["Cookie"] = "; ".join(pairs)


def cookies_in(answer: Answer) -> dict[str, str]:
    """Those that an answer sets. Several come as one header here, parted by commas,
    as are the days of their expiry."""
    return dict(_COOKIE.findall(answer.headers.get("Set-Cookie", "")))
