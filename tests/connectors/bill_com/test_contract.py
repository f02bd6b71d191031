from connectors.bill_com.connector import Bill
from connectors.records import RemoteDocument
from tests.connectors.contract import Bench, ConnectorContract


class TestBill(ConnectorContract):
    slug = "bill_com"
    lost_party_fields = frozenset({"tax_number"})

    def mark(self, number: str) -> str:
        """An invoice in BILL has no field for a reference."""
        return number

    def ours(self, remote: object) -> str:
        assert isinstance(remote, RemoteDocument)
        return remote.number

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, Bill)
        at.connector.api.page_size = size
