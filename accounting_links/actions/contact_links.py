"""How the AccsID of a contact is set and ended, for all verbs that do so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounting_links.actions.base import Refused, Step, label
from accounting_links.models import Connection, ContactLink, LinkHow, Role
from accounting_links.verbs import Verb
from invoicing.models import Contact, Event
from invoicing.services import events


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    contact: Contact
    external_id: str
    external_name: str


def live(connection: Connection, contact: Contact, role: Role) -> ContactLink | None:
    return ContactLink.objects.filter(
        connection=connection, contact=contact, role=role, ended_at=None
    ).first()


def lock_live(
    connection: Connection, contact: Contact, role: Role
) -> ContactLink | None:
    """In a transaction: nobody else changes the contact's links till its end."""
    list(Contact.objects.select_for_update().filter(pk=contact.pk).values("pk"))
    return live(connection, contact, role)


def refuse_locked(connection: Connection, held: ContactLink | None) -> None:
    """An AccsID, once set, is not replaced in passing, unless its account is gone."""
    if held is None or held.missing_since is not None:
        return
    raise Refused(
        f"{held.contact} has the AccsID {held.external_id} in {label(connection)}"
        " already. Unlock it first to change it.",
        field="external_id",
    )


def put(
    step: Step,
    new: NewLink,
    role: Role,
    *,
    how: LinkHow,
    held: ContactLink | None,
) -> ContactLink:
    """Ends the link that `lock_live` answered, unless it is to the same account."""
    step.contact_ids.add(new.contact.pk)
    if held is not None and held.external_id == new.external_id:
        held.missing_since = None
        held.verified_at = timezone.now()
        held.save(update_fields=("missing_since", "verified_at"))
        return held
    if held is not None:
        held.ended_at = timezone.now()
        held.save(update_fields=("ended_at",))
    made = unsaved(step.connection, new, role, how=how)
    made.save(force_insert=True)
    step.events.append(linked(step, made, before=held.external_id if held else ""))
    return made


def put_many(
    step: Step, new: Sequence[NewLink], role: Role, *, how: LinkHow
) -> list[ContactLink]:
    """For contacts without a link; those that have one by now are left as they are."""
    contact_ids = [each.contact.pk for each in new]
    locked = Contact.objects.select_for_update().filter(pk__in=contact_ids)
    list(locked.order_by("pk").values("pk"))
    held = ContactLink.objects.filter(
        connection=step.connection, contact__in=contact_ids, role=role, ended_at=None
    )
    taken = set(held.values_list("contact_id", flat=True))
    links = [
        unsaved(step.connection, each, role, how=how)
        for each in new
        if each.contact.pk not in taken
    ]
    ContactLink.objects.bulk_create(links)
    step.events.extend(linked(step, link) for link in links)
    step.contact_ids.update(link.contact_id for link in links)
    return links


def unsaved(
    connection: Connection, new: NewLink, role: Role, *, how: LinkHow
) -> ContactLink:
    return ContactLink(
        connection=connection,
        contact=new.contact,
        role=role,
        external_id=new.external_id,
        external_name=new.external_name[:300],
        how=how,
        verified_at=timezone.now(),
    )


def linked(step: Step, link: ContactLink, *, before: str = "") -> Event:
    name = f" {link.external_name}" if link.external_name else ""
    return events.build(
        Verb.CONTACT_LINKED,
        link.contact,
        f"{link.contact} is account{name} ({link.external_id}) in"
        f" {label(step.connection)}: {LinkHow(link.how).label.lower()}",
        actor=step.actor,
        connection_id=step.connection.pk,
        before={"external_id": before} if before else {},
        after={"external_id": link.external_id, "role": str(link.role)},
    )
