from collections.abc import Sequence

from connectors.netsuite_soap.connector import NetSuiteSoap
from connectors.transport.retries import Effect
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.netsuite_soap import xsd
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestNetSuiteSoap(ConnectorContract):
    slug = "netsuite_soap"
    xml_answers = frozenset({Effect.READ, Effect.WRITE})

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, NetSuiteSoap)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert xsd.findings(xsd.load(folder), sent) == []
