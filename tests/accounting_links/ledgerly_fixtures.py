"""Fixtures of the tests that talk to Ledgerly. Import them in a conftest."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from accounting_links.models import Connection
from connectors import registry
from tests.accounting_links import factories
from tests.accounting_links.ledgerly import Ledgerly

Install = Callable[..., type[Ledgerly]]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes the registry know Ledgerly, by the class given."""

    def put(connector: type[Ledgerly] = Ledgerly) -> type[Ledgerly]:
        entry = registry.Entry("ledgerly", "Ledgerly")
        monkeypatch.setattr(registry, "PLATFORMS", (entry,))
        module = SimpleNamespace(CONNECTOR=connector)
        monkeypatch.setattr(registry, "import_module", lambda name: module)
        return connector

    return put


@pytest.fixture
def connection(db: None, install: Install) -> Connection:
    install()
    return factories.connection(platform="ledgerly")


@pytest.fixture
def books() -> Ledgerly:
    return Ledgerly()
