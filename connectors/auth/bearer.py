"""Proofs of who we are that are renewed: bearer tokens and shared sessions."""

from collections.abc import Callable, Iterable

from connectors.services import Services, Tokens
from connectors.transport.answer import Answer
from connectors.transport.outgoing import Outgoing


class StoredTokens:
    """An authoriser over the token store, so that all workers share one proof.

    `fetch` gets new tokens from old ones; at most one worker at a time runs it. Tokens
    that have run out are renewed before the call, refused ones after it, once a call.
    """

    def __init__(self, services: Services, fetch: Callable[[Tokens], Tokens]) -> None:
        self.services = services
        self._fetch = fetch
        self._used = Tokens()

    def sign(self, request: Outgoing) -> bool:
        tokens = self.services.tokens.read()
        stale = self._stale(tokens)
        if stale:
            tokens = self.services.tokens.renew(tokens, self._fetch)
        self._used = tokens
        self.apply(request, tokens)
        return stale

    def refuses(self, answer: Answer) -> bool:
        return answer.status == 401

    def renew(self) -> None:
        self._used = self.services.tokens.renew(self._used, self._fetch)

    def secrets(self) -> Iterable[str]:
        tokens = self._used
        return (tokens.access, tokens.refresh, *tokens.session.values())

    def apply(self, request: Outgoing, tokens: Tokens) -> None:
        """Lays the proof on the request."""
        raise NotImplementedError

    def missing(self, tokens: Tokens) -> bool:
        """Whether there is nothing to lay on it yet."""
        raise NotImplementedError

    def _stale(self, tokens: Tokens) -> bool:
        return self.missing(tokens) or tokens.expired(self.services.clock.now())


class BearerTokens(StoredTokens):
    """`Authorization: Bearer`, renewed by OAuth 2.0."""

    def apply(self, request: Outgoing, tokens: Tokens) -> None:
        request.headers["Authorization"] = f"Bearer {tokens.access}"

    def missing(self, tokens: Tokens) -> bool:
        return not tokens.access
