"""Settles a difference from its row: each by POST, with a permission of its own. The
dialog shows both documents and what a button does before it is pressed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounting_links import outbox
from accounting_links.actions import (
    accept_row,
    explain_control,
    send_anew,
    unlink_document,
)
from accounting_links.actions import sign_off as signing
from accounting_links.actions.adopt import adopt
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import runs
from accounting_links.models import (
    Operation,
    Reconciliation,
    ReconciliationRow,
    Role,
    RunKind,
)
from accounting_links.reconcile import remedies, signatures
from accounting_links.reconcile.remedies import Standing
from accounting_links.views import sync_list
from accounting_links.views.guard import person
from connectors.errors import ConnectorError
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


def settle(request: HttpRequest, pk: int, row_id: int, verb: str) -> HttpResponse:
    """Only what still fits is done: the row may have been settled meanwhile."""
    if verb not in ACTS:
        raise Http404
    remedy = remedies.ALL[verb]
    if not request.user.has_perms(remedy.permissions):
        raise PermissionDenied
    row = row_of(pk, row_id)
    standing = Standing.of(row)
    pressed = Press(standing, person(request), request.POST.get("reason", ""))
    try:
        if remedy not in remedies.remedies(standing):
            raise Refused("That does not fit any more: look at both documents again.")
        messages.success(request, ACTS[verb](pressed))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, ConnectingError, ConnectorError) as refusal:
        messages.error(request, str(refusal))
    return _back(pk)


def sign(request: HttpRequest, pk: int) -> HttpResponse:
    reconciliation = get_object_or_404(
        Reconciliation.objects.select_related("connection"), pk=pk
    )
    try:
        signing.sign(
            reconciliation, actor=person(request), note=request.POST.get("note", "")
        )
        messages.success(request, f"{reconciliation} is signed off.")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(pk)


def explain(request: HttpRequest, pk: int) -> HttpResponse:
    reconciliation = get_object_or_404(Reconciliation, pk=pk)
    role = request.POST.get("role", "")
    if role not in Role.values:
        raise Http404
    try:
        explain_control.explain(
            reconciliation,
            role=Role(role),
            currency=request.POST.get("currency", ""),
            amount=request.POST.get("amount", ""),
            actor=person(request),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, "It is explained, and stands so in the pack.")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("admin:reconciliation_books", args=(pk,)))


def check(request: HttpRequest, pk: int) -> HttpResponse:
    reconciliation = get_object_or_404(
        Reconciliation.objects.select_related("connection", "sign_off"), pk=pk
    )
    sign_off = getattr(reconciliation, "sign_off", None)
    if sign_off is None:
        messages.error(request, "It is not signed.")
    elif not sign_off.stands or signatures.check(sign_off):
        messages.error(request, "The signature is broken: something changed.")
    else:
        messages.success(request, "Our side is as it was signed.")
    return _back(pk)


def row_of(pk: int, row_id: int) -> ReconciliationRow:
    rows = ReconciliationRow.objects.select_related(
        *("document__contact", "document__care_of", "accepted__person"),
        "reconciliation__connection",
    )
    return get_object_or_404(rows, pk=row_id, reconciliation=pk)


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("admin:accounting_links_reconciliation_change", args=(pk,))
    )


def _send(pressed: Press) -> str:
    return _marked(pressed, Operation.CREATE)


def _send_change(pressed: Press) -> str:
    return _marked(pressed, Operation.UPDATE)


def _send_void(pressed: Press) -> str:
    return _marked(pressed, Operation.VOID)


def _marked(pressed: Press, operation: Operation) -> str:
    result = outbox.mark(
        [pressed.document.pk],
        connection=pressed.row.reconciliation.connection,
        actor=pressed.actor,
        why="reconciliation",
        operation=operation,
    )
    if result.not_offered:
        raise Refused(result.not_offered[0][1])
    return _go(pressed)


def _go(pressed: Press) -> str:
    """At once where nothing else is under way; else it waits its turn."""
    connection = pressed.row.reconciliation.connection
    problem = sync_list.cannot_start(connection)
    if problem:
        return f"{pressed.document} is marked for sync. {problem}"
    runs.start(
        connection,
        kind=RunKind.MANUAL,
        actor=pressed.actor,
        only=[pressed.document.pk],
        limit=1,
    )
    return f"{pressed.document} goes now. The Sync page tells how it went."


def _send_anew(pressed: Press) -> str:
    link = pressed.standing.link
    if link is None:
        raise Refused(f"{pressed.document} is not linked any more.")
    result = send_anew.send_anew(link, actor=pressed.actor, reason=pressed.reason)
    if result.not_offered:
        raise Refused(result.not_offered[0][1])
    return _go(pressed)


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
    "send-anew": _send_anew,
    "adopt": _adopt,
    "link": _link,
    "unlink": _unlink,
    "void-here": _void_here,
    "redate": _redate,
    "accept": _accept,
    "take-back": _take_back,
}
