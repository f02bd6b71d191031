from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from accounting_links.engine import crash_points
from accounting_links.models import Connection
from connectors import registry
from invoicing.models import DocumentKind
from tests.accounting_links import factories
from tests.accounting_links.fake_connector import Books, Fake, connector_over

SERVED = (
    DocumentKind.SALES_INVOICE,
    DocumentKind.CREDIT_NOTE,
    DocumentKind.SUPPLIER_INVOICE,
)
Install = Callable[..., type[Fake]]


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def install(books: Books, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes the registry know the fake platform, with these capabilities."""

    def put(**flags: object) -> type[Fake]:
        made = connector_over(books, **flags)
        monkeypatch.setattr(registry, "PLATFORMS", (registry.Entry("fake", "Fake"),))
        module = SimpleNamespace(CONNECTOR=made)
        monkeypatch.setattr(registry, "import_module", lambda name: module)
        return made

    return put


@pytest.fixture
def connection(db: None, install: Install) -> Connection:
    install()
    made = factories.connection(*SERVED, platform="fake", organisation_id="ORG")
    made.credentials = {"access": "a", "refresh": "r"}
    made.save()
    return made


@pytest.fixture(autouse=True)
def no_quiet_time(settings: Any) -> None:
    """What is in doubt is asked about at once."""
    settings.FINSYNC_IN_DOUBT_QUIET = 0


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    crash_points.disarm()
