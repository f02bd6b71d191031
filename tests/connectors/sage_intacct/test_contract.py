from collections.abc import Sequence

from connectors.sage_intacct.connector import SageIntacct
from connectors.transport.retries import Effect
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.sage_intacct import answers, traffic
from tests.connectors.spec_check.recorder import Sent
from tests.connectors.spec_check.specs import specs_of


class TestSageIntacct(ConnectorContract):
    slug = "sage_intacct"
    xml_answers = frozenset({Effect.READ, Effect.WRITE})

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, SageIntacct)
        at.connector.api.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(traffic.load(folder), sent) == []
            assert answers.findings(answers.load(folder), sent) == []
