from collections.abc import Iterator, Sequence

import pytest

from connectors.odoo.connector import Odoo
from connectors.practice.runner import serve
from connectors.transport.retries import Effect
from tests.connectors.contract import Bench, ConnectorContract
from tests.connectors.odoo import traffic
from tests.connectors.spec_check.recorder import Sent, recording
from tests.connectors.spec_check.specs import specs_of


class TestOdoo(ConnectorContract):
    slug = "odoo"
    xml_answers = frozenset({Effect.READ, Effect.WRITE})

    def shrink_pages(self, at: Bench, size: int) -> None:
        assert isinstance(at.connector, Odoo)
        at.connector.db.page_size = size

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        if folder := specs_of(self.slug):
            assert traffic.findings(traffic.load(folder), sent) == []


class TestOdooByJson2(TestOdoo):
    xml_answers = frozenset()

    @pytest.fixture
    def at(self, short_limits: None) -> Iterator[Bench]:
        """The same against a server that has the newer interface."""
        with recording() as sent, serve(self.slug) as server:
            server.face.ledger.change_company(extra={"version": 19})
            made = Bench(server)
            yield made
            made.connector.close()
        self.check_traffic(sent)
