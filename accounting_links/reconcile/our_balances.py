"""What is open on our side, read as `our_side` reads documents."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.models import F, QuerySet

from accounting_links.reconcile.our_side import CHUNK, OurSide, chunks
from accounting_links.reconcile.sides import ZERO, Ours, Theirs
from connectors.records import DocumentKind, signed
from invoicing.models import Document, Lifecycle


class OurBalances:
    """The `gross` of what it answers is the open amount."""

    def __init__(self, side: OurSide) -> None:
        self.side = side

    def open(self, kinds: Iterable[str]) -> Iterator[Ours]:
        documents = self.side.belonging(list(kinds)).exclude(gross=F("settled"))
        yield from self._read(documents.filter(lifecycle=Lifecycle.APPROVED))

    def counterparts(self, strange: Sequence[Theirs]) -> Iterator[Ours]:
        """Ours of any state that something open there may stand for."""
        for some in chunks(self.side.counterpart_ids(strange), CHUNK):
            yield from self._read(Document.objects.filter(pk__in=some))

    def _read(self, documents: QuerySet[Document]) -> Iterator[Ours]:
        columns = ("pk", "gross", "settled", "lifecycle")
        owed = {
            pk: gross - settled if lifecycle == Lifecycle.APPROVED else ZERO
            for pk, gross, settled, lifecycle in documents.order_by()
            .values_list(*columns)
            .iterator(chunk_size=2000)
        }
        for each in self.side.read(documents, counts=False, with_lines=False):
            amount = signed(DocumentKind(each.kind), owed[each.id])
            yield each._replace(gross=amount)


def dues(ids: Sequence[int]) -> dict[int, date]:
    """When each is due, else its date."""
    found: dict[int, date] = {}
    for some in chunks(ids, CHUNK):
        rows = Document.objects.filter(pk__in=some).order_by()
        for pk, due, day in rows.values_list("pk", "due_date", "date"):
            found[pk] = due or day
    return found
