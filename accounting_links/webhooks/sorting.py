"""Which of the records that deliveries name have to be read, and which we know as new
as they are told: our own writes come back as deliveries too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from accounting_links.models import (
    Connection,
    DocumentLink,
    PaymentLink,
    RecordType,
    RemoteRecord,
)
from connectors.records import PartyRole
from connectors.webhooks import RecordName, What

ROLES = {
    RecordType.CUSTOMER: PartyRole.CUSTOMER,
    RecordType.SUPPLIER: PartyRole.SUPPLIER,
}


class Fate(Enum):
    ECHO = "echo"
    STRANGER = "stranger"
    LOOK = "look"


@dataclass(slots=True)
class Wanted:
    """What to read of one connection. `changes`: what changed there, since nothing
    tells a record that we could ask for by itself."""

    fates: dict[RecordName, Fate] = field(default_factory=dict)
    links: dict[int, DocumentLink] = field(default_factory=dict)
    parties: dict[PartyRole, set[str]] = field(default_factory=dict)
    changes: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.links or self.parties or self.changes)


def sort(
    connection: Connection, names: Iterable[RecordName], *, forced: bool = False
) -> Wanted:
    """Three queries, however many are named."""
    wanted = Wanted()
    by_what: dict[What, list[RecordName]] = {what: [] for what in What}
    for name in names:
        by_what[name.what].append(name)
    _documents(connection, by_what[What.DOCUMENT], wanted, forced)
    _payments(connection, by_what[What.PAYMENT], wanted, forced)
    _parties(connection, by_what[What.PARTY], wanted)
    return wanted


def _documents(
    connection: Connection, names: Sequence[RecordName], wanted: Wanted, forced: bool
) -> None:
    """Only documents of ours concern us."""
    held: dict[str, list[DocumentLink]] = {}
    for link in DocumentLink.objects.filter(
        connection=connection, external_id__in=_ids(names), ended_at=None
    ):
        held.setdefault(link.external_id, []).append(link)
    for name in names:
        links = [link for link in held.get(name.id, ()) if _fits(link, name)]
        news = [link for link in links if forced or not _known(link, name)]
        wanted.links |= {link.pk: link for link in news}
        wanted.fates[name] = _fate(bool(links), bool(news))


def _payments(
    connection: Connection, names: Sequence[RecordName], wanted: Wanted, forced: bool
) -> None:
    """One that we do not know may settle a document of ours: what it does only the
    payment itself tells."""
    found = PaymentLink.objects.filter(
        connection=connection, external_id__in=_ids(names), ended_at=None
    )
    held = {link.external_id: link for link in found}
    for name in names:
        link = held.get(name.id)
        news = forced or link is None or not _known(link, name)
        wanted.changes |= news
        wanted.fates[name] = Fate.LOOK if news else Fate.ECHO


def _parties(
    connection: Connection, names: Sequence[RecordName], wanted: Wanted
) -> None:
    """Of those that we keep, what we keep is read anew."""
    rows = RemoteRecord.objects.filter(
        connection=connection, type__in=ROLES, external_id__in=_ids(names)
    ).values_list("external_id", "type")
    roles: dict[str, set[PartyRole]] = {}
    for id, type in rows:
        roles.setdefault(id, set()).add(ROLES[RecordType(type)])
    for name in names:
        mine = {role for role in roles.get(name.id, ()) if name.role in (None, role)}
        for role in mine:
            wanted.parties.setdefault(role, set()).add(name.id)
        wanted.fates[name] = Fate.LOOK if mine else Fate.STRANGER


def _ids(names: Iterable[RecordName]) -> set[str]:
    return {name.id for name in names}


def _fits(link: DocumentLink, name: RecordName) -> bool:
    return name.kind is None or link.kind == name.kind.value


def _known(link: DocumentLink | PaymentLink, name: RecordName) -> bool:
    """We hold it as it was then, or later."""
    if name.changed_at is None or link.changed_at is None:
        return False
    return link.changed_at >= name.changed_at


def _fate(is_ours: bool, has_news: bool) -> Fate:
    if not is_ours:
        return Fate.STRANGER
    return Fate.LOOK if has_news else Fate.ECHO
