from collections.abc import Sequence

from connectors.sage_accounting.connector import SageAccounting
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.sage_accounting import traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestSageAccounting(ConnectorContract):
    slug = "sage_accounting"

    def mark(self, number: str) -> str:
        """Sage keeps our number as its reference."""
        return number

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, SageAccounting)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent, answers=False) == []
            assert traffic.findings(folder, sent, answers=True) == []
