"""What stands for the books of a platform that works by files: the documents whose
import a report or a person has confirmed, as they were exported. Nobody reads the
program itself, so that an edit made there is not seen here."""

from collections.abc import Iterator
from datetime import date

from accounting_links.models import DocumentLink, ExportItem, ExportItemState
from connectors.records import DocumentKind, RemoteDocument, RemoteStatus

AT_ONCE = 500


class ConfirmedDocuments:
    """As `connectors.services.Confirmed`. Documents alone, not payments: those stand in
    what is left to be paid."""

    def __init__(self, connection_id: int) -> None:
        self.connection_id = connection_id

    def documents(
        self, kind: DocumentKind, start: date | None, end: date | None
    ) -> Iterator[RemoteDocument]:
        found = ExportItem.objects.filter(
            batch__connection=self.connection_id,
            kind=kind.value,
            payment=None,
            state=ExportItemState.CONFIRMED,
        )
        if start is not None:
            found = found.filter(date__gte=start)
        if end is not None:
            found = found.filter(date__lte=end)
        portion: list[ExportItem] = []
        for item in found.order_by("date", "pk").iterator(chunk_size=AT_ONCE):
            portion.append(item)
            if len(portion) == AT_ONCE:
                yield from self._with_links(portion)
                portion = []
        yield from self._with_links(portion)

    def _with_links(self, items: list[ExportItem]) -> Iterator[RemoteDocument]:
        links = {
            link.document_id: link
            for link in DocumentLink.objects.filter(
                connection=self.connection_id,
                document__in=[item.document_id for item in items],
                ended_at=None,
            )
        }
        for item in items:
            if link := links.get(item.document_id):
                yield _remote(item, link)


def _remote(item: ExportItem, link: DocumentLink) -> RemoteDocument:
    return RemoteDocument(
        kind=DocumentKind(item.kind),
        id=link.external_id,
        number=link.number,
        status=RemoteStatus(link.status),
        date=item.date,
        currency=item.currency,
        gross=link.gross,
        net=link.net,
        tax=link.tax,
        balance=link.balance,
        reference=item.reference,
        party_id=link.party_id,
        party_name=item.party_name,
        version=link.version,
    )
