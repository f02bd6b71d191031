"""The getting in that all platforms with a log-in of their own share."""

from collections.abc import Mapping
from dataclasses import replace

from connectors.base import Connector, Grant
from connectors.services import MemoryTokens
from connectors.settings import ConnectionConfig


class LoginConnector(Connector):
    """What the declared settings open is one organisation. The session that was opened
    for the question is the connection's first."""

    def login(self) -> Grant:
        return self._entered(self.config)

    def connect_practice(self, credentials: Mapping[str, object]) -> Grant:
        given = {name: str(value) for name, value in credentials.items()}
        values = {s.name: given[s.name] for s in self.settings if given.get(s.name)}
        config = replace(self.config, values={**self.config.values, **values})
        return replace(self._entered(config), values=values)

    def _entered(self, config: ConnectionConfig) -> Grant:
        store = MemoryTokens()
        with type(self)(config, replace(self.services, tokens=store)) as entered:
            organisation = entered.organisation()
        return Grant(tokens=store.read(), organisations=(organisation,))
