"""What the books now say of documents that are linked: kept on the link, told in the
history, and where it concerns us, laid on the document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounting_links.engine.outcome import lay_on_link
from accounting_links.models import Connection, DocumentLink
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.records import RemoteDocument, RemoteStatus
from invoicing.errors import Refused
from invoicing.models import Event, SentHow
from invoicing.services import events, sending

LINK_FIELDS = (
    *("number", "version", "status", "sent", "currency", "net", "tax", "gross"),
    *("balance", "party_id", "url", "seen_at", "missing_since", "warning"),
    "changed_at",
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
    links = _links(connection, rows)
    seen: list[_Seen] = []
    touched: list[DocumentLink] = []
    sent: list[DocumentLink] = []
    for row in rows:
        link = links.get((row.kind.value, row.id))
        if link is None:
            continue
        found = _differences(link, row)
        seen += found
        if row.sent and link.document.sent_at is None:
            sent.append(link)
        known = (link.version, link.changed_at) == (row.version, row.changed_at)
        if found or touch or not known:
            _lay_on(link, row, connector)
            touched.append(link)
    with transaction.atomic():
        DocumentLink.objects.bulk_update(touched, LINK_FIELDS)
        Event.objects.bulk_create(_event(connection, each) for each in seen)
        for link in sent:
            _mark_sent(link)
    return len({each.link.pk for each in seen})


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
    party_id = link.party_id
    lay_on_link(link, row, connector)
    link.party_id = row.party_id or party_id
    link.missing_since = None


def _differences(link: DocumentLink, row: RemoteDocument) -> list[_Seen]:
    return [
        *_status(link, row),
        *_edits(link, row),
    ]


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


def _edits(link: DocumentLink, row: RemoteDocument) -> list[_Seen]:
    """What a person changed over there. A payment raises the version too, and is none;
    a void shows zero on some platforms, and is told as a status."""
    if row.status in (RemoteStatus.DELETED, RemoteStatus.VOID):
        return []
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    pairs: dict[str, tuple[object, object]] = {
        "gross": (link.gross, row.gross),
        "number": (link.number, row.number),
        "party": (link.party_id, row.party_id or link.party_id),
        "date": (link.document.date, row.date or link.document.date),
    }
    told = link.warning
    for name, (ours, theirs) in pairs.items():
        if ours != theirs and (name != "date" or str(theirs) not in told):
            before[name], after[name] = _text(ours), _text(theirs)
    if not after:
        return []
    what = ", ".join(f"{name} is {value} there" for name, value in after.items())
    link.warning = f"Edited in the books: {what}."[:500]
    sentence = f"{link.document} was edited in the books: {what}"
    return [_seen(link, Verb.EDIT_SEEN, sentence, before=before, after=after)]


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
