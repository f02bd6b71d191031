from collections.abc import Sequence

from connectors.myob.connector import Myob
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.myob import traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestMyob(ConnectorContract):
    slug = "myob"
    unknown_id = "9b0e3f7a-1111-4111-8111-0000000000ff"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, Myob)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(folder, sent) == []
