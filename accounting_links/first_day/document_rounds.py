"""Confirms a spreadsheet of documents that are the same on both sides, and takes a
whole round back. Nothing is changed over there by either."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from accounting_links.actions.adopt import GONE, ON_ITS_WAY
from accounting_links.actions.base import Refused, Step, label, require, step, talk
from accounting_links.engine.outcome import lay_on_link
from accounting_links.first_day.documents import unclaimed, unmatched
from accounting_links.first_day.sheet import Decision
from accounting_links.models import (
    DocumentLink,
    DocumentLinkHow,
    ItemState,
    MatchRound,
    Operation,
    Reconciliation,
    ReconciliationRow,
    SyncItem,
)
from accounting_links.permissions import ADOPT
from accounting_links.verbs import Verb
from connectors import records
from connectors.base import Connector
from connectors.records import RemoteDocument
from invoicing.models import Document
from invoicing.services import events

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Pair:
    document: Document
    row: ReconciliationRow


@dataclass(slots=True)
class Checked:
    """`refused` pairs a row of the spreadsheet with a sentence."""

    new: list[Pair] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def check(reconciliation: Reconciliation, decisions: Sequence[Decision]) -> Checked:
    """What would be adopted, as far as it is known here. Nothing is written."""
    ours = {str(each.pk): each for each in unmatched(reconciliation)}
    theirs = {each.external_id: each for each in unclaimed(reconciliation)}
    moving = set(_moving(reconciliation).values_list("document_id", flat=True))
    codes = Counter(each.code for each in decisions)
    ids = Counter(each.external_id for each in decisions)
    checked = Checked()
    for each in decisions:
        document, row = ours.get(each.code), theirs.get(each.external_id)
        if codes[each.code] > 1 or ids[each.external_id] > 1:
            why = "One of the two stands in several rows that say yes."
        elif document is None:
            why = f"None of our documents without a link has the id {each.code}."
        elif row is None or row.kind != document.kind:
            why = f"No such document there ({each.external_id}) is free."
        elif document.pk in moving:
            why = f"{document} is being sent just now."
        else:
            checked.new.append(Pair(document, row))
            continue
        checked.refused.append((each.row, why))
    return checked


def apply(
    reconciliation: Reconciliation,
    decisions: Sequence[Decision],
    *,
    actor: User | None,
    connector: Connector | None = None,
) -> tuple[MatchRound, list[str]]:
    """Reads their documents anew, by lists: few requests. Those that changed since the
    comparison are left out, each with a sentence; the rest is written as one."""
    require(actor, ADOPT)
    checked = check(reconciliation, decisions)
    if not checked.new:
        raise Refused("No row can be linked any more. Nothing was changed.")
    connection = reconciliation.connection
    with talk(connection, connector) as open_connector:
        found = _read(open_connector, checked.new)
        links, left_out = _links(reconciliation, checked.new, found, open_connector)
    if not links:
        raise Refused(" ".join(left_out[:3]))
    try:
        with step(connection, actor=actor) as current:
            made = MatchRound.objects.create(connection=connection, person=actor)
            _write(current, made, links)
    except IntegrityError as error:
        raise Refused("Somebody linked one of them just now. Look again.") from error
    return made, left_out


def undo(made: MatchRound, *, actor: User | None) -> int:
    """How many links were ended: those of the round that still stand."""
    require(actor, ADOPT)
    now = timezone.now()
    with step(made.connection, actor=actor) as current:
        held = MatchRound.objects.select_for_update().get(pk=made.pk)
        if held.undone_at is not None:
            raise Refused(f"{held} was undone already.")
        links = list(held.documents.filter(ended_at=None).select_related("document"))
        DocumentLink.objects.filter(pk__in=[link.pk for link in links]).update(
            ended_at=now, unlinked=True
        )
        held.undone_at, held.undone_by = now, actor
        held.save(update_fields=("undone_at", "undone_by"))
        current.document_ids.update(link.document_id for link in links)
        for link in links:
            _tell(current, link, Verb.DOCUMENT_UNLINKED, "is no longer")
    return len(links)


def _moving(reconciliation: Reconciliation) -> QuerySet[SyncItem]:
    return SyncItem.objects.open().filter(
        connection=reconciliation.connection_id,
        operation=Operation.CREATE,
        state__in=(*ON_ITS_WAY, ItemState.IN_DOUBT, ItemState.EXPORTED),
    )


def _read(
    connector: Connector, pairs: Sequence[Pair]
) -> dict[tuple[str, str], RemoteDocument]:
    """By kind and id, from one list a kind over the days that are needed."""
    days: dict[str, list[ReconciliationRow]] = {}
    for pair in pairs:
        days.setdefault(pair.row.kind, []).append(pair.row)
    found: dict[tuple[str, str], RemoteDocument] = {}
    for kind, rows in days.items():
        dates = [each.their_date for each in rows if each.their_date is not None]
        whole = len(dates) == len(rows)
        listed = connector.list_documents(
            records.DocumentKind(kind),
            min(dates) if whole else None,
            max(dates) if whole else None,
        )
        wanted = {each.external_id for each in rows}
        found |= {(kind, each.id): each for each in listed if each.id in wanted}
    return found


def _links(
    reconciliation: Reconciliation,
    pairs: Sequence[Pair],
    found: dict[tuple[str, str], RemoteDocument],
    connector: Connector,
) -> tuple[list[DocumentLink], list[str]]:
    links, left_out = [], []
    for pair in pairs:
        remote = found.get((pair.row.kind, pair.row.external_id))
        if why := _changed(pair.row, remote):
            left_out.append(f"{pair.document}: {why}")
            continue
        assert remote is not None, "what is gone has changed"  # noqa: S101
        link = DocumentLink(
            connection=reconciliation.connection,
            document=pair.document,
            kind=pair.document.kind,
            external_id=remote.id,
            how=DocumentLinkHow.ADOPTED,
            revision=pair.document.revision,
        )
        lay_on_link(link, remote, connector)
        links.append(link)
    return links, left_out


def _changed(row: ReconciliationRow, remote: RemoteDocument | None) -> str:
    if remote is None or remote.status in GONE:
        return f"{row.remote_number} is no longer there."
    if records.signed(remote.kind, remote.gross) != row.theirs:
        return f"{row.remote_number} changed over there since the comparison."
    return ""


def _write(current: Step, made: MatchRound, links: Sequence[DocumentLink]) -> None:
    for at in range(0, len(links), AT_ONCE):
        some = DocumentLink.objects.bulk_create(links[at : at + AT_ONCE])
        made.documents.add(*some)
        items = SyncItem.objects.open().filter(
            connection=current.connection,
            document__in=[link.document_id for link in some],
            operation=Operation.CREATE,
        )
        if items.filter(state__in=ON_ITS_WAY).exists():
            raise Refused("One of them is being sent just now. Try again in a minute.")
        items.update(
            state=ItemState.DONE,
            status_code="",
            message="Adopted",
            findings=[],
            finished_at=timezone.now(),
        )
        for link in some:
            _tell(current, link, Verb.DOCUMENT_ADOPTED, "is")
    current.events.append(
        events.build(
            Verb.MATCHES_CONFIRMED,
            made,
            f"{len(links)} documents were adopted from a spreadsheet",
            actor=current.actor,
            connection_id=current.connection.pk,
        )
    )


def _tell(current: Step, link: DocumentLink, verb: Verb, words: str) -> None:
    there = link.number or link.external_id
    current.events.append(
        events.build(
            verb,
            link.document,
            f"{link.document} {words} {there} in {label(current.connection)}",
            actor=current.actor,
            connection_id=current.connection.pk,
            after={"external_id": link.external_id},
            reason="A round of matching documents",
        )
    )
