"""A person checks a platform up against the business's own account: reads first, then
one document that they look at over there and that is taken away again.

Its intent is committed before it leaves, and no second one is made while one is there.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounting_links.actions.base import Refused, label, require, talk
from accounting_links.check_up import draft as drafts
from accounting_links.check_up import removal, standing
from accounting_links.check_up.draft import Wanted
from accounting_links.check_up.reads import Reads
from accounting_links.check_up.standing import Standing
from accounting_links.check_up.steps import Step, all_passed, told
from accounting_links.models import Connection
from accounting_links.permissions import CHECK_UP
from accounting_links.verbs import Verb
from connectors.base import Connector, PushResult
from connectors.errors import ConnectorError, InDoubt
from connectors.records import Document, RemoteDocument
from invoicing.models import Event
from invoicing.services import events


def read(
    connection: Connection, *, actor: User | None, connector: Connector | None = None
) -> list[Step]:
    """Asks for all that can be read. A failure is a step that failed, and no error."""
    require(actor, CHECK_UP)
    with talk(connection, connector) as open_one:
        steps = Reads(connection, open_one).run()
    failed = sum(not step.passed for step in steps)
    words = f"{failed} failed" if failed else "all passed"
    _record(
        connection,
        Verb.CHECK_UP_READ,
        f"{label(connection)} was read for a check-up: {len(steps)} looks, {words}",
        actor=actor,
        after={"steps": told(steps)},
    )
    return steps


def send(
    connection: Connection,
    wanted: Wanted,
    *,
    actor: User | None,
    connector: Connector | None = None,
) -> Standing:
    """Makes the one document. What the platform refuses is a step that failed."""
    require(actor, CHECK_UP)
    if not wanted.party_id:
        raise Refused("Choose whose account it goes to.", field="party")
    with talk(connection, connector) as open_one:
        kind = drafts.kind_of(open_one.capabilities)
        draft = drafts.new_draft(kind, wanted, timezone.localdate())
        _intend(connection, draft, actor)
        [result] = _pushed(open_one, drafts.document_of(draft))
        _settle(connection, open_one, draft, result, actor)
    return standing.of(connection)


def look_again(
    connection: Connection, *, actor: User | None, connector: Connector | None = None
) -> Standing:
    """Whether a document arrived whose answer was lost."""
    require(actor, CHECK_UP)
    draft = _open_draft(connection)
    with talk(connection, connector) as open_one:
        [found] = open_one.find_sent([drafts.document_of(draft)])
        if found is not None:
            _arrived(connection, open_one, draft, found, actor)
        else:
            missing = Step(
                name="Sent", passed=False, sentence="It is not there: it never arrived."
            )
            _refused(connection, draft, missing, actor)
    return standing.of(connection)


def finish(
    connection: Connection,
    *,
    right: bool,
    by_hand: bool = False,
    actor: User | None,
    connector: Connector | None = None,
) -> bool:
    """Takes the document away, and answers whether the platform counts as proven now.
    `right`: a person saw it over there as it should be. `by_hand`: they took it away
    themselves, which proves nothing where FinSync should have been able to. What is
    still there stays open, with a failed step."""
    require(actor, CHECK_UP)
    before = standing.of(connection)
    draft = _open_draft(connection)
    if before.unanswered:
        raise Refused("First find out whether it arrived.")
    with talk(connection, connector) as open_one:
        step = removal.taken_away(open_one, draft, by_hand=by_hand)
        failed_us = by_hand and removal.can_remove(open_one.capabilities)
    steps = [each for each in before.draft_steps if each.name != step.name]
    if not step.passed:
        _record(
            connection,
            Verb.CHECK_UP_SENT,
            f"{draft['number']} of the check-up is still in {label(connection)}",
            actor=actor,
            after={"draft": dict(draft), "steps": told([*steps, step])},
        )
        return False
    steps.append(step)
    well = before.reads_passed and all_passed(steps)
    proven = right and well and not failed_us
    _finished(connection, draft, steps, proven=proven, right=right, actor=actor)
    return proven


def _intend(connection: Connection, draft: dict[str, str], actor: User | None) -> None:
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        if standing.of(connection).draft is not None:
            raise Refused("A document of the check-up is there already.")
        _record(
            connection,
            Verb.CHECK_UP_SENDING,
            f"{draft['number']} is made in {label(connection)} for a check-up",
            actor=actor,
            after={"draft": draft},
        )


def _pushed(connector: Connector, document: Document) -> list[PushResult]:
    try:
        return connector.push([document])
    except ConnectorError as error:
        return [PushResult(error=error)]


def _settle(
    connection: Connection,
    connector: Connector,
    draft: dict[str, str],
    result: PushResult,
    actor: User | None,
) -> None:
    """In doubt it stays unanswered, for a person to look again."""
    if result.remote is not None:
        _arrived(connection, connector, draft, result.remote, actor)
    elif not isinstance(result.error, InDoubt):
        failed = Step(name="Sent", passed=False, sentence=str(result.error))
        _refused(connection, draft, failed, actor)


def _arrived(
    connection: Connection,
    connector: Connector,
    draft: Mapping[str, Any],
    made: RemoteDocument,
    actor: User | None,
) -> None:
    # Kept before anything else is asked: its id is what takes it away again.
    kept = drafts.with_id(draft, made)
    number = draft["number"]
    sentence = f"{number} of the check-up arrived in {label(connection)}"
    _record(
        connection, Verb.CHECK_UP_SENT, sentence, actor=actor, after={"draft": kept}
    )
    steps = drafts.look_at(connector, drafts.document_of(draft), made)
    failed = sum(not step.passed for step in steps)
    words = f"{failed} looks failed" if failed else "all is well"
    _record(
        connection,
        Verb.CHECK_UP_SENT,
        f"{number} of the check-up was looked at: {words}",
        actor=actor,
        after={"draft": kept, "steps": told(steps)},
    )


def _refused(
    connection: Connection, draft: Mapping[str, Any], step: Step, actor: User | None
) -> None:
    _record(
        connection,
        Verb.CHECK_UP_REFUSED,
        f"{draft['number']} of the check-up is not in {label(connection)}",
        actor=actor,
        after={"steps": told([step])},
    )


def _finished(
    connection: Connection,
    draft: Mapping[str, Any],
    steps: list[Step],
    *,
    proven: bool,
    right: bool,
    actor: User | None,
) -> None:
    words = "passed" if proven else "did not pass"
    _record(
        connection,
        Verb.CHECK_UP_FINISHED,
        f"The check-up of {connection} {words}; {draft['number']} is gone",
        actor=actor,
        after={"steps": told(steps), "proven": proven, "right": right},
    )


def _open_draft(connection: Connection) -> Mapping[str, Any]:
    draft = standing.of(connection).draft
    if draft is None:
        raise Refused("No document of the check-up is there.")
    return draft


def _record(
    connection: Connection,
    verb: Verb,
    sentence: str,
    *,
    actor: User | None,
    after: dict[str, Any],
) -> Event:
    return events.record(
        verb,
        connection,
        sentence,
        actor=actor,
        connection_id=connection.pk,
        after=after,
    )
