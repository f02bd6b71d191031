"""A poll asks for what changed: what is open and stays so costs nothing."""

import pytest

from accounting_links.polling import poll
from benchmarks.open_books import Books, fill
from benchmarks.polling import PLATFORMS, TARGET
from tests.scenarios.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_poll_asks_as_often_for_10_open_documents_as_for_200(platform: str) -> None:
    books = Books(platform)
    with books as server:
        shop = Shop(server.url)
        shop.command("connect", platform, "--practice", server.url, name=True)

        def requests(count: int) -> int:
            fill(shop.connection, server.face.ledger, count)
            books.age()
            for _ in range(2):  # sets the cursor, then looks around
                poll(shop.connection)
            result = poll(shop.connection)
            books.set_back()
            assert result.changed == 0
            return result.http_requests

        few = requests(10)
        assert requests(190) == few <= TARGET
