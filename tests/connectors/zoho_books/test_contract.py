from collections.abc import Sequence

from connectors.zoho_books.connector import ZohoBooks
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of
from tests.connectors.zoho_books import traffic


class TestZohoBooks(ConnectorContract):
    slug = "zoho_books"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, ZohoBooks)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent) == []
