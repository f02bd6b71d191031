"""Writes the rows of a reconciliation, so that it can be opened again."""

from collections.abc import Callable, Iterable
from itertools import islice

from django.db import transaction

from accounting_links.models import Reconciliation, ReconciliationRow
from accounting_links.reconcile.accepted import Acceptances
from accounting_links.reconcile.causes import cause, status_code
from accounting_links.reconcile.compare import Row
from accounting_links.reconcile.sides import ZERO, Ours, Theirs

BATCH = 1000
Address = Callable[[Theirs], str]


def keep(
    reconciliation: Reconciliation,
    rows: Iterable[Row],
    address: Address,
    moved: Callable[[int], None],
) -> Acceptances:
    """In their order, a batch per transaction: other writers get their turn. Answers
    what was accepted of them before."""
    accepted = Acceptances(reconciliation.connection)
    rest = iter(rows)
    while some := list(islice(rest, BATCH)):
        batch = [record(reconciliation, row, address) for row in some]
        for each in batch:
            accepted.apply(each)
        with transaction.atomic():
            ReconciliationRow.objects.bulk_create(batch)
        moved(len(batch))
    return accepted


def record(
    reconciliation: Reconciliation, row: Row, address: Address
) -> ReconciliationRow:
    ours, theirs = row.ours, row.theirs
    kept = ReconciliationRow(
        reconciliation=reconciliation,
        kind=row.side.kind.value,
        number=row.number[:100],
        verdict=row.verdict,
        differs=" ".join(row.differs),
        currency=row.side.currency,
        ours_counted=row.ours_counted,
        theirs_counted=row.theirs_counted,
        status_code=status_code(row),
        cause=cause(row)[:500],
    )
    if ours is not None:
        _add_ours(kept, ours)
    if theirs is not None:
        _add_theirs(kept, theirs, address(theirs))
    return kept


def _add_ours(kept: ReconciliationRow, ours: Ours) -> None:
    kept.document_id = ours.id
    kept.our_date = ours.date
    kept.our_party = ours.party_name[:300]
    kept.our_status = ours.status.value
    kept.ours = ours.worth
    kept.our_tax = ours.tax if ours.worth else ZERO
    kept.our_lines = ours.lines


def _add_theirs(kept: ReconciliationRow, theirs: Theirs, url: str) -> None:
    kept.external_id = theirs.id
    kept.remote_number = theirs.number[:100]
    kept.their_currency = theirs.currency
    kept.their_date = theirs.date
    kept.their_party = (theirs.party_name or theirs.party_id)[:300]
    kept.their_status = theirs.status.value
    kept.theirs = theirs.worth
    kept.url = url[:500]
    kept.their_lines = theirs.lines
    if theirs.tax is not None:
        kept.their_tax = theirs.tax if theirs.worth else ZERO
