"""What each button of a row does, as one step for one row. What leaves for the books
is marked here, and sent afterwards: one run for all that was marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django_q.tasks import async_task

from accounting_links import outbox
from accounting_links.actions import (
    accept_row,
    edit_ours,
    send_anew,
    unlink_document,
    void_there,
)
from accounting_links.actions.adopt import adopt
from accounting_links.actions.base import Refused
from accounting_links.counted import counted
from accounting_links.engine import runs
from accounting_links.models import (
    Connection,
    EditState,
    Operation,
    ReconciliationRow,
    RemoteEdit,
    RunKind,
)
from accounting_links.reconcile.remedies import Standing
from accounting_links.views import sync_list
from invoicing.models import Document
from invoicing.services import documents, lifecycle

WHY = "Settled from the reconciliation"


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed in a row, by whom, with what reason."""

    standing: Standing
    actor: User
    reason: str

    @property
    def row(self) -> ReconciliationRow:
        return self.standing.row

    @property
    def document(self) -> Document:
        if self.row.document is None:
            raise Refused("There is no document of ours here.")
        return self.row.document


def send_marked(
    connection: Connection, pressed: Sequence[Press], *, actor: User
) -> str:
    """At once where nothing else is under way; else they wait their turn."""
    chosen = [each.document for each in pressed]
    one = len(chosen) == 1
    what = str(chosen[0]) if one else counted(len(chosen), "document")
    if problem := sync_list.cannot_start(connection):
        return f"{what} {'is' if one else 'are'} marked for sync. {problem}"
    runs.start(
        connection,
        kind=RunKind.MANUAL,
        actor=actor,
        only=[each.pk for each in chosen],
        limit=len(chosen),
    )
    return f"{what} {'goes' if one else 'go'} now. The Sync page tells how it went."


def _send(pressed: Press) -> str:
    return _marked(pressed, Operation.CREATE)


def _send_change(pressed: Press) -> str:
    # Whoever presses it has both sides before them: theirs may be overwritten.
    link = pressed.standing.link
    edits = (
        link.edits.filter(state=EditState.OPEN) if link else RemoteEdit.objects.none()
    )
    if edit := edits.select_related("connection", "document", "link").first():
        edit_ours.keep_ours(edit, actor=pressed.actor, reason=WHY)
        return ""
    return _marked(pressed, Operation.UPDATE, overwrite=True)


def _send_void(pressed: Press) -> str:
    return _marked(pressed, Operation.VOID)


def _marked(pressed: Press, operation: Operation, *, overwrite: bool = False) -> str:
    result = outbox.mark(
        [pressed.document.pk],
        connection=pressed.row.reconciliation.connection,
        actor=pressed.actor,
        why="reconciliation",
        operation=operation,
        overwrite=overwrite,
    )
    if result.not_offered:
        raise Refused(result.not_offered[0][1])
    return ""


def _send_payments(pressed: Press) -> str:
    """A pass marks the payments of its documents itself."""
    return f"Payments of {pressed.document} go with the next sync."


def _fetch(pressed: Press) -> str:
    connection = pressed.row.reconciliation.connection
    if not connection.is_connected:
        raise Refused(f"{connection} is not connected: connect it first.")
    async_task("accounting_links.tasks.poll_connection", connection.pk)
    return "What happened in the books is being fetched. Run it again in a minute."


def _send_anew(pressed: Press) -> str:
    link = pressed.standing.link
    if link is None:
        raise Refused(f"{pressed.document} is not linked any more.")
    result = send_anew.send_anew(link, actor=pressed.actor, reason=pressed.reason)
    if result.not_offered:
        raise Refused(result.not_offered[0][1])
    return ""


def _adopt(pressed: Press) -> str:
    document = pressed.standing.namesake
    if document is None:
        raise Refused("None of our documents has its number any more.")
    return _adopted(pressed, document)


def _link(pressed: Press) -> str:
    return _adopted(pressed, pressed.document)


def _adopted(pressed: Press, document: Document) -> str:
    adopt(
        pressed.row.reconciliation.connection,
        document,
        external_id=pressed.row.external_id,
        actor=pressed.actor,
        reason=pressed.reason or WHY,
    )
    return f"{document} is the one in the books. Nothing was sent."


def _unlink(pressed: Press) -> str:
    link = pressed.standing.link
    if link is None:
        raise Refused(f"{pressed.document} is not linked any more.")
    unlink_document.unlink(link, actor=pressed.actor, reason=pressed.reason)
    return f"{pressed.document} is not linked any more."


def _void_here(pressed: Press) -> str:
    if not pressed.reason.strip():
        raise Refused("Say why, in a few words.", field="reason")
    lifecycle.void(pressed.document, actor=pressed.actor, reason=pressed.reason)
    return f"{pressed.document} is void."


def _void_there(pressed: Press) -> str:
    return void_there.void_there(
        pressed.row, actor=pressed.actor, reason=pressed.reason
    )


def _redate(pressed: Press) -> str:
    day = pressed.row.their_date
    if day is None:
        raise Refused("The books tell no date.")
    documents.redate(pressed.document, day, actor=pressed.actor, reason=WHY)
    return f"{pressed.document} is dated {day:%d %b %Y} now."


def _accept(pressed: Press) -> str:
    accept_row.accept(pressed.row, actor=pressed.actor, reason=pressed.reason)
    return f"The difference of {pressed.row.number} is accepted."


def _take_back(pressed: Press) -> str:
    accept_row.take_back(pressed.row, actor=pressed.actor)
    return f"The difference of {pressed.row.number} is open again."


ACTS: dict[str, Callable[[Press], str]] = {
    "send": _send,
    "send-change": _send_change,
    "send-void": _send_void,
    "send-payments": _send_payments,
    "fetch": _fetch,
    "send-anew": _send_anew,
    "adopt": _adopt,
    "link": _link,
    "unlink": _unlink,
    "void-here": _void_here,
    "void-there": _void_there,
    "redate": _redate,
    "accept": _accept,
    "take-back": _take_back,
}
# Their documents leave in a run of their own, or with the next one.
LEAVES = frozenset({"send", "send-change", "send-void", "send-anew", "send-payments"})
