"""Opens, updates and closes what is kept of edits over there. Nothing here decides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounting_links.models import (
    Connection,
    DocumentLink,
    EditChoice,
    EditState,
    ItemState,
    Operation,
    RemoteEdit,
    SyncItem,
)
from accounting_links.remote_edits import comparing
from accounting_links.remote_edits.comparing import Values
from accounting_links.verbs import Verb
from connectors.records import RemoteDocument
from invoicing.models import Event
from invoicing.services import events

UNDER_WAY = (ItemState.SENDING, ItemState.IN_DOUBT)
NOTER = "poller"


@dataclass(slots=True, kw_only=True)
class Found:
    """A link whose document over there is not as agreed. `news` was not told yet."""

    link: DocumentLink
    row: RemoteDocument
    changed: Values
    before: Values
    news: Values
    edit: RemoteEdit | None


def open_edits(links: Iterable[DocumentLink]) -> dict[int, RemoteEdit]:
    """By link. One statement."""
    rows = RemoteEdit.objects.filter(
        link__in=[link.pk for link in links], state=EditState.OPEN
    )
    return {row.link_id: row for row in rows}


def look(
    link: DocumentLink, row: RemoteDocument, edit: RemoteEdit | None
) -> Found | None:
    """None where both agree. What is told for the first time is agreed from now on; the
    link is not saved here."""
    if row.status in comparing.NOT_EDITED:
        return None
    before = comparing.agreed(link)
    changed = comparing.changes(link, row)
    link.agreed = comparing.theirs(row) | before
    if not changed:
        return None
    known = {each["name"]: each["theirs"] for each in edit.fields} if edit else {}
    news = {name: text for name, text in changed.items() if known.get(name) != text}
    return Found(
        link=link, row=row, changed=changed, before=before, news=news, edit=edit
    )


def without_our_own(connection: Connection, found: Sequence[Found]) -> list[Found]:
    """Leaves out documents of which a change of ours may just have arrived. One
    statement, where there is anything."""
    if not found:
        return []
    moving = SyncItem.objects.filter(
        connection=connection,
        document__in=[each.link.document_id for each in found],
        operation=Operation.UPDATE,
        state__in=UNDER_WAY,
    )
    ids = set(moving.values_list("document", flat=True))
    return [each for each in found if each.link.document_id not in ids]


def keep(connection: Connection, found: Sequence[Found]) -> list[RemoteEdit]:
    """Opens and updates edits, in the caller's transaction; answers those that a person
    or a policy has to decide. Where ours is the same as theirs by now, both agree."""
    if not found:
        return []
    own = comparing.ours(connection, [each.link.document for each in found])
    fresh: list[RemoteEdit] = []
    updated: list[RemoteEdit] = []
    for each in found:
        mine = own.get(each.link.document_id, {})
        if all(mine.get(name) == text for name, text in each.changed.items()):
            each.link.agreed = each.link.agreed | each.changed
            each.link.warning = ""
            if each.edit is not None:
                settle([each.edit], EditChoice.AGREED)
            continue
        edit = each.edit or RemoteEdit(
            connection=connection, link=each.link, document=each.link.document
        )
        _lay_on(edit, each, mine)
        (updated if each.edit else fresh).append(edit)
    # Another may have noted it a moment before: then that one holds.
    RemoteEdit.objects.bulk_create(fresh, ignore_conflicts=True)
    RemoteEdit.objects.bulk_update(
        updated, ("fields", "version", "seen_at", "choice", "chosen_by", "reason")
    )
    return fresh + updated


def _lay_on(edit: RemoteEdit, found: Found, own: Mapping[str, str]) -> None:
    edit.fields = comparing.as_fields(found.changed, found.before, own)
    edit.version = found.row.version[:60]
    edit.seen_at = timezone.now()
    if found.news:
        edit.choice, edit.chosen_by, edit.reason = "", None, ""


def settle(
    edits: Iterable[RemoteEdit],
    choice: EditChoice,
    *,
    actor: User | None = None,
    reason: str = "",
) -> None:
    """In the caller's transaction, with no event: whoever settles tells it."""
    for edit in edits:
        edit.state = EditState.SETTLED
        edit.choice = choice
        edit.chosen_by = actor or edit.chosen_by
        edit.chosen_at = timezone.now()
        edit.reason = (reason or edit.reason)[:500]
        edit.save(update_fields=("state", "choice", "chosen_by", "chosen_at", "reason"))


def settle_again_agreed(edits: Sequence[RemoteEdit]) -> list[Event]:
    """Both sides agree again without anybody's doing here. Answers the events."""
    settle(edits, EditChoice.AGREED)
    return [
        events.build(
            Verb.EDIT_GONE,
            edit.document,
            f"{edit.document} stands in the books again as it was sent",
            connection_id=edit.connection_id,
            actor_name=NOTER,
        )
        for edit in edits
    ]


def settle_overwritten(link: DocumentLink) -> None:
    """Ours has arrived there, and holds."""
    settle(RemoteEdit.objects.filter(link=link, state=EditState.OPEN), EditChoice.OURS)


@transaction.atomic
def note_one(
    connection: Connection, link: DocumentLink, row: RemoteDocument
) -> Found | None:
    """For one document that was just read, outside of a poll: kept, and told once."""
    edit = open_edits([link]).get(link.pk)
    found = look(link, row, edit)
    if found is None:
        Event.objects.bulk_create(settle_again_agreed([edit] if edit else []))
        return None
    keep(connection, [found])
    if found.news:
        link.warning = sentence(found.news)[:500]
        Event.objects.bulk_create([event(connection, found)])
    link.save(update_fields=("agreed", "warning"))
    return found


def sentence(news: Mapping[str, str]) -> str:
    return f"Edited in the books: {words(news)}."


def words(news: Mapping[str, str]) -> str:
    """Lines are too long to be said."""
    said = [f"{name} is {text} there" for name, text in news.items() if name != "lines"]
    if "lines" in news and not said:
        said.append("lines are others there")
    return ", ".join(said).replace("_", " ")


def event(connection: Connection, found: Found, *, who: str = NOTER) -> Event:
    return events.build(
        Verb.EDIT_SEEN,
        found.link.document,
        f"{found.link.document} was edited in the books: {words(found.news)}",
        connection_id=connection.pk,
        actor_name=who,
        before={name: found.before.get(name, "") for name in found.news},
        after=dict(found.news),
    )
