"""Who or what changed a document, as far as the one history tells."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from accounting_links.reconcile.snapshots import HERE, Change
from invoicing.models import Event

# As `invoicing.services.books_view` names what it tells apart.
NAMES = {"customer": ("contact", "care_of"), "total": ("gross",), "status": ("void",)}
OURS = ("document.", "order.", "record.")
THEIRS = "books."


def told(changes: Iterable[Change], *, since: int, seen_by: str) -> list[Change]:
    """With who and when; what changed in the books was `seen_by`, where no poll saw it
    before. One statement."""
    changes = list(changes)
    ids = {each.snapshot.document_id for each in changes}
    history: dict[int | None, list[Event]] = defaultdict(list)
    found = Event.objects.filter(document__in=ids - {None}, pk__gt=since)
    for event in found.order_by("pk").select_related("actor"):
        history[event.document_id].append(event)
    return [
        _told(each, history[each.snapshot.document_id], seen_by) for each in changes
    ]


def _told(change: Change, history: list[Event], seen_by: str) -> Change:
    prefixes = OURS if change.side == HERE else (THEIRS,)
    events = [event for event in history if event.verb.startswith(prefixes)]
    names = NAMES.get(change.field, (change.field,))
    naming = [each for each in events if _names(each, names)]
    if change.field.startswith("line ") and naming:
        change = change._replace(
            before=_line(naming[0].before.get(change.field)),
            after=_line(naming[-1].after.get(change.field)),
        )
    if not events:
        return change._replace(who="" if change.side == HERE else seen_by)
    last = (naming or events)[-1]
    return change._replace(who=_who(last), at=last.at.isoformat(timespec="minutes"))


def _names(event: Event, names: Iterable[str]) -> bool:
    return any(name in event.after or name in event.before for name in names)


def _who(event: Event) -> str:
    if event.actor is not None:
        return event.actor.get_full_name() or event.actor.get_username()
    return event.actor_name


def _line(values: Mapping[str, Any] | None) -> str:
    return ", ".join(_parts(values)) if values else "no such line"


def _parts(values: Mapping[str, Any]) -> Iterator[str]:
    yield str(values.get("text") or "no text")
    yield f"{values.get('quantity')} at {values.get('unit_price')}"
    yield f"net {values.get('net')}"
    for name in ("nominal", "tax_rate"):
        if values.get(name):
            yield str(values[name])
