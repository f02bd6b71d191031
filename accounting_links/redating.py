"""Documents dated in a closed period: the first open day, and how they come to it.

What is in the books already is never re-dated from here, nor is what a person has to
decide about. The first date stays on the document.
"""

import datetime as dt
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_date

from accounting_links import connecting, outbox
from accounting_links.engine.sending import Outcome, Sending
from accounting_links.models import Connection, DocumentLink, PeriodPolicy
from accounting_links.status_codes import StatusCode
from accounting_links.verbs import Verb
from connectors.base import Connector
from connectors.errors import ConnectorError
from invoicing.models import Document
from invoicing.services import documents, events

BY_POLICY = "By the connection's policy for closed periods"
ENGINE = "engine"

log = logging.getLogger(__name__)


def first_open(connection: Connection) -> dt.date | None:
    """The later of what platform and connection say; None: all is open."""
    told = parse_date(str(connection.organisation.get("locked_before") or ""))
    days = [day for day in (told, connection.books_locked_before) if day]
    return max(days, default=None)


def is_closed(connection: Connection, document: Document) -> bool:
    day = first_open(connection)
    return day is not None and document.date < day


def in_books(connection: Connection, ids: Collection[int]) -> set[int]:
    """Those of the documents that are there. One statement."""
    rows = DocumentLink.objects.filter(
        connection=connection, document__in=ids, ended_at=None
    )
    return set(rows.values_list("document", flat=True))


def notice(connection: Connection, document: Document) -> str:
    """What will happen to its date when it goes; empty where nothing will."""
    if connection.period_policy != PeriodPolicy.REDATE:
        return ""
    day = first_open(connection)
    if day is None or document.date >= day or in_books(connection, [document.pk]):
        return ""
    return f"It will be dated {day} when it goes: the books are closed before."


def redate_closed(
    connection: Connection, sendings: Sequence[Sending]
) -> Sequence[Sending]:
    """By policy, just before they go: those that passed every check."""
    day = first_open(connection)
    if connection.period_policy != PeriodPolicy.REDATE or day is None:
        return sendings
    for sending in sendings:
        if sending.document.date < day:
            redate(connection, sending.document, day, reason=BY_POLICY)
            sending.record = replace(
                sending.record, date=day, due_date=sending.document.due_date
            )
    return sendings


def learn(
    connection: Connection, connector: Connector, outcomes: Sequence[Outcome]
) -> None:
    """Where a period was closed there meanwhile, the platform is asked from when on it
    is open. Where the policy re-dates, what was refused for that is checked again."""
    locked = [e for e in outcomes if e.code == StatusCode.PERIOD_LOCKED]
    if not locked:
        return
    try:
        connecting.refresh_organisation(connection, connector)
    except ConnectorError as error:
        log.warning("The periods of %s are not known: %s", connection, error)
        return
    if connection.period_policy != PeriodPolicy.REDATE:
        return
    day = first_open(connection)
    dates = {each.document.pk: each.document.date for each in locked}
    if again := [pk for pk, date in dates.items() if day and date < day]:
        codes = [StatusCode.PERIOD_LOCKED.value]
        outbox.release(connection, codes=codes, document_ids=again)


@transaction.atomic
def redate(
    connection: Connection,
    document: Document,
    day: dt.date,
    *,
    actor: User | None = None,
    reason: str = "",
) -> None:
    """The event names both dates, the tax point and whose choice it was."""
    former = document.date
    name = "" if actor else ENGINE
    documents.redate(document, day, actor=actor, actor_name=name, reason=reason)
    tax_point = document.original_date or former
    events.record(
        Verb.DOCUMENT_REDATED,
        document,
        f"{document} is dated {day} in place of {former}, since {connection} is closed"
        f" before {day}. Its tax point is {tax_point}.{_holder(document)}",
        actor=actor,
        actor_name=name,
        connection_id=connection.pk,
        before={"date": str(former)},
        after={"date": str(day), "tax_point": str(tax_point)},
        reason=reason,
    )


def _holder(document: Document) -> str:
    if document.sent_at is None:
        return ""
    return " The customer has it with the former date."
