import pytest

from accounting_links import polling
from accounting_links.models import Connection, DocumentLink
from tests.accounting_links.engine import office
from tests.accounting_links.engine.conftest import (  # noqa: F401  # fixtures
    Install,
    books,
    connection,
    install,
    no_quiet_time,
)
from tests.accounting_links.webhooks.platform import Post, Telling


@pytest.fixture
def post(connection: Connection, install: Install) -> Post:  # noqa: F811  # a fixture
    install(webhooks=True).webhooks = Telling()
    return Post.of(connection)


@pytest.fixture
def link(connection: Connection, post: Post) -> DocumentLink:  # noqa: F811  # a fixture
    """Of an invoice that was sent, and that was polled once."""
    [document] = office.marked(connection)
    office.sync(connection)
    Connection.objects.filter(pk=connection.pk).update(poll_cursor="0")
    polling.poll(connection)
    return office.link(document)
