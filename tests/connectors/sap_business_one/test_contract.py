from collections.abc import Sequence

from connectors.sap_business_one.connector import SapBusinessOne
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.sap_business_one import traffic
from tests.connectors.spec_check import edmx
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of

METADATA = "service-layer-v2-accounting.edmx"


class TestSapBusinessOne(ConnectorContract):
    slug = "sap_business_one"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, SapBusinessOne)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            schema = edmx.load(folder / METADATA)
            assert traffic.findings(schema, sent) == []
