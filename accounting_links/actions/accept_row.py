"""A person accepts one difference of a reconciliation, with a reason, or takes that
back."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounting_links.actions.base import NotAllowed, Refused, require
from accounting_links.models import (
    SETTLED_VERDICTS,
    AcceptedDifference,
    Reconciliation,
    ReconciliationRow,
    SignOff,
    Verdict,
)
from accounting_links.permissions import SIGN
from accounting_links.reconcile.accepted import figures
from accounting_links.verbs import Verb
from invoicing.services import events

WITHDRAWN = "Taken back."


def accept(
    row: ReconciliationRow, *, actor: User | None, reason: str
) -> AcceptedDifference:
    """Holds for later runs too, until a figure of either side changes."""
    person = _person(actor)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why, in a few words.", field="reason")
    try:
        with transaction.atomic():
            return _accepted(row, person, reason[:500])
    except IntegrityError as error:
        raise Refused("Somebody accepted it just now. Look again.") from error


def _accepted(row: ReconciliationRow, person: User, reason: str) -> AcceptedDifference:
    held = _held(row)
    if held.accepted_id is not None:
        raise Refused(f"{held.number} is accepted already.")
    if held.verdict in SETTLED_VERDICTS:
        raise Refused(f"{held.number} has no difference to accept.")
    if held.verdict == Verdict.IN_DOUBT:
        raise Refused(f"{held.number} is being looked up: wait for what comes of it.")
    AcceptedDifference.objects.filter(
        connection=held.reconciliation.connection_id,
        document=held.document_id,
        kind=held.kind,
        ended_at=None,
        **({} if held.document_id else {"external_id": held.external_id}),
    ).update(ended_at=timezone.now(), ended_why="Accepted anew.")
    made = AcceptedDifference.objects.create(
        connection_id=held.reconciliation.connection_id,
        kind=held.kind,
        document_id=held.document_id,
        external_id=held.external_id,
        verdict=held.verdict,
        figures=figures(held),
        reason=reason,
        person=person,
    )
    _lay(held, made, by=1)
    _tell(Verb.DIFFERENCE_ACCEPTED, held, person, reason, "was accepted")
    row.accepted = made
    return made


def take_back(row: ReconciliationRow, *, actor: User | None) -> None:
    person = _person(actor)
    with transaction.atomic():
        held = _held(row)
        if held.accepted is None:
            raise Refused(f"{held.number} is not accepted.")
        reason, accepted = held.accepted.reason, held.accepted
        accepted.ended_at, accepted.ended_why = timezone.now(), WITHDRAWN
        accepted.save(update_fields=("ended_at", "ended_why"))
        _lay(held, None, by=-1)
        _tell(Verb.ACCEPTANCE_ENDED, held, person, reason, "is open again")
    row.accepted = None


def _person(actor: User | None) -> User:
    require(actor, SIGN)
    if actor is None:
        raise NotAllowed("Only a person accepts a difference.")
    return actor


def _held(row: ReconciliationRow) -> ReconciliationRow:
    """Locked through its reconciliation, which nobody may have signed."""
    Reconciliation.objects.select_for_update().get(pk=row.reconciliation_id)
    if SignOff.objects.filter(reconciliation=row.reconciliation_id).exists():
        raise Refused("This reconciliation is signed: it stays as it is. Run it again.")
    rows = ReconciliationRow.objects.select_related("reconciliation", "accepted")
    return rows.get(pk=row.pk)


def _lay(
    row: ReconciliationRow, accepted: AcceptedDifference | None, *, by: int
) -> None:
    row.accepted = accepted
    row.save(update_fields=("accepted",))
    Reconciliation.objects.filter(pk=row.reconciliation_id).update(
        accepted=F("accepted") + by
    )


def _tell(
    verb: Verb, row: ReconciliationRow, person: User, reason: str, words: str
) -> None:
    events.record(
        verb,
        row.reconciliation,
        f"{row.get_verdict_display()} of {row.number} {words}",
        actor=person,
        document=row.document,
        connection_id=row.reconciliation.connection_id,
        before={"figures": figures(row)},
        reason=reason,
    )
