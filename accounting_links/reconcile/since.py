"""What is different from the run before this one, over the same books and days."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import OuterRef, QuerySet, Subquery

from accounting_links.models import (
    SETTLED_VERDICTS,
    Reconciliation,
    ReconciliationRow,
    ReconciliationState,
    Verdict,
)
from accounting_links.reconcile import signatures
from accounting_links.reconcile.snapshots import Change

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Since:
    """`settled` had to be looked into then and have not now; `fresh` the other way
    round. `changes` are at most `MOST_SHOWN`; `more` tells that there are others."""

    earlier: Reconciliation
    verdicts: list[tuple[Verdict, int, int]]
    settled: int
    fresh: int
    changes: list[Change]
    more: bool


def earlier(reconciliation: Reconciliation) -> Reconciliation | None:
    found = Reconciliation.objects.filter(
        connection=reconciliation.connection_id,
        start=reconciliation.start,
        end=reconciliation.end,
        state=ReconciliationState.DONE,
        pk__lt=reconciliation.pk,
    )
    alike = (each for each in found if each.kinds == reconciliation.kinds)
    return next(alike, None)


def since(reconciliation: Reconciliation) -> Since | None:
    """None for the first."""
    before = earlier(reconciliation)
    if before is None:
        return None
    changes = list(
        islice(signatures.changes_in(before, reconciliation), MOST_SHOWN + 1)
    )
    return Since(
        earlier=before,
        verdicts=list(_verdicts(before, reconciliation)),
        settled=_open_in(before, not_in=reconciliation),
        fresh=_open_in(reconciliation, not_in=before),
        changes=changes[:MOST_SHOWN],
        more=len(changes) > MOST_SHOWN,
    )


def _verdicts(
    before: Reconciliation, now: Reconciliation
) -> Iterator[tuple[Verdict, int, int]]:
    for verdict in Verdict:
        was, is_now = (each.verdicts.get(verdict, 0) for each in (before, now))
        if was != is_now:
            yield verdict, was, is_now


def _open_in(run: Reconciliation, *, not_in: Reconciliation) -> int:
    """Rows open in the one that are not open in the other; by document, else by what
    it is over there."""
    there = _open(not_in)
    here = _open(run)
    ours = here.exclude(document=None).exclude(
        document__in=there.exclude(document=None).values("document")
    )
    theirs = here.filter(document=None).annotate(
        twin=Subquery(
            there.filter(
                document=None,
                kind=OuterRef("kind"),
                external_id=OuterRef("external_id"),
            ).values("pk")[:1]
        )
    )
    return ours.count() + theirs.filter(twin=None).count()


def _open(run: Reconciliation) -> QuerySet[ReconciliationRow]:
    """Accepted ones count as open: what was accepted is still a difference."""
    return run.rows.exclude(verdict__in=SETTLED_VERDICTS).order_by()
