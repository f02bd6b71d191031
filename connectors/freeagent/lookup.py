"""Which documents the company has. FreeAgent finds none by its number, so the list is
read once by a connector, and then only what changed since."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from connectors.freeagent.api import CompanyApi, Entity
from connectors.freeagent.mapping import PATHS
from connectors.records import DocumentKind, RemoteDocument

# A change may be listed a little later than it was stamped.
_OVERLAP = timedelta(minutes=2)
MakeDocument = Callable[[DocumentKind, Entity], RemoteDocument]


class KnownDocuments:
    """Without lines. What somebody deletes while the connector lives may still be told;
    what we delete is forgotten by `forget`."""

    def __init__(self, api: CompanyApi, document: MakeDocument) -> None:
        self.api = api
        self._document = document
        self._known: dict[DocumentKind, dict[str, RemoteDocument]] = {}
        self._newest: dict[DocumentKind, datetime] = {}

    def of(self, kind: DocumentKind, operation: str) -> Iterable[RemoteDocument]:
        known = self._known.setdefault(kind, {})
        for row in self.api.pages(operation, PATHS[kind], self._asked(kind)):
            found = self._document(kind, row)
            known[found.id] = found
            if found.changed_at:
                newest = self._newest.get(kind, found.changed_at)
                self._newest[kind] = max(newest, found.changed_at)
        return known.values()

    def forget(self, kind: DocumentKind, id: str) -> None:
        self._known.get(kind, {}).pop(id, None)

    def _asked(self, kind: DocumentKind) -> dict[str, str]:
        asked = {"view": "all"}
        if kind in self._newest:
            asked["updated_since"] = stamp(self._newest[kind] - _OVERLAP)
        return asked


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
