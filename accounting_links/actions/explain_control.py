"""A person says which entries of the control account over there are no documents:
opening balances, journals. Few platforms list them, so nobody else can."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounting_links.actions.base import NotAllowed, Refused, require
from accounting_links.models import Reconciliation, Role, SignOff
from accounting_links.permissions import SIGN
from accounting_links.reconcile.wording import ROLE_WORDS
from accounting_links.verbs import Verb
from invoicing.services import events


def explain(
    reconciliation: Reconciliation,
    *,
    role: Role,
    currency: str,
    amount: str,
    actor: User | None,
    reason: str,
) -> None:
    """`amount` is what was unexplained when the person looked: another one is refused.
    Holds for this run alone, and stands in the pack with reason, person and day."""
    require(actor, SIGN)
    if actor is None:
        raise NotAllowed("Only a person explains a control account.")
    if not reason.strip():
        raise Refused("Say which entries these are.", field="reason")
    with transaction.atomic():
        held = Reconciliation.objects.select_for_update().get(pk=reconciliation.pk)
        if SignOff.objects.filter(reconciliation=held).exists():
            raise Refused("This reconciliation is signed: it stays as it is.")
        wanted = [
            tie
            for tie in held.control.get("ties", ())
            if (tie["role"], tie["currency"]) == (role.value, currency)
            and tie["unexplained"] == amount
            and not tie.get("entries")
        ]
        if not wanted:
            raise Refused("That is not unexplained any more. Look again.")
        wanted[0] |= {
            "unexplained": f"{0:.{len(amount.partition('.')[2])}f}",
            "entries": amount,
            "reason": reason.strip()[:500],
            "person": actor.get_full_name() or actor.get_username(),
            "at": timezone.now().isoformat(timespec="minutes"),
        }
        held.save(update_fields=("control",))
        events.record(
            Verb.CONTROL_EXPLAINED,
            held,
            f"{amount} {currency} of {ROLE_WORDS[role].lower()} there was explained as"
            " entries that are no documents",
            actor=actor,
            connection_id=held.connection_id,
            reason=reason,
        )
    reconciliation.control = held.control
