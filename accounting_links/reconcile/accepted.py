"""Differences that a person accepted, laid on the rows of later runs."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from accounting_links.models import (
    SETTLED_VERDICTS,
    AcceptedDifference,
    Connection,
    Reconciliation,
    ReconciliationRow,
    Verdict,
)
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events

# As long as all of these are the same, the reason that was given holds.
FIGURES = (
    *("verdict", "differs", "currency", "their_currency", "ours", "theirs"),
    *("our_tax", "their_tax", "our_date", "their_date", "our_party", "their_party"),
    *("our_status", "their_status", "remote_number", "external_id"),
)
CHANGED = "The figures changed."
# What is being looked up is neither settled nor to be lived with.
NEVER = (*SETTLED_VERDICTS, Verdict.IN_DOUBT)


def figures(row: ReconciliationRow) -> dict[str, str]:
    return {name: _text(getattr(row, name)) for name in FIGURES}


class Acceptances:
    """Those that hold for a connection. One statement; `apply` needs none."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        held = AcceptedDifference.objects.filter(connection=connection, ended_at=None)
        self.by_document: dict[int, AcceptedDifference] = {}
        self.by_their_id: dict[tuple[str, str], AcceptedDifference] = {}
        for each in held:
            if each.document_id is not None:
                self.by_document[each.document_id] = each
            else:
                self.by_their_id[each.kind, each.external_id] = each
        self.count = 0
        self.changed: dict[int, AcceptedDifference] = {}

    def apply(self, row: ReconciliationRow) -> None:
        """Before the row is kept. One whose figures changed is open again, and says
        so."""
        found = self._of(row)
        if found is None:
            return
        if row.verdict not in NEVER and found.figures == figures(row):
            row.accepted = found
            self.count += 1
            return
        self.changed[found.pk] = found
        if row.verdict not in SETTLED_VERDICTS:
            on = timezone.localtime(found.at)
            told = f"Accepted on {on:%d %b %Y} for other figures ({found.reason})."
            row.cause = f"{row.cause} {told}".strip()[:500]

    def _of(self, row: ReconciliationRow) -> AcceptedDifference | None:
        if row.document_id is not None:
            return self.by_document.get(row.document_id)
        return self.by_their_id.get((row.kind, row.external_id))

    def end_changed(self) -> None:
        """In the caller's transaction."""
        ids = list(self.changed)
        AcceptedDifference.objects.filter(pk__in=ids, ended_at=None).update(
            ended_at=timezone.now(), ended_why=CHANGED
        )
        Event.objects.bulk_create(
            events.build(
                Verb.ACCEPTANCE_ENDED,
                each,
                f"An accepted difference is open again: {each.reason}",
                document=each.document,
                connection_id=self.connection.pk,
                reason=CHANGED,
            )
            for each in self.changed.values()
        )


def open_rows(reconciliation: Reconciliation) -> QuerySet[ReconciliationRow]:
    """What somebody still has to look into."""
    return reconciliation.rows.filter(accepted=None).exclude(
        verdict__in=SETTLED_VERDICTS
    )


def left_over(reconciliation: Reconciliation) -> int:
    """How many those are, without asking for them."""
    whole = sum(
        count
        for verdict, count in reconciliation.verdicts.items()
        if verdict not in SETTLED_VERDICTS
    )
    return int(whole) - reconciliation.accepted


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
