from collections.abc import Sequence

from connectors.quickbooks_online.connector import QuickBooksOnline
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.quickbooks_online import traffic, xsd
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestQuickBooksOnline(ConnectorContract):
    slug = "quickbooks_online"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, QuickBooksOnline)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(xsd.load(folder), sent) == []
