"""A transport to a scripted server, for the clients that stand on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.services import Services
from connectors.settings import ConnectionConfig
from connectors.transport.http import HttpTransport
from tests.connectors.clocks import StillClock
from tests.connectors.scripted_server import ScriptedServer, Turn

URL = "https://api.vendor.example/service"


@contextmanager
def talking(*turns: Turn) -> Iterator[tuple[HttpTransport, ScriptedServer]]:
    with ScriptedServer(*turns) as server:
        transport = HttpTransport(
            ConnectionConfig(platform="vendor", practice_url=server.url),
            Services(clock=StillClock()),
            platform="vendor",
            label="Vendor",
        )
        yield transport, server
        transport.close()
