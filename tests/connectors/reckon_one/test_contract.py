from collections.abc import Sequence

from connectors.reckon_one.connector import ReckonOne
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.reckon_one import traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestReckonOne(ConnectorContract):
    slug = "reckon_one"
    unknown_id = "11111111-2222-3333-4444-555555555555"

    def mark(self, number: str) -> str:
        """Reckon keeps our number as its reference."""
        return number

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, ReckonOne)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent, answers=False) == []
            assert traffic.findings(folder, sent, answers=True) == []
