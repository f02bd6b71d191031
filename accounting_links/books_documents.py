"""What the books now say of documents that are linked: kept on the link, told in the
history, and where it concerns us, laid on the document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounting_links.engine.outcome import lay_on_link
from accounting_links.models import Connection, DocumentLink, RemoteEdit
from accounting_links.remote_edits import comparing, noting
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.records import RemoteDocument, RemoteStatus
from invoicing.errors import Refused
from invoicing.models import Event, SentHow
from invoicing.services import events, sending

LINK_FIELDS = (
    *("number", "version", "status", "sent", "currency", "net", "tax", "gross"),
    *("balance", "party_id", "url", "seen_at", "missing_since", "warning"),
    *("changed_at", "agreed"),
)
WORDS = {
    RemoteStatus.DRAFT: "is a draft",
    RemoteStatus.OPEN: "is open",
    RemoteStatus.PART_PAID: "is part paid",
    RemoteStatus.PAID: "is paid",
    RemoteStatus.VOID: "was voided",
    RemoteStatus.DELETED: "was deleted",
}
POLLER = "poller"


@dataclass(slots=True, kw_only=True)
class _Seen:
    link: DocumentLink
    verb: Verb
    sentence: str
    before: dict[str, str]
    after: dict[str, str]


def take_in(
    connection: Connection,
    connector: Connector,
    rows: Sequence[RemoteDocument],
    *,
    touch: bool = False,
) -> int:
    """Answers how many of our documents changed. `touch` notes of all that they were
    seen. The statements do not grow with the rows, but for documents that are found to
    have been sent over there."""
    taking = _Taking(connection, connector)
    links = _links(connection, rows)
    taking.open = noting.open_edits(links.values())
    for row in rows:
        if link := links.get((row.kind.value, row.id)):
            taking.look(link, row, touch=touch)
    taking.keep()
    return len({each.link.pk for each in taking.seen})


class _Taking:
    """What one portion of rows comes to, gathered first and then written at once."""

    def __init__(self, connection: Connection, connector: Connector) -> None:
        self.connection = connection
        self.connector = connector
        self.open: dict[int, RemoteEdit] = {}
        self.seen: list[_Seen] = []
        self.touched: list[DocumentLink] = []
        self.sent: list[DocumentLink] = []
        self.edited: list[noting.Found] = []
        self.agreeing: list[RemoteEdit] = []

    def look(self, link: DocumentLink, row: RemoteDocument, *, touch: bool) -> None:
        status = _status(link, row)
        self.seen += status
        if row.sent and link.document.sent_at is None:
            self.sent.append(link)
        known = (link.version, link.changed_at) == (row.version, row.changed_at)
        agreed = link.agreed
        edit = self.open.get(link.pk)
        found = noting.look(link, row, edit)
        if found is not None:
            self.edited.append(found)
        elif edit is not None and row.status not in comparing.NOT_EDITED:
            self.agreeing.append(edit)
            link.warning = ""
        if status or found or touch or not known or link.agreed != agreed:
            _lay_on(link, row, self.connector)
            self.touched.append(link)

    def keep(self) -> None:
        edited = noting.without_our_own(self.connection, self.edited)
        told = [each for each in edited if each.news]
        self.seen += [_edited(each) for each in told]
        with transaction.atomic():
            noting.keep(self.connection, edited)
            DocumentLink.objects.bulk_update(self.touched, LINK_FIELDS)
            Event.objects.bulk_create(
                [
                    *(_event(self.connection, each) for each in self.seen),
                    *noting.settle_again_agreed(self.agreeing),
                ]
            )
            for link in self.sent:
                _mark_sent(link)


def _links(
    connection: Connection, rows: Iterable[RemoteDocument]
) -> dict[tuple[str, str], DocumentLink]:
    found = DocumentLink.objects.filter(
        connection=connection, external_id__in=[row.id for row in rows], ended_at=None
    ).select_related("document")
    return {(link.kind, link.external_id): link for link in found}


def _lay_on(link: DocumentLink, row: RemoteDocument, connector: Connector) -> None:
    """Of a deleted document the platform shows amounts of zero, or none: what it was
    stays on the link."""
    if row.status is RemoteStatus.DELETED:
        link.missing_since = link.missing_since or timezone.now()
        link.status = row.status.value
        link.seen_at = timezone.now()
        return
    party_id, agreed = link.party_id, link.agreed
    lay_on_link(link, row, connector)
    link.party_id = row.party_id or party_id
    link.agreed = agreed
    link.missing_since = None


def _status(link: DocumentLink, row: RemoteDocument) -> list[_Seen]:
    document = link.document
    if row.status is RemoteStatus.DELETED:
        return [] if link.missing_since else [_missing(link)]
    found = []
    if link.missing_since is not None:
        sentence = f"{document} is in the books again"
        found.append(_seen(link, Verb.RETURN_SEEN, sentence))
    known = row.status in WORDS
    if known and link.status != row.status.value:
        found.append(
            _seen(
                link,
                Verb.STATUS_SEEN,
                f"{document} {WORDS[row.status]} in the books",
                before={"status": link.status, "balance": _text(link.balance)},
                after={"status": row.status.value, "balance": _text(row.balance)},
            )
        )
    elif known and row.balance is not None and link.balance != row.balance:
        found.append(
            _seen(
                link,
                Verb.STATUS_SEEN,
                f"{row.balance:.2f} of {document} is open in the books",
                before={"balance": _text(link.balance)},
                after={"balance": _text(row.balance)},
            )
        )
    return found


def _missing(link: DocumentLink) -> _Seen:
    sentence = f"{link.document} was deleted in the books. It is not made again."
    return _seen(link, Verb.MISSING_SEEN, sentence, before={"gross": _text(link.gross)})


def _edited(found: noting.Found) -> _Seen:
    """What a person changed over there."""
    found.link.warning = noting.sentence(found.news)[:500]
    told = noting.words(found.news)
    return _seen(
        found.link,
        Verb.EDIT_SEEN,
        f"{found.link.document} was edited in the books: {told}",
        before={name: found.before.get(name, "") for name in found.news},
        after=dict(found.news),
    )


def _seen(
    link: DocumentLink,
    verb: Verb,
    sentence: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> _Seen:
    return _Seen(
        link=link,
        verb=verb,
        sentence=sentence,
        before=before or {},
        after=after or {},
    )


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def _event(connection: Connection, seen: _Seen) -> Event:
    return events.build(
        seen.verb,
        seen.link.document,
        seen.sentence,
        connection_id=connection.pk,
        actor_name=POLLER,
        before=seen.before,
        after=seen.after,
    )


def _mark_sent(link: DocumentLink) -> None:
    try:
        sending.mark_sent(link.document, SentHow.PLATFORM, actor_name=POLLER)
    except Refused:
        # Void here, and sent there: the status says so already.
        return


def note_missing(connection: Connection, links: Sequence[DocumentLink]) -> int:
    """These are no longer over there, as far as a full comparison can tell."""
    now = timezone.now()
    with transaction.atomic():
        for link in links:
            link.missing_since = now
            link.status = RemoteStatus.DELETED.value
        DocumentLink.objects.bulk_update(links, ("missing_since", "status"))
        Event.objects.bulk_create(_event(connection, _missing(link)) for link in links)
    return len(links)
