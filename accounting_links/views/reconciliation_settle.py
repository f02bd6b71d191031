"""Settles differences from their rows: each by POST, with a permission of its own. The
dialog shows both documents and what a button does before it is pressed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounting_links.actions import explain_control
from accounting_links.actions import sign_off as signing
from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.connection_errors import ConnectingError
from accounting_links.counted import counted
from accounting_links.models import Reconciliation, ReconciliationRow, Role
from accounting_links.reconcile import remedies, signatures
from accounting_links.reconcile.remedies import Standing
from accounting_links.views.guard import person
from accounting_links.views.reconciliation_acts import (
    ACTS,
    LEAVES,
    Press,
    send_marked,
)
from accounting_links.views.row_query import RowQuery
from connectors.errors import ConnectorError

PROBLEMS = (Refused, ConnectingError, ConnectorError)
AT_ONCE, MOST_TOLD = 50, 5
KEEPS_ITS_OWN = ("accept", "take-back")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen for some rows of one reconciliation, by whom."""

    verb: str
    actor: User
    reason: str

    def press(self, row: ReconciliationRow) -> Press:
        """Only what still fits: the row may have been settled meanwhile."""
        standing = Standing.of(row)
        if remedies.ALL[self.verb] not in remedies.remedies(standing):
            raise Refused("That does not fit any more: look at both documents again.")
        return Press(standing, self.actor, self.reason)


def settle(request: HttpRequest, pk: int, row_id: int, verb: str) -> HttpResponse:
    asked = _asked(request, verb)
    row = row_of(pk, row_id)
    try:
        pressed = asked.press(row)
        done = ACTS[verb](pressed)
        if verb in LEAVES:
            connection = row.reconciliation.connection
            done = send_marked(connection, [pressed], actor=asked.actor)
        _note_settled([pressed], asked)
        messages.success(request, done)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except PROBLEMS as refusal:
        messages.error(request, str(refusal))
    return _back(pk)


def settle_many(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were ticked. One that cannot is named, and keeps none back."""
    asked = _asked(request, request.POST.get("verb", ""))
    if asked.verb not in remedies.FOR_MANY:
        raise Http404
    chosen = [each for each in request.POST.getlist("rows") if each.isdecimal()]
    found = list(rows_of(pk).filter(pk__in=chosen[:AT_ONCE]).order_by("pk"))
    pressed, refused = _press_each(asked, found)
    _note_settled(pressed, asked)
    if asked.verb in LEAVES and pressed:
        connection = found[0].reconciliation.connection
        messages.success(request, send_marked(connection, pressed, actor=asked.actor))
    elif pressed:
        button = remedies.ALL[asked.verb].button
        done_for = counted(len(pressed), "document")
        messages.success(request, f"{button}: done for {done_for}.")
    if refused:
        shown = " ".join(refused[:MOST_TOLD])
        messages.error(request, f"{len(refused)} could not. {shown}")
    if not found:
        messages.error(request, "Tick the documents first.")
    return _back(pk, request.POST.get("back", ""))


def _press_each(
    asked: Asked, rows: Sequence[ReconciliationRow]
) -> tuple[list[Press], list[str]]:
    pressed, refused = [], []
    for row in rows:
        try:
            press = asked.press(row)
            ACTS[asked.verb](press)
            pressed.append(press)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except PROBLEMS as refusal:
            refused.append(f"{row.number}: {refusal}")
    return pressed, refused


def _note_settled(pressed: Sequence[Press], asked: Asked) -> None:
    """Acceptances have a note of their own."""
    if asked.verb in KEEPS_ITS_OWN:
        return
    who = asked.actor.get_full_name() or asked.actor.get_username()
    words = f"{remedies.ALL[asked.verb].button}, {who}"
    rows = ReconciliationRow.objects.filter(pk__in=[each.row.pk for each in pressed])
    rows.update(settled=words[:200])


def _asked(request: HttpRequest, verb: str) -> Asked:
    if verb not in ACTS:
        raise Http404
    if not request.user.has_perms(remedies.ALL[verb].permissions):
        raise PermissionDenied
    return Asked(verb, person(request), request.POST.get("reason", ""))


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
    return get_object_or_404(rows_of(pk), pk=row_id)


def rows_of(pk: int) -> QuerySet[ReconciliationRow]:
    return ReconciliationRow.objects.select_related(
        *("document__contact", "document__care_of", "accepted__person"),
        "reconciliation__connection",
    ).filter(reconciliation=pk)


def _back(pk: int, query: str = "") -> HttpResponse:
    """`query` is how the rows were filtered, as the page itself writes it."""
    address = reverse("admin:accounting_links_reconciliation_change", args=(pk,))
    if query:
        shown = RowQuery.read(QueryDict(query).dict(), default="")
        address = f"{address}{shown.address()}#rows"
    return HttpResponseRedirect(address)
