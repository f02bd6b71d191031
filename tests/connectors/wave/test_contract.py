from collections.abc import Sequence

from connectors.wave.connector import Wave
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of
from tests.connectors.wave import answers, traffic


class TestWave(ConnectorContract):
    slug = "wave"
    # Wave keeps no tax number of a customer.
    lost_party_fields = frozenset({"tax_number"})

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, Wave)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            today = traffic.today(folder)
            assert traffic.findings(today, sent) == []
            assert answers.findings(today, sent) == []
