from collections.abc import Sequence

from connectors.freeagent.connector import FreeAgent
from connectors.records import RemoteDocument
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.freeagent import traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestFreeAgent(ConnectorContract):
    slug = "freeagent"

    def mark(self, number: str) -> str:
        """FreeAgent has no field for a reference that customers do not see."""
        return number

    def ours(self, remote: object) -> str:
        assert isinstance(remote, RemoteDocument)
        return remote.number

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, FreeAgent)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent) == []
