"""What every connector keeps to, over real sockets against its practice face.

A platform's test file inherits all of it:

    class TestXero(ConnectorContract):
        slug = "xero"

        def shrink_pages(self, at: Bench, size: int) -> None:
            at.connector.page_size = size

What is peculiar to a platform is declared there by the attributes and methods that the
parts leave open: `bodiless_writes`, `lost_party_fields`, `unknown_id`, `party_refused`,
`nominal_refused`, `text_length`, `xml_answers`, `company_key`, `mark` and `ours`. Where
the vendor publishes a schema, `check_traffic` holds the requests of each test against
it. Each declared capability is tried, and so is the refusal of each that is not.
Nothing skips: a missing face or sample fails.
"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import pytest

from tests.connectors.contract_parts.access import AccessContract
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.contract_parts.documents import DocumentsContract
from tests.connectors.contract_parts.edges import EdgesContract
from tests.connectors.contract_parts.failures import FailuresContract
from tests.connectors.contract_parts.parties import PartiesContract
from tests.connectors.contract_parts.settling import SettlingContract
from tests.connectors.contract_parts.trust import TrustContract
from tests.connectors.spec_check.recorder import Sent, recording

__all__ = ["Bench", "ConnectorContract"]


class ConnectorContract(
    AccessContract,
    PartiesContract,
    DocumentsContract,
    SettlingContract,
    EdgesContract,
    FailuresContract,
    TrustContract,
):
    slug: ClassVar[str]

    @pytest.fixture
    def at(self, short_limits: None) -> Iterator[Bench]:
        """A fresh practice ledger and a connector that is connected to it."""
        with recording() as sent, bench(self.slug) as made:
            yield made
        self.check_traffic(sent)

    def check_traffic(self, sent: Sequence[Sent]) -> None:
        """Where a vendor's schema is on file, holds what was sent against it."""
