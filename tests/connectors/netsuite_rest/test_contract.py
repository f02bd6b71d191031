from connectors.netsuite_rest.connector import NetSuiteRest
from tests.connectors.contract import Bench, ConnectorContract


class TestNetSuiteRest(ConnectorContract):
    slug = "netsuite_rest"
    # 204, with a Location.
    bodiless_writes = True

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, NetSuiteRest)
        at.connector.api.page_size = size
