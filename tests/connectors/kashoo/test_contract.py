from connectors.kashoo.connector import Kashoo
from connectors.records import RemoteDocument
from tests.connectors.contract import Bench, ConnectorContract


class TestKashoo(ConnectorContract):
    slug = "kashoo"

    def mark(self, number: str) -> str:
        """No field of Kashoo's is known that customers do not see."""
        return number

    def ours(self, remote: object) -> str:
        assert isinstance(remote, RemoteDocument)
        return remote.number

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, Kashoo)
        at.connector.api.page_size = size
