"""Looks through all chains once a day, a little at a time, and says what is broken."""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from invoicing.audit import verifying
from invoicing.audit.verifying import Checked
from invoicing.models import SealChain
from invoicing.services import events
from invoicing.verbs import Verb

EVERY = dt.timedelta(hours=20)

log = logging.getLogger(__name__)


def look_through(*, deadline: dt.datetime) -> int:
    """Goes on where the last look stopped. Answers how many events were looked at."""
    looked = 0
    for number in verifying.chains():
        if timezone.now() >= deadline:
            break
        chain, _ = SealChain.objects.get_or_create(chain=number)
        if is_due(chain):
            checked = verifying.verify(
                number, after=chain.checked_sequence, deadline=deadline
            )
            keep(checked)
            looked += checked.events
    return looked


def is_due(chain: SealChain) -> bool:
    if chain.checked_sequence or chain.verified_at is None:
        return True
    return chain.verified_at < timezone.now() - EVERY


@transaction.atomic
def keep(checked: Checked) -> None:
    """What was found is told once: in the history, and in the log."""
    chain = SealChain.objects.select_for_update().get(chain=checked.chain)
    if not checked.done:
        chain.checked_sequence = checked.sequence
        chain.save(update_fields=("checked_sequence",))
        return
    found = checked.finding.as_json() if checked.finding else {}
    if found and found != chain.finding:
        _tell(chain, checked)
    chain.finding = found
    chain.checked_sequence = 0
    chain.verified_at = timezone.now()
    chain.verified_sequence = checked.sequence
    chain.save(
        update_fields=(
            *("finding", "checked_sequence", "verified_at", "verified_sequence"),
        )
    )
    log.info("Chain %s verified to %s: %s", chain.chain, chain.sequence, chain.link)


def _tell(chain: SealChain, checked: Checked) -> None:
    if checked.finding is None:
        return
    log.error("Chain %s is broken: %s", chain.chain, checked.finding.sentence)
    events.record(
        Verb.HISTORY_BROKEN,
        chain,
        f"The history is not as it was sealed. {checked.finding.sentence}",
        connection_id=chain.chain or None,
        actor_name="audit",
        after=checked.finding.as_json(),
    )
