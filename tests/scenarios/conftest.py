from collections.abc import Iterator

import pytest

from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from tests.scenarios.shop import Shop


@pytest.fixture
def ledger() -> Iterator[PracticeServer]:
    """A practice QuickBooks company without documents."""
    with serve("quickbooks_online", empty=True) as running:
        yield running


@pytest.fixture
def shop(db: None, ledger: PracticeServer) -> Shop:
    """Connected by command."""
    made = Shop(ledger.url)
    made.command("connect", "quickbooks_online", "--practice", ledger.url, name=True)
    return made
