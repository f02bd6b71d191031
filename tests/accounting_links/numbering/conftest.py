import pytest

from accounting_links.models import Connection
from invoicing.models import IncrementorGroup
from tests import factories
from tests.accounting_links.engine.conftest import (  # noqa: F401  # fixtures
    books,
    connection,
    install,
)


@pytest.fixture
def series(connection: Connection) -> IncrementorGroup:  # noqa: F811  # the fixture
    """INV-00005 is the next."""
    return factories.incrementor(next_number=5)
