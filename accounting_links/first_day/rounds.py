"""Confirms a spreadsheet of matches, and takes a whole round back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.utils import timezone

from accounting_links import matching
from accounting_links.actions.base import Refused, label, require, step
from accounting_links.actions.contact_links import NewLink, put_many
from accounting_links.first_day.plan import unmatched
from accounting_links.first_day.sheet import Decision
from accounting_links.models import (
    Connection,
    ContactLink,
    LinkHow,
    MatchRound,
    Role,
)
from accounting_links.permissions import LINK
from accounting_links.verbs import Verb
from invoicing.models import Event
from invoicing.services import events

AT_ONCE = 500


@dataclass(slots=True)
class Checked:
    """`refused` pairs a row of the spreadsheet with a sentence."""

    new: list[NewLink] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def check(connection: Connection, role: Role, decisions: Sequence[Decision]) -> Checked:
    """What would be linked, as things are now. Nothing is written."""
    contacts = {each.code: each for each in unmatched(connection, role)}
    records = {each.external_id: each for each in matching.accounts(connection, role)}
    owners = dict(
        ContactLink.objects.filter(
            connection=connection, role=role, ended_at=None
        ).values_list("external_id", "contact__name")
    )
    codes = Counter(each.code for each in decisions)
    ids = Counter(each.external_id for each in decisions)
    checked = Checked()
    for each in decisions:
        contact, record = contacts.get(each.code), records.get(each.external_id)
        if codes[each.code] > 1 or ids[each.external_id] > 1:
            why = "The contact or the account stands in several rows that say yes."
        elif contact is None:
            why = f"There is no contact {each.code} without an account."
        elif record is None:
            why = f"{label(connection)} has no account {each.external_id}."
        elif record.external_id in owners:
            why = f"That account is {owners[record.external_id]}'s already."
        else:
            new = NewLink(
                contact=contact,
                external_id=record.external_id,
                external_name=record.name,
            )
            checked.new.append(new)
            continue
        checked.refused.append((each.row, why))
    return checked


def apply(
    connection: Connection,
    role: Role,
    decisions: Sequence[Decision],
    *,
    actor: User | None,
) -> MatchRound:
    """All of it or nothing; what was confirmed is checked anew."""
    require(actor, LINK)
    checked = check(connection, role, decisions)
    if not checked.new:
        raise Refused("No row can be linked any more. Nothing was changed.")
    with step(connection, actor=actor) as current:
        made = MatchRound.objects.create(connection=connection, role=role, person=actor)
        for at in range(0, len(checked.new), AT_ONCE):
            some = checked.new[at : at + AT_ONCE]
            made.links.add(*put_many(current, some, role, how=LinkHow.IMPORTED))
        current.events.append(
            events.build(
                Verb.MATCHES_CONFIRMED,
                made,
                f"{len(checked.new)} contacts were linked from a spreadsheet",
                actor=actor,
                connection_id=connection.pk,
            )
        )
    return made


def undo(made: MatchRound, *, actor: User | None) -> int:
    """How many links were ended: those of the round that still stand. What was sent in
    the meantime stays where it is."""
    require(actor, LINK)
    now = timezone.now()
    with step(made.connection, actor=actor) as current:
        held = MatchRound.objects.select_for_update().get(pk=made.pk)
        if held.undone_at is not None:
            raise Refused(f"{held} was undone already.")
        links = list(held.links.filter(ended_at=None).select_related("contact"))
        ContactLink.objects.filter(pk__in=[link.pk for link in links]).update(
            ended_at=now
        )
        held.undone_at, held.undone_by = now, actor
        held.save(update_fields=("undone_at", "undone_by"))
        current.contact_ids.update(link.contact_id for link in links)
        current.events.extend(_unlinked(made.connection, links, actor))
    return len(links)


def _unlinked(
    connection: Connection, links: Iterable[ContactLink], actor: User | None
) -> list[Event]:
    return [
        events.build(
            Verb.CONTACT_UNLINKED,
            link.contact,
            f"{link.contact} is no longer account {link.external_id} in"
            f" {label(connection)}",
            actor=actor,
            connection_id=connection.pk,
            before={"external_id": link.external_id, "role": link.role},
            reason="The round of matching was undone",
        )
        for link in links
    ]
