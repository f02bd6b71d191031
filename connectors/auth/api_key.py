"""Fixed keys and passwords that travel in a header. Nothing can renew them."""

from collections.abc import Iterable, Mapping

from connectors.auth.oauth2 import basic
from connectors.errors import Reauthorise, Where
from connectors.transport.answer import Answer
from connectors.transport.outgoing import Outgoing


class HeaderKey:
    """`headers` go with every call; their values are secrets."""

    def __init__(self, headers: Mapping[str, str], *, label: str) -> None:
        self._headers = dict(headers)
        self._label = label
        self._where = Where()

    def sign(self, request: Outgoing) -> bool:
        request.headers.update(self._headers)
        return False

    def refuses(self, answer: Answer) -> bool:
        self._where = answer.where
        return answer.status == 401

    def renew(self) -> None:
        raise Reauthorise(
            f"{self._label} does not accept this key. Enter another one.",
            where=self._where,
        )

    def secrets(self) -> Iterable[str]:
        return self._headers.values()


class BasicLogin(HeaderKey):
    """HTTP Basic."""

    def __init__(self, user: str, password: str, *, label: str) -> None:
        super().__init__({"Authorization": basic(user, password)}, label=label)
        self._password = password

    def secrets(self) -> Iterable[str]:
        return (self._password, *self._headers.values())
