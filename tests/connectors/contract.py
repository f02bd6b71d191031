"""What every connector keeps to, over real sockets against its practice face.

A platform's test file inherits all of it:

    class TestXero(ConnectorContract):
        slug = "xero"

        def shrink_pages(self, at: Bench, size: int) -> None:
            at.connector.page_size = size

What is peculiar to a platform is declared there by the attributes and methods that the
parts leave open: `lost_party_fields`, `unknown_id`, `party_refused`, `nominal_refused`,
`mark` and `ours`. Each declared capability is tried, and so is the refusal of each that
is not. Nothing skips: a missing face or sample fails.
"""

from collections.abc import Iterator
from typing import ClassVar

import pytest

from tests.connectors.contract_parts.access import AccessContract
from tests.connectors.contract_parts.bench import Bench, bench
from tests.connectors.contract_parts.documents import DocumentsContract
from tests.connectors.contract_parts.edges import EdgesContract
from tests.connectors.contract_parts.failures import FailuresContract
from tests.connectors.contract_parts.parties import PartiesContract

__all__ = ["Bench", "ConnectorContract"]


class ConnectorContract(
    AccessContract, PartiesContract, DocumentsContract, EdgesContract, FailuresContract
):
    slug: ClassVar[str]

    @pytest.fixture
    def at(self, short_limits: None) -> Iterator[Bench]:
        """A fresh practice ledger and a connector that is connected to it."""
        with bench(self.slug) as made:
            yield made
