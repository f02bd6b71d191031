"""Which accounts the documents' contacts are linked to, and whether the platform still
has them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils import timezone

from accounting_links import matching
from accounting_links.models import Connection, ContactLink, RemoteRecord, Role
from accounting_links.names import exact_name
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import Unsupported
from connectors.records import DocumentKind, Party, PartyRole, party_role
from invoicing.models import Contact, Document

# What was seen over there so short a time ago is not asked again.
FRESH = dt.timedelta(hours=1)

Key = tuple[int, str]


def role_of(document: Document) -> Role:
    return Role(party_role(DocumentKind(document.kind)).value)


def billed(document: Document, capabilities: Capabilities) -> Contact:
    """Who is billed over there: the care-of contact where the platform can name the
    other one on the document, else the contact."""
    return document.bill_to if capabilities.care_of else document.contact


@dataclass(kw_only=True)
class PartyFacts:
    """Keys are pairs of a contact's primary key and a role. `gone` are linked accounts
    that the platform no longer has, `asked` those that it answered for just now.
    `exact` is the one account of exactly the contact's name, for whom one was found."""

    links: Mapping[Key, ContactLink]
    gone: set[Key] = field(default_factory=set)
    asked: set[Key] = field(default_factory=set)
    exact: dict[Key, tuple[str, str]] = field(default_factory=dict)
    currencies: dict[Key, str] = field(default_factory=dict)

    @classmethod
    def gather(
        cls,
        connection: Connection,
        documents: Sequence[Document],
        *,
        capabilities: Capabilities,
        connector: Connector | None,
    ) -> "PartyFacts":
        """Six statements at most. One look-up of ids for each role, of those that were
        not seen lately; and one of names only where an account is gone."""
        contacts = {
            (contact.pk, str(role_of(document))): contact
            for document in documents
            for contact in (billed(document, capabilities),)
        }
        facts = cls(links=_live_links(connection, contacts))
        facts._look(connection, capabilities, connector)
        facts._suggest(connection, contacts, connector)
        facts._remember()
        return facts

    def _look(
        self,
        connection: Connection,
        capabilities: Capabilities,
        connector: Connector | None,
    ) -> None:
        """First what was seen lately, then the platform itself."""
        seen = _seen_accounts(connection, self.links.values())
        fresh_since = timezone.now() - FRESH
        unsure: dict[Key, ContactLink] = {}
        for key, link in self.links.items():
            record = seen.get((link.role, link.external_id))
            if record and (currency := str(record.data.get("currency") or "")):
                self.currencies[key] = currency
            if _is_gone(link, record):
                self.gone.add(key)
            if not _is_fresh(link, record, fresh_since):
                unsure[key] = link
        if connector and unsure:
            self._ask(unsure, connector, lookup_size=capabilities.lookup_size)

    def _ask(
        self,
        unsure: Mapping[Key, ContactLink],
        connector: Connector,
        *,
        lookup_size: int,
    ) -> None:
        for role, keys in groupby(sorted(unsure, key=_role), key=_role):
            links = {key: unsure[key] for key in keys}
            ids = sorted({link.external_id for link in links.values()})
            try:
                parties = _get_parties(connector, role, ids, size=lookup_size)
            except Unsupported:
                continue
            there = {party.id for party in parties if party.active}
            self.asked |= set(links)
            self.gone -= set(links)
            self.gone |= {
                key for key, link in links.items() if link.external_id not in there
            }

    def _suggest(
        self,
        connection: Connection,
        contacts: Mapping[Key, Contact],
        connector: Connector | None,
    ) -> None:
        """The exact account for all that have none, or a wrong one."""
        troubled = {
            key: contact
            for key, contact in contacts.items()
            if key not in self.links or key in self.gone
        }
        if not troubled:
            return
        for role, keys in groupby(sorted(troubled, key=_role), key=_role):
            names = {key: troubled[key].name for key in keys}
            found = matching.exact_records(connection, Role(role), names.values())
            for key, name in names.items():
                if record := found.get(exact_name(name)):
                    self.exact[key] = (record.external_id, record.name)
            self._ask_names(names, role, connector)
        for key in self.gone & set(self.exact):
            # The account that was just found gone is not the one that is required.
            if self.exact[key][0] == self.links[key].external_id:
                del self.exact[key]

    def _ask_names(
        self, names: Mapping[Key, str], role: str, connector: Connector | None
    ) -> None:
        wanted = {
            key: exact_name(names[key])
            for key in names
            if key in self.gone and key not in self.exact
        }
        if connector is None or not wanted:
            return
        try:
            parties = connector.find_parties(
                PartyRole(role), sorted(set(wanted.values()))
            )
        except Unsupported:
            return
        for key, name in wanted.items():
            same = matching.same_named(parties, name)
            if len(same) == 1:
                self.exact[key] = (same[0].id, same[0].name)

    def _remember(self) -> None:
        """So that the next pass need not ask again."""
        now = timezone.now()
        gone = [self.links[key].pk for key in self.asked & self.gone]
        there = [self.links[key].pk for key in self.asked - self.gone]
        rows = ContactLink.objects.all()
        if there:
            rows.filter(pk__in=there).update(verified_at=now, missing_since=None)
        if gone:
            rows.filter(pk__in=gone, missing_since=None).update(missing_since=now)


def _role(key: Key) -> str:
    return key[1]


def _live_links(connection: Connection, keys: Iterable[Key]) -> dict[Key, ContactLink]:
    wanted = set(keys)
    rows = ContactLink.objects.filter(
        connection=connection,
        contact_id__in={contact_id for contact_id, _ in wanted},
        ended_at=None,
    )
    links = {(row.contact_id, row.role): row for row in rows}
    return {key: link for key, link in links.items() if key in wanted}


def _seen_accounts(
    connection: Connection, links: Iterable[ContactLink]
) -> dict[tuple[str, str], RemoteRecord]:
    ids = {link.external_id for link in links}
    if not ids:
        return {}
    rows = RemoteRecord.objects.filter(
        connection=connection, type__in=Role.values, external_id__in=ids
    )
    return {(row.type, row.external_id): row for row in rows}


def _is_gone(link: ContactLink, record: RemoteRecord | None) -> bool:
    if record is None:
        return link.missing_since is not None
    seen_since = link.missing_since is None or record.seen_at > link.missing_since
    return not record.active or not seen_since


def _is_fresh(
    link: ContactLink, record: RemoteRecord | None, since: dt.datetime
) -> bool:
    if record and record.seen_at >= since:
        return True
    verified_at = link.verified_at if link.missing_since is None else None
    return verified_at is not None and verified_at >= since


def _get_parties(
    connector: Connector, role: str, ids: Sequence[str], *, size: int
) -> list[Party]:
    return [
        party
        for chunk in chunks(ids, size)
        for party in connector.get_parties(PartyRole(role), chunk)
    ]


def chunks(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), max(size, 1)):
        yield values[start : start + max(size, 1)]
