"""Whether what was signed still stands: compared with a later run, or by itself with
our side as it is now and with what was seen in the books since."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounting_links import gateway
from accounting_links.models import Connection, Reconciliation, SignOff
from accounting_links.reconcile import blame, snapshots
from accounting_links.reconcile.nominals import Nominals
from accounting_links.reconcile.our_side import OurSide
from accounting_links.reconcile.sides import Period
from accounting_links.reconcile.snapshots import HERE, THERE, Change, Snapshot
from accounting_links.verbs import Verb
from invoicing.models import Document, Event
from invoicing.services import events

CHUNK = 500
MOST_KEPT = 200


def last_event() -> int:
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def after_run(run: Reconciliation) -> int:
    """How many signatures the figures of this run broke."""
    standing = SignOff.objects.filter(
        reconciliation__connection=run.connection_id, broken_at=None
    ).exclude(reconciliation=run)
    return sum(
        settle(each, changes_in(each.reconciliation, run), seen_by=run)
        for each in standing.select_related("reconciliation__connection")
    )


def check_all() -> int:
    """How many broke. Safe to repeat; no call to any platform."""
    standing = SignOff.objects.filter(broken_at=None)
    return sum(
        check(each) for each in standing.select_related("reconciliation__connection")
    )


def check(sign_off: SignOff) -> bool:
    """Whether it broke, by what is known here."""
    signed = sign_off.reconciliation
    changes = [*changes_here(signed), *_seen_in_books(signed, sign_off.event_id)]
    return settle(sign_off, changes)


def settle(
    sign_off: SignOff,
    changes: Iterable[Change],
    *,
    seen_by: Reconciliation | None = None,
) -> bool:
    """Breaks it where there are changes, once, and tells the history."""
    name = str(seen_by) if seen_by else "the poller"
    found = blame.told(changes, since=sign_off.event_id, seen_by=name)
    now = timezone.now()
    SignOff.objects.filter(pk=sign_off.pk).update(checked_at=now)
    if not found:
        return False
    with transaction.atomic():
        fell = SignOff.objects.filter(pk=sign_off.pk, broken_at=None).update(
            broken_at=now,
            broken_by=seen_by,
            changed=len(found),
            changes=[each.as_dict() for each in found[:MOST_KEPT]],
        )
        if fell:
            _tell(sign_off, found)
    return bool(fell)


def _tell(sign_off: SignOff, found: Sequence[Change]) -> None:
    first = found[0]
    events.record(
        Verb.SIGNATURE_BROKEN,
        sign_off.reconciliation,
        f"The signature of {sign_off.person} under {sign_off.reconciliation} is broken:"
        f" {first.field} of {first.snapshot.number} changed {first.side}",
        actor_name=first.who[:150],
        connection_id=sign_off.reconciliation.connection_id,
        after={"changed": len(found)},
    )


def changes_in(signed: Reconciliation, run: Reconciliation) -> Iterator[Change]:
    """Between the rows of both. Where the later run covers all that the signed one did,
    also what came and what went."""
    whole = covers(run, signed)
    for some in _chunks(snapshots.of_rows(signed.rows.all())):
        by_document, by_their_id = _found_in(run, some)
        for each in some:
            now = by_document.get(each.document_id) if each.document_id else None
            now = now or by_their_id.get((each.kind, each.external_id))
            if now is not None or whole:
                yield from snapshots.differences(each, now)
    if whole:
        yield from _added_in(signed, run)


def _found_in(
    run: Reconciliation, some: Sequence[Snapshot]
) -> tuple[dict[int | None, Snapshot], dict[tuple[str, str], Snapshot]]:
    documents = {each.document_id for each in some} - {None}
    theirs = {each.external_id for each in some if each.document_id is None}
    rows = run.rows.filter(Q(document__in=documents) | Q(external_id__in=theirs))
    found = list(snapshots.of_rows(rows.order_by()))
    return (
        {each.document_id: each for each in found if each.document_id},
        {(each.kind, each.external_id): each for each in found if each.external_id},
    )


def _added_in(signed: Reconciliation, run: Reconciliation) -> Iterator[Change]:
    period = period_of(signed)
    known = signed.rows.exclude(document=None).values("document")
    known_there = signed.rows.exclude(external_id="").values("external_id")
    fresh = run.rows.filter(kind__in=signed.kinds).filter(
        Q(document__isnull=False) & ~Q(document__in=known)
        | Q(document__isnull=True) & ~Q(external_id__in=known_there)
    )
    for each in snapshots.of_rows(fresh):
        if _is_in(period, each.our_date) or _is_in(period, each.their_date):
            yield from snapshots.added(each)


def _is_in(period: Period, day: date | None) -> bool:
    return day is not None and period.holds(day)


def changes_here(signed: Reconciliation) -> Iterator[Change]:
    """Of our side alone, as it is now."""
    connection = signed.connection
    ours = _our_side(connection)
    kept = signed.rows.exclude(document=None)
    for some in _chunks(snapshots.of_rows(kept)):
        ids = [each.document_id for each in some if each.document_id]
        now = {each.id: snapshots.of_ours(each) for each in ours.of_documents(ids)}
        for each in some:
            found = now.get(each.document_id or 0)
            yield from snapshots.differences(each, found, (HERE,))
    fresh = ours.in_period(signed.kinds, period_of(signed)).exclude(
        pk__in=kept.values("document")
    )
    for document in fresh.order_by("pk").iterator():
        yield from snapshots.added(_of_document(document))


def _of_document(document: Document) -> Snapshot:
    return Snapshot(
        kind=document.kind,
        document_id=document.pk,
        external_id="",
        number=document.number,
        currency=document.currency,
        ours=document.gross,
    )


def _our_side(connection: Connection) -> OurSide:
    care_of = gateway.capabilities(connection).care_of
    return OurSide(connection, Nominals(connection), bills_care_of=care_of)


def _seen_in_books(signed: Reconciliation, since: int) -> Iterator[Change]:
    """Edits and deletions over there that the poller saw: what differs from what was
    signed. Later payments are none."""
    seen = Event.objects.filter(
        pk__gt=since,
        connection_id=signed.connection_id,
        verb__in=(Verb.EDIT_SEEN, Verb.MISSING_SEEN, Verb.STATUS_SEEN),
    )
    rows = {
        each.document_id: each
        for each in snapshots.of_rows(
            signed.rows.filter(document__in=seen.order_by().values("document"))
        )
        if each.theirs is not None
    }
    last: dict[tuple[int | None, str], Change] = {}
    for event in seen.order_by("pk"):
        row = rows.get(event.document_id)
        for change in _of_event(event, row) if row else ():
            last[event.document_id, change.field] = change
    yield from (each for each in last.values() if each.before != each.after)


def _of_event(event: Event, row: Snapshot) -> Iterator[Change]:
    if event.verb == Verb.MISSING_SEEN:
        yield from snapshots.differences(row, None, (THERE,))
    elif event.after.get("status") == "void" != row.their_status:
        yield Change(row, THERE, "status", row.their_status, "void")
    elif event.verb == Verb.EDIT_SEEN:
        yield from _edits(event, row)


def _edits(event: Event, row: Snapshot) -> Iterator[Change]:
    if "gross" in event.after and row.theirs is not None:
        was = f"{abs(row.theirs):.2f}"
        yield Change(row, THERE, "total", was, f"{Decimal(event.after['gross']):.2f}")
    for name, was in (("number", row.remote_number), ("date", str(row.their_date))):
        if name in event.after:
            yield Change(row, THERE, name, was, event.after[name])


def covers(run: Reconciliation, signed: Reconciliation) -> bool:
    """Whether it looked at all that the other did."""
    earlier = run.start is None or (
        signed.start is not None and run.start <= signed.start
    )
    later = run.end is None or (signed.end is not None and run.end >= signed.end)
    return earlier and later and set(signed.kinds) <= set(run.kinds)


def period_of(signed: Reconciliation) -> Period:
    """Without an end it ends with the day on which the books were read."""
    read = signed.finished_at or signed.started_at
    return Period(signed.start, signed.end or timezone.localdate(read))


def _chunks(whole: Iterator[Snapshot]) -> Iterator[list[Snapshot]]:
    while some := list(islice(whole, CHUNK)):
        yield some
