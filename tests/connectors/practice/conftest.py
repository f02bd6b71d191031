from collections.abc import Iterator

import pytest

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from tests.connectors.practice.client import Caller
from tests.connectors.practice.shop import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[PracticeServer]:
    """QuickBooks Online with the life of its own."""
    with serve("quickbooks_online", clock=clock) as running:
        yield running


@pytest.fixture
def caller(server: PracticeServer) -> Iterator[Caller]:
    with Caller(server) as made:
        yield made
