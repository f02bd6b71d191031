from typing import Any

import pytest
from django.contrib.auth.models import User

from accounting_links import polling
from accounting_links.models import Connection
from invoicing.models import Document
from tests.accounting_links.engine import office
from tests.accounting_links.engine.conftest import (  # noqa: F401  # fixtures
    books,
    connection,
    disarmed,
    install,
    no_quiet_time,
)


@pytest.fixture
def sent(connection: Connection) -> Document:  # noqa: F811  # the fixture
    """There already, and polled once."""
    [document] = office.marked(connection)
    office.sync(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    polling.poll(connection)
    return document


@pytest.fixture
def person(db: Any) -> User:
    return User.objects.create_superuser("Ada", "ada@example.com", "x")
