"""Which documents a platform has, where it finds none by its number: its list is read
once by a connector, and then as little of it as the platform allows."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.amounts import CENT
from connectors.base import by_number
from connectors.records import Document, DocumentKind, RemoteDocument, Totals
from connectors.services import Clock

Read = Callable[[DocumentKind, str, datetime | None], Iterable[RemoteDocument]]
# A change may be listed a little later than it was stamped.
_OVERLAP = timedelta(minutes=2)


class KnownDocuments:
    """Without lines. `read(kind, operation, since)` lists what changed since a moment,
    everything where that is None.

    Where the platform stamps no changes, the list is read anew once it is older than
    `good_for`. What somebody else deletes may still be told; what we make or delete is
    told by `add` and `forget`.
    """

    def __init__(
        self, read: Read, clock: Clock, *, good_for: timedelta = timedelta(0)
    ) -> None:
        self._read = read
        self._clock = clock
        self._good_for = good_for
        self._known: dict[DocumentKind, dict[str, RemoteDocument]] = {}
        self._newest: dict[DocumentKind, datetime] = {}
        self._read_at: dict[DocumentKind, datetime] = {}

    def of(self, kind: DocumentKind, operation: str) -> list[RemoteDocument]:
        now = self._clock.now()
        read_at = self._read_at.get(kind)
        if read_at is None or now - read_at >= self._good_for:
            self._refresh(kind, operation)
            self._read_at[kind] = now
        return list(self._known[kind].values())

    def numbered(
        self, kind: DocumentKind, numbers: Sequence[str], party_ids: Sequence[str]
    ) -> list[RemoteDocument]:
        """As `Connector.find_documents`."""
        wanted = set(numbers) - {""}
        return [
            document
            for document in self.of(kind, "find_documents")
            if document.number in wanted
            and (not party_ids or document.party_id in party_ids)
        ]

    def add(self, document: RemoteDocument) -> None:
        if document.kind in self._known:
            self._known[document.kind][document.id] = document

    def forget(self, kind: DocumentKind, id: str) -> None:
        self._known.get(kind, {}).pop(id, None)

    def _refresh(self, kind: DocumentKind, operation: str) -> None:
        newest = self._newest.get(kind)
        known = self._known.get(kind, {}) if newest else {}
        for found in self._read(kind, operation, newest and newest - _OVERLAP):
            known[found.id] = found
            if found.changed_at:
                newest = max(newest or found.changed_at, found.changed_at)
        self._known[kind] = known
        if newest:
            self._newest[kind] = newest


def sent_among(
    listed: Callable[[DocumentKind], Iterable[RemoteDocument]],
    documents: Sequence[Document],
    forecast: Callable[[Document], Totals],
) -> list[RemoteDocument | None]:
    """What each intent made: known by number, party, date and total; by our reference
    too, where the platform kept one. Totals may differ by what rounding makes of them.
    `listed` is called once for each kind."""
    there = {
        kind: by_number(listed(kind))
        for kind in sorted({document.kind for document in documents})
    }
    matched: list[RemoteDocument | None] = []
    for document in documents:
        # Whoever cannot be told a tax makes its own of an overridden one.
        overridden = document.tax_override is not None
        gross = forecast(document).gross if overridden else document.gross
        candidates = there[document.kind].get(document.number, ())
        fitting = (each for each in candidates if _made_by(document, each, gross))
        matched.append(next(fitting, None))
    return matched


def _made_by(document: Document, remote: RemoteDocument, gross: Decimal) -> bool:
    if remote.reference and remote.reference != document.reference:
        return False
    party = remote.party_id == document.party_id
    if not remote.party_id:
        party = remote.party_name == document.party_name
    near = abs(remote.gross - gross) <= CENT * len(document.lines)
    return party and remote.date == document.date and near
