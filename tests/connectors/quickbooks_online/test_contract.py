from connectors.quickbooks_online.connector import QuickBooksOnline
from tests.connectors.contract import Bench, ConnectorContract


class TestQuickBooksOnline(ConnectorContract):
    slug = "quickbooks_online"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, QuickBooksOnline)
        at.connector.api.page_size = size
