from collections.abc import Sequence

from connectors.dynamics_365.connector import Dynamics365
from connectors.records import RemoteDocument
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.dynamics_365 import traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestDynamics365(ConnectorContract):
    slug = "dynamics_365"

    def mark(self, number: str) -> str:
        """Business Central has no field for a reference that customers do not see."""
        return number

    def ours(self, remote: object) -> str:
        assert isinstance(remote, RemoteDocument)
        return remote.reference

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, Dynamics365)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent) == []
