"""A person signs a reconciliation off. It stands as long as no figure moves."""

from decimal import Decimal
from itertools import islice

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from accounting_links.actions.base import NotAllowed, Refused, require
from accounting_links.models import (
    Reconciliation,
    ReconciliationState,
    Role,
    SignOff,
)
from accounting_links.permissions import SIGN
from accounting_links.reconcile import heading, signatures, snapshots
from accounting_links.reconcile.accepted import open_rows
from accounting_links.reconcile.wording import ROLE_WORDS
from accounting_links.verbs import Verb
from invoicing.services import events


def sign(
    reconciliation: Reconciliation, *, actor: User | None, note: str = ""
) -> SignOff:
    """Refused while anything is unexplained or open, and when our side changed since
    the books were read. Which documents were signed is told by a fingerprint of all."""
    require(actor, SIGN)
    if actor is None:
        raise NotAllowed("Only a person signs.")
    if why := why_not(reconciliation):
        raise Refused(why)
    event_id = signatures.last_event()
    refuse_changed(reconciliation)
    try:
        with transaction.atomic():
            return _signed(reconciliation, actor, note.strip()[:500], event_id)
    except IntegrityError as error:
        raise Refused("Somebody signed it just now.") from error


def why_not(reconciliation: Reconciliation) -> str:
    """A sentence, or empty where it can be signed as far as the run itself tells."""
    if reconciliation.state != ReconciliationState.DONE:
        return "It is not finished, so there is nothing to sign."
    if SignOff.objects.filter(reconciliation=reconciliation).exists():
        return "It is signed already. To sign new figures, run it again."
    left = unexplained(reconciliation)
    if left:
        told = ", ".join(f"{amount} {currency}" for currency, amount in left)
        return f"{told} stays unexplained. Nothing but 0.00 can be signed."
    count = open_rows(reconciliation).count()
    if count:
        are = "differences are" if count > 1 else "difference is"
        return f"{count:,} {are} open. Settle each and run again, or accept it."
    return ""


def unexplained(reconciliation: Reconciliation) -> list[tuple[str, str]]:
    """Per currency, where it is not zero: of the documents, and of the control accounts
    as far as the platform tells them."""
    amounts = [
        (currency, whole["unexplained"])
        for currency, whole in heading.by_currency(reconciliation)
    ]
    amounts += [
        (f"{tie['currency']} of {ROLE_WORDS[Role(tie['role'])].lower()} there", left)
        for tie in reconciliation.control.get("ties", ())
        if (left := tie["unexplained"]) is not None
    ]
    return [(name, amount) for name, amount in amounts if Decimal(amount)]


def refuse_changed(reconciliation: Reconciliation) -> None:
    changes = list(islice(signatures.changes_here(reconciliation), 1))
    if changes:
        first = changes[0]
        raise Refused(
            f"{first.snapshot.number} changed after the books were read"
            f" ({first.field}). Run the reconciliation again, and sign that."
        )


def _signed(
    reconciliation: Reconciliation, person: User, note: str, event_id: int
) -> SignOff:
    held = Reconciliation.objects.select_for_update().get(pk=reconciliation.pk)
    if why := why_not(held):
        raise Refused(why)
    left = sum((abs(Decimal(each)) for _, each in unexplained(held)), Decimal(0))
    made = SignOff.objects.create(
        reconciliation=held,
        person=person,
        note=note,
        fingerprint=snapshots.fingerprint(snapshots.of_rows(held.rows.all())),
        event_id=event_id,
        documents=held.rows.count(),
        accepted=held.accepted,
        unexplained=left,
        open_differences=open_rows(held).count(),
    )
    events.record(
        Verb.SIGNED_OFF,
        held,
        f"{held} was signed off",
        actor=person,
        connection_id=held.connection_id,
        after={"fingerprint": made.fingerprint, "documents": made.documents},
        reason=note,
    )
    return made
