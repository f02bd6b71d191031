"""The call itself. No transaction is open, and what it means is decided here alone."""

import logging
from collections.abc import Sequence

from django.db import connection as database

from accounting_links.engine.crash_points import Point, reached
from accounting_links.engine.sending import Fate, Outcome, Sending
from accounting_links.status_codes import StatusCode
from connectors.base import Connector, PushResult
from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    InDoubt,
    Reauthorise,
    Rejected,
    Retry,
    Unreadable,
)
from connectors.records import DocumentKind, RemoteDocument, RemoteStatus

log = logging.getLogger(__name__)


class NothingSent(Exception):
    """The platform was not told anything. `cause` says why."""

    def __init__(self, cause: ConnectorError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def push(connector: Connector, sendings: Sequence[Sending]) -> list[Outcome]:
    """One outcome for each, in order. Raises `NothingSent`."""
    if not sendings:
        return []
    refuse_transaction()
    reached(Point.BEFORE_SEND)
    results = _results(connector, sendings)
    reached(Point.AFTER_ANSWER)
    outcomes = [
        judge(sending, result)
        for sending, result in zip(sendings, results, strict=True)
    ]
    for outcome in outcomes:
        finish(connector, outcome)
    return _look_again(connector, outcomes)


def refuse_transaction() -> None:
    """The one that a test runs in does not count."""
    blocks = database.atomic_blocks
    if [block for block in blocks if not getattr(block, "_from_testcase", False)]:
        raise RuntimeError("No remote call may be made inside a transaction.")


def _results(connector: Connector, sendings: Sequence[Sending]) -> Sequence[PushResult]:
    try:
        results = connector.push([each.record for each in sendings])
    except (Retry, Reauthorise) as error:
        raise NothingSent(error) from error
    except ConnectorError as error:
        return [PushResult(error=error)] * len(sendings)
    if len(results) == len(sendings):
        return results
    log.error("%s results for %s documents.", len(results), len(sendings))
    lost = InDoubt("The platform's answer does not fit what was sent.")
    return [PushResult(error=lost)] * len(sendings)


def judge(sending: Sending, result: PushResult) -> Outcome:
    if result.remote is not None:
        return Outcome(
            sending=sending,
            fate=Fate.SENT,
            remote=result.remote,
            warnings=result.warnings,
        )
    error = result.error or Unreadable("The platform did not say what became of it.")
    return refused(sending, error)


def refused(sending: Sending, error: ConnectorError) -> Outcome:
    if isinstance(error, InDoubt | Unreadable):
        # An answer that is not understood may well say that it was done.
        return _outcome(sending, Fate.IN_DOUBT, StatusCode.IN_DOUBT, error)
    if isinstance(error, Retry | Reauthorise):
        # What left before may still be there, whatever became of it this time.
        fate = Fate.IN_DOUBT if sending.again else Fate.WAITING
        return _outcome(sending, fate, "", error)
    if isinstance(error, Rejected):
        outcome = _outcome(sending, Fate.BLOCKED, error.status_code, error)
        outcome.findings = [finding(error)]
        return outcome
    return _outcome(sending, Fate.BLOCKED, StatusCode.REJECTED, error)


def _outcome(sending: Sending, fate: Fate, code: str, error: ConnectorError) -> Outcome:
    return Outcome(
        sending=sending,
        fate=fate,
        code=str(code),
        message=str(error),
        after=error.after if isinstance(error, Retry) else None,
        exchange=error.where.exchange,
    )


def finding(error: Rejected) -> dict[str, object]:
    """As `preflight.base.Finding.as_dict`, for what the platform itself refused."""
    data: dict[str, object] = {"field": error.field}
    if isinstance(error, DuplicateNumber):
        data["id"] = error.existing_id
        data["reference"] = error.existing.reference if error.existing else ""
    said = error.vendor_message
    return {
        "code": error.status_code,
        "sentence": str(error),
        "hint": f"The platform said: {said}" if said else "",
        "fix": "",
        "fixes": [],
        "subject": "",
        "data": data,
    }


def finish(connector: Connector, outcome: Outcome) -> None:
    """Finalises a draft where that is a call of its own. When it fails, the document
    is there all the same: it is looked up and finished later."""
    if outcome.remote is None:
        return
    if connector.capabilities.finalise and outcome.remote.status is RemoteStatus.DRAFT:
        _finalise(connector, outcome, outcome.remote)
    if outcome.remote is not None:
        _tell_that_it_was_sent(connector, outcome, outcome.remote)


def _finalise(connector: Connector, outcome: Outcome, remote: RemoteDocument) -> None:
    reached(Point.BEFORE_FINALISE)
    try:
        outcome.remote = connector.finalise(remote.kind, remote)
    except ConnectorError as error:
        outcome.remote = None
        outcome.fate = Fate.IN_DOUBT
        outcome.code = StatusCode.IN_DOUBT
        outcome.message = f"It arrived as a draft and is not finished yet: {error}"
    reached(Point.AFTER_FINALISE)


def _tell_that_it_was_sent(
    connector: Connector, outcome: Outcome, remote: RemoteDocument
) -> None:
    """What the customer has already does not stand there as unsent. When that fails it
    is no reason to doubt the document."""
    record = outcome.sending.record
    due = connector.capabilities.mark_sent and record.sent and remote.sent is False
    if not due or record.kind is not DocumentKind.SALES_INVOICE:
        return
    try:
        outcome.remote = connector.mark_sent(remote.kind, remote)
    except ConnectorError as error:
        outcome.warnings += (f"It is not marked as sent there: {error}",)


def _look_again(connector: Connector, outcomes: list[Outcome]) -> list[Outcome]:
    """A number that is taken may be taken by ourselves: by a send that went unanswered
    and arrived late. Documents that were never ours are left to people."""
    suspects = [each for each in outcomes if _may_be_ours(each)]
    if not suspects:
        return outcomes
    try:
        found = find_sent(connector, [each.sending for each in suspects])
    except ConnectorError as error:
        for each in suspects:
            each.fate, each.code = Fate.IN_DOUBT, StatusCode.IN_DOUBT
            each.message, each.findings = str(error), []
        return outcomes
    for each, remote in zip(suspects, found, strict=True):
        if remote is not None:
            adopt(each, remote)
            finish(connector, each)
    return outcomes


def _may_be_ours(outcome: Outcome) -> bool:
    if outcome.code != StatusCode.DUPLICATE_NUMBER:
        return False
    data = outcome.findings[0]["data"] if outcome.findings else {}
    ours = outcome.sending.record.reference
    return outcome.sending.again or data.get("reference") == ours


def adopt(outcome: Outcome, remote: RemoteDocument) -> None:
    outcome.fate = Fate.ADOPTED
    outcome.remote = remote
    outcome.code, outcome.message, outcome.findings = "", "", []


def find_sent(
    connector: Connector, sendings: Sequence[Sending]
) -> list[RemoteDocument | None]:
    """What these intents made over there, one answer for each, in order."""
    refuse_transaction()
    return connector.find_sent([each.record for each in sendings])
