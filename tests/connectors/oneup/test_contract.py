from connectors.oneup.connector import OneUp
from tests.connectors.contract import Bench, ConnectorContract


class TestOneUp(ConnectorContract):
    slug = "oneup"

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, OneUp)
        at.connector.api.page_size = size
