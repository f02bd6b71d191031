from collections.abc import Sequence

from connectors.freshbooks.connector import FreshBooks
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.freshbooks import traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestFreshBooks(ConnectorContract):
    slug = "freshbooks"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, FreshBooks)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent, answers=False) == []
            assert traffic.findings(folder, sent, answers=True) == []
