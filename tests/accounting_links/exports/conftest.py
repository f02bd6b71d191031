from collections.abc import Iterator

import pytest

from accounting_links.models import Connection
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from tests.accounting_links.exports import office


@pytest.fixture
def books(db: None) -> Connection:
    return office.books()


@pytest.fixture
def importer() -> Iterator[PracticeServer]:
    """The program that the files are carried to, with empty books."""
    with serve(office.PLATFORM, empty=True) as running:
        yield running
