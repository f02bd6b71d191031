"""Create all selected: an account for every contact that has none over there."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User

from accounting_links import remote_records
from accounting_links.actions.base import label, require, step, talk
from accounting_links.actions.contact_links import NewLink, put_many
from accounting_links.actions.create_contact import (
    created,
    refuse_uncreatable,
    requested,
)
from accounting_links.actions.link_exact import refresh
from accounting_links.actions.outcomes import Outcome
from accounting_links.actions.party_records import party_of
from accounting_links.actions.proposals import (
    Proposal,
    shared_names,
    without_link,
)
from accounting_links.models import (
    Connection,
    ContactLink,
    LinkHow,
    RecordType,
    RemoteRecord,
    Role,
)
from accounting_links.names import bare_name, exact_name
from accounting_links.permissions import LINK
from connectors.base import Connector, PartyResult
from connectors.errors import Reauthorise, Retry
from connectors.records import Party
from invoicing.models import Contact

AT_ONCE = 100
NO_ANSWER = "Nothing came back from the platform."


def plan(
    connection: Connection,
    role: Role | str,
    *,
    contacts: Iterable[Contact] | None = None,
    connector: Connector | None = None,
) -> list[Proposal]:
    """As `link_exact.plan`. A contact whose name is there already is left to be linked;
    one whose name is nearly there goes, with a warning."""
    role = Role(role)
    if connector is not None:
        refresh(connection, role, connector)
    chosen = without_link(connection, role, contacts)
    names = RemoteRecord.objects.filter(
        connection=connection, type=role, active=True
    ).values_list("name", flat=True)
    there = {exact_name(name) for name in names}
    nearly = {bare_name(name): name for name in there}
    shared = shared_names(chosen)
    return [
        Proposal(
            contact=contact,
            role=role,
            reason=_reason(connection, exact_name(contact.name), there, shared),
            warning=_warning(connection, nearly.get(bare_name(contact.name), "")),
        )
        for contact in chosen
    ]


def _reason(
    connection: Connection, name: str, there: set[str], shared: set[str]
) -> str:
    if not name:
        return "The contact has no name."
    if name in there:
        return f"{label(connection)} has that name already: link it instead."
    if name in shared:
        return "Several contacts have exactly that name: create or link each by hand."
    return ""


def _warning(connection: Connection, near: str) -> str:
    return f"{label(connection)} has “{near}”, nearly the same." if near else ""


def apply(
    connection: Connection,
    role: Role | str,
    *,
    contacts: Iterable[Contact] | None = None,
    actor: User | None = None,
    connector: Connector | None = None,
) -> Outcome:
    """Reads the accounts anew, so that a repeat after a fault finds what was made. What
    is made is linked, a hundred at a time; whatever the platform refused is `left`.
    Raises `Refused` where the platform makes none, or what the first look-up raises."""
    require(actor, LINK)
    role = Role(role)
    refuse_uncreatable(connection)
    done = 0
    with talk(connection, connector) as open_connector:
        proposals = plan(connection, role, contacts=contacts, connector=open_connector)
        able = [proposal.contact for proposal in proposals if proposal.can_go]
        left = [(each.contact.pk, each.reason) for each in proposals if each.reason]
        for at in range(0, len(able), AT_ONCE):
            part = able[at : at + AT_ONCE]
            results = _create(connection, part, role, actor=actor, by=open_connector)
            done += _keep(connection, part, results, role, actor=actor)
            left += [
                (contact.pk, str(result.error or NO_ANSWER))
                for contact, result in zip(part, results, strict=True)
                if result.party is None
            ]
    return Outcome(done=done, left=left)


def _create(
    connection: Connection,
    contacts: Sequence[Contact],
    role: Role,
    *,
    actor: User | None,
    by: Connector,
) -> list[PartyResult]:
    """The intent is on disk before anything leaves."""
    with step(connection, actor=actor) as intent:
        parties = _parties(connection, contacts, role)
        intent.events += [
            requested(connection, contact, party, actor=actor)
            for contact, party in zip(contacts, parties, strict=True)
        ]
    try:
        return by.create_parties(parties)
    except (Retry, Reauthorise) as error:
        return [PartyResult(error=error) for _ in parties]


def _parties(
    connection: Connection, contacts: Sequence[Contact], role: Role
) -> list[Party]:
    past = ContactLink.objects.filter(
        connection=connection, contact__in=contacts
    ).exclude(ended_at=None, missing_since=None)
    had = list(past.values_list("contact_id", flat=True))
    return [
        party_of(connection, contact, role, generation=had.count(contact.pk))
        for contact in contacts
    ]


def _keep(
    connection: Connection,
    contacts: Sequence[Contact],
    results: Sequence[PartyResult],
    role: Role,
    *,
    actor: User | None,
) -> int:
    made = [
        (contact, result.party)
        for contact, result in zip(contacts, results, strict=True)
        if result.party is not None
    ]
    remote_records.store(connection, RecordType(role), [party for _, party in made])
    new = [
        NewLink(contact=contact, external_id=party.id, external_name=party.name)
        for contact, party in made
    ]
    with step(connection, actor=actor) as current:
        current.events += [
            created(connection, contact, party, actor=actor) for contact, party in made
        ]
        return len(put_many(current, new, role, how=LinkHow.CREATED))
