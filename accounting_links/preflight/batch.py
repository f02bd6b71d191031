"""What the checks look at: the documents of one pass, and what is known about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounting_links import redating
from accounting_links.models import Connection
from accounting_links.preflight.known import KnownRecords
from accounting_links.preflight.parties import PartyFacts
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.records import Document as Record
from invoicing.models import Document


@dataclass(kw_only=True, eq=False)
class Batch:
    """`documents` come with their lines, contacts, nominal codes and tax rates loaded.
    What needs statements or calls is fetched once, when the first check asks.
    `forecaster` works totals out as the platform does, and is never called."""

    connection: Connection
    documents: Sequence[Document]
    records: Mapping[int, Record]
    platform: type[Connector]
    connector: Connector | None = None
    forecaster: Connector | None = None

    @property
    def label(self) -> str:
        return self.platform.label

    @property
    def capabilities(self) -> Capabilities:
        return self.platform.capabilities

    def pairs(self) -> Iterator[tuple[Document, Record]]:
        """Documents that could be built, each with its record."""
        for document in self.documents:
            if record := self.records.get(document.pk):
                yield document, record

    @cached_property
    def parties(self) -> PartyFacts:
        return PartyFacts.gather(
            self.connection,
            self.documents,
            capabilities=self.capabilities,
            connector=self.connector,
        )

    @cached_property
    def known(self) -> KnownRecords:
        return KnownRecords.gather(self.connection, self.records.values())

    @cached_property
    def home_currency(self) -> str:
        return str(self.connection.organisation.get("home_currency") or "")

    @cached_property
    def currencies(self) -> frozenset[str]:
        """Empty where the platform did not say."""
        listed = self.connection.organisation.get("currencies") or ()
        return frozenset(map(str, listed))

    @cached_property
    def locked_before(self) -> date | None:
        return redating.first_open(self.connection)
