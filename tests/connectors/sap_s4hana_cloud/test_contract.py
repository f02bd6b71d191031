from collections.abc import Sequence

from connectors.sap_s4hana_cloud.connector import S4HanaCloud
from connectors.sap_s4hana_cloud.mapping import TEXT_LENGTH
from connectors.transport.retries import Effect
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.sap_s4hana_cloud import edmx
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestS4HanaCloud(ConnectorContract):
    slug = "sap_s4hana_cloud"
    xml_answers = frozenset({Effect.WRITE})
    # SAP wants a country, which comes back where we sent none.
    lost_party_fields = frozenset({"address"})
    text_length = TEXT_LENGTH

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, S4HanaCloud)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert edmx.findings(folder, sent) == []
