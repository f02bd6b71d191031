"""Link all exact: every contact that has one account of exactly its name, and whose
account is nobody else's."""

from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth.models import User

from accounting_links import matching, remote_records
from accounting_links.actions.base import label, require, step
from accounting_links.actions.contact_links import NewLink, put_many
from accounting_links.actions.outcomes import Outcome
from accounting_links.actions.proposals import (
    AT_ONCE,
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
from accounting_links.names import exact_name
from accounting_links.permissions import LINK
from connectors.base import Connector
from connectors.records import PartyRole
from invoicing.models import Contact


def plan(
    connection: Connection,
    role: Role | str,
    *,
    contacts: Iterable[Contact] | None = None,
    connector: Connector | None = None,
) -> list[Proposal]:
    """One proposal for each contact without an account, of `contacts` or of all who are
    billed. With a connector the list of accounts is read anew first."""
    role = Role(role)
    if connector is not None:
        refresh(connection, role, connector)
    chosen = without_link(connection, role, contacts)
    found = matching.exact_records(connection, role, [each.name for each in chosen])
    owners = _owners(connection, role, found.values())
    shared = shared_names(chosen)
    return [
        _proposal(connection, contact, role, found=found, owners=owners, shared=shared)
        for contact in chosen
    ]


def refresh(connection: Connection, role: Role, connector: Connector) -> None:
    """All accounts of that role, in pages as large as the platform gives them."""
    parties = connector.list_parties(PartyRole(role))
    remote_records.store(connection, RecordType(role), parties, complete=True)


def _owners(
    connection: Connection, role: Role, records: Iterable[RemoteRecord]
) -> dict[str, str]:
    """Whose each account is already, by id."""
    links = ContactLink.objects.filter(connection=connection, role=role, ended_at=None)
    ids = {record.external_id for record in records}
    pairs = links.values_list("external_id", "contact__name")
    return {external_id: name for external_id, name in pairs if external_id in ids}


def _proposal(
    connection: Connection,
    contact: Contact,
    role: Role,
    *,
    found: Mapping[str, RemoteRecord],
    owners: Mapping[str, str],
    shared: set[str],
) -> Proposal:
    name = exact_name(contact.name)
    record = found.get(name)
    if record is None:
        reason = f"{label(connection)} has no account of exactly that name, or several."
        return Proposal(contact=contact, role=role, reason=reason)
    reason = ""
    if name in shared:
        reason = "Several contacts have exactly that name: link each by hand."
    elif record.external_id in owners:
        reason = (
            f"That account is {owners[record.external_id]}'s already: link it by hand"
            " if both share it."
        )
    return Proposal(
        contact=contact,
        role=role,
        external_id=record.external_id,
        external_name=record.name,
        reason=reason,
    )


def apply(
    connection: Connection,
    role: Role | str,
    *,
    contacts: Iterable[Contact] | None = None,
    actor: User | None = None,
    connector: Connector | None = None,
) -> Outcome:
    """Plans anew and does it: what was shown may be an hour old. A fixed number of
    statements for every 500 contacts."""
    require(actor, LINK)
    role = Role(role)
    proposals = plan(connection, role, contacts=contacts, connector=connector)
    able = [proposal for proposal in proposals if proposal.can_go]
    done = sum(
        _link(connection, able[at : at + AT_ONCE], role, actor=actor)
        for at in range(0, len(able), AT_ONCE)
    )
    left = [(each.contact.pk, each.reason) for each in proposals if not each.can_go]
    return Outcome(done=done, left=left)


def _link(
    connection: Connection,
    proposals: Sequence[Proposal],
    role: Role,
    *,
    actor: User | None,
) -> int:
    new = [
        NewLink(
            contact=each.contact,
            external_id=each.external_id,
            external_name=each.external_name,
        )
        for each in proposals
    ]
    with step(connection, actor=actor) as current:
        return len(put_many(current, new, role, how=LinkHow.EXACT_NAME))
