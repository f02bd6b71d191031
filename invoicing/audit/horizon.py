"""Up to which event nobody can still commit one with a lower number.

SQLite has one writer at a time, and numbers rise with commits. PostgreSQL hands numbers
out before the commit: a transaction that lasts an hour commits numbers of an hour ago.
There, the highest number seen is marked; once every transaction is over that was under
way some seconds after, all numbers up to the mark are settled. Nobody is locked, and
nobody waits but the sealer.
"""

import datetime as dt

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from invoicing.models import Event, SealPosition

# Between taking a number and being known as a transaction lies no more than this.
SETTLES = dt.timedelta(seconds=10)


def settled(position: SealPosition) -> int:
    """Saves what it waits for in `position`."""
    if connection.vendor != "postgresql":
        return _highest()
    _follow(position)
    is_over = position.mark_transaction and _oldest() >= position.mark_transaction
    if not is_over:
        return position.sealed_to
    reached = position.mark_to
    _mark(position)
    return reached


def _follow(position: SealPosition) -> None:
    if position.mark_at is None:
        _mark(position)
    elif not position.mark_transaction and position.mark_at + SETTLES < timezone.now():
        position.mark_transaction = _next()
        position.save(update_fields=("mark_transaction",))


def _mark(position: SealPosition) -> None:
    position.mark_to = _highest()
    position.mark_at = timezone.now()
    position.mark_transaction = 0
    position.save(update_fields=("mark_to", "mark_at", "mark_transaction"))


def _highest() -> int:
    return Event.objects.aggregate(highest=Max("pk"))["highest"] or 0


def _oldest() -> int:
    """All transactions before this one are over."""
    return _ask("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")


def _next() -> int:
    """No transaction before now has this number or a higher one."""
    return _ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")


def _ask(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
