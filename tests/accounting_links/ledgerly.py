"""A platform that holds what a test puts there, and counts what it is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from accounting_links import building, preflight
from accounting_links.models import Connection
from accounting_links.preflight.base import Finding
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import NotFound
from connectors.records import (
    Document,
    DocumentKind,
    Party,
    PartyRole,
    RemoteDocument,
    RemoteStatus,
    Totals,
)
from connectors.settings import ConnectionConfig
from invoicing import models
from tests.accounting_links import factories

CAPABILITIES = Capabilities(kinds=frozenset(DocumentKind), multi_currency=True)


class Ledgerly(Connector):
    platform = "ledgerly"
    label = "Ledgerly"
    capabilities: ClassVar[Capabilities] = CAPABILITIES

    def __init__(self) -> None:
        super().__init__(ConnectionConfig(platform=self.platform))
        self.parties: list[Party] = []
        self.documents: list[RemoteDocument] = []
        self.forecasts: dict[str, Totals] = {}
        self.asked: list[tuple[Any, ...]] = []

    def count(self, operation: str) -> int:
        return sum(1 for asked in self.asked if asked[0] == operation)

    def find_parties(self, role: PartyRole, names: Sequence[str]) -> list[Party]:
        self.asked.append(("find_parties", role, tuple(names)))
        return [p for p in self.parties if p.role is role and p.name in names]

    def list_parties(self, role: PartyRole) -> Iterator[Party]:
        self.asked.append(("list_parties", role))
        yield from [party for party in self.parties if party.role is role]

    def get_parties(self, role: PartyRole, ids: Sequence[str]) -> list[Party]:
        self.asked.append(("get_parties", role, tuple(ids)))
        return [p for p in self.parties if p.role is role and p.id in ids]

    def create_party(self, party: Party) -> Party:
        self.asked.append(("create_party", party.key))
        for known in self.parties:
            if known.key == party.key:
                return known
        made = replace(party, id=f"NEW-{len(self.parties) + 1}")
        self.parties.append(made)
        return made

    def find_documents(
        self,
        kind: DocumentKind,
        numbers: Sequence[str],
        *,
        party_ids: Sequence[str] = (),
    ) -> list[RemoteDocument]:
        self.asked.append(("find_documents", kind, tuple(numbers), tuple(party_ids)))
        return [
            found
            for found in self.documents
            if found.kind is kind and {found.number, found.reference} & set(numbers)
        ]

    def get_document(self, kind: DocumentKind, id: str) -> RemoteDocument:
        self.asked.append(("get_document", kind, id))
        for found in self.documents:
            if (found.kind, found.id) == (kind, id):
                return found
        raise NotFound("No such document.")

    def forecast(self, document: Document) -> Totals:
        return self.forecasts.get(document.number) or super().forecast(document)


def able(**flags: Any) -> type[Ledgerly]:
    """Ledgerly with other capabilities."""
    capabilities = replace(CAPABILITIES, **flags)
    return type("Ledgerly", (Ledgerly,), {"capabilities": capabilities})


def customer(id: str, name: str, **fields: Any) -> Party:
    return Party(role=PartyRole.CUSTOMER, id=id, name=name, **fields)


def supplier(id: str, name: str, **fields: Any) -> Party:
    return Party(role=PartyRole.SUPPLIER, id=id, name=name, **fields)


def in_books(document: models.Document, **fields: Any) -> RemoteDocument:
    """The same document over there, unless `fields` say otherwise."""
    values: dict[str, Any] = {
        "kind": DocumentKind(document.kind),
        "id": "B1",
        "number": document.number,
        "status": RemoteStatus.OPEN,
        "date": document.date,
        "currency": document.currency,
        "gross": document.gross,
        "party_name": document.contact.name,
    }
    return RemoteDocument(**(values | fields))


def ready(connection: Connection, document: models.Document) -> models.Document:
    """Links all that the document needs, as far as it is not linked yet."""
    party = document.contact
    role = building.role_of(document)
    if not party.account_links.filter(connection=connection, role=role).exists():
        factories.contact_link(connection, party, role=role)
    for line in document.lines.all():
        if line.nominal and not connection.nominal_links.filter(nominal=line.nominal):
            factories.nominal_link(connection, line.nominal)
        taxes = connection.tax_links.filter(tax_rate=line.tax_rate, role=role)
        if line.tax_rate and not taxes:
            factories.tax_link(connection, line.tax_rate, role=role)
    return document


def check(
    connection: Connection,
    *documents: models.Document,
    connector: Connector | None = None,
) -> list[Finding]:
    """All that stands against the documents, one after the other."""
    loaded = building.documents([document.pk for document in documents])
    built = building.build(connection, loaded)
    found = preflight.check(connection, loaded, built, connector=connector)
    return [finding for document in documents for finding in found[document.pk]]


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code.value for finding in findings]
