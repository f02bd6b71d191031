"""The page of one edit over there: field by field, and three choices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounting_links import permissions as may
from accounting_links.actions.base import NotAllowed
from accounting_links.actions.edit_base import from_now_on
from accounting_links.actions.edit_leave import leave
from accounting_links.actions.edit_ours import cannot, keep_ours
from accounting_links.actions.edit_theirs import take_theirs
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import (
    Connection,
    ContactLink,
    EditChoice,
    EditPolicy,
    EditState,
    RemoteEdit,
    RemoteRecord,
)
from accounting_links.remote_edits.comparing import LABELS
from accounting_links.views import document_panel, wording
from accounting_links.views.guard import person
from connectors import registry
from connectors.errors import ConnectorError
from invoicing.errors import Refused
from invoicing.models import Document

Run = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Choice:
    """`policy` is what the tick box sets."""

    permission: str
    run: Run
    policy: EditPolicy


CHOICES = {
    "ours": Choice(may.SYNC, keep_ours, EditPolicy.OURS),
    "theirs": Choice(may.CHANGE_DOCUMENT, take_theirs, EditPolicy.THEIRS),
    "leave": Choice(may.ADOPT, leave, EditPolicy.LEAVE),
}


def open_of(document: Document, connection: Connection) -> RemoteEdit | None:
    rows = RemoteEdit.objects.filter(connection=connection, state=EditState.OPEN)
    return rows.filter(document=document).first()


def count(connection: Connection) -> int:
    """Those that a person has to decide."""
    rows = RemoteEdit.objects.filter(connection=connection, state=EditState.OPEN)
    return rows.filter(choice="").count()


def act(request: HttpRequest, edit_id: int, verb: str) -> HttpResponse:
    if verb not in CHOICES:
        raise Http404
    choice = CHOICES[verb]
    if not request.user.has_perm(choice.permission):
        raise PermissionDenied
    related = ("connection", "document", "link")
    edit = get_object_or_404(RemoteEdit.objects.select_related(*related), pk=edit_id)
    actor, reason = person(request), request.POST.get("reason", "")
    always = request.POST.get("always") == "yes"
    if always and not actor.has_perm(may.CHANGE_CONNECTION):
        raise PermissionDenied
    try:
        messages.success(request, choice.run(edit, actor=actor, reason=reason))
        if always:
            from_now_on(edit.connection, choice.policy, actor=actor)
            messages.info(request, f"From now on: {choice.policy.label.lower()}.")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, ConnectingError, ConnectorError) as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(page_of(edit))


def page_of(edit: RemoteEdit) -> str:
    return reverse("admin:accounting_links_remoteedit_change", args=(edit.pk,))


def context(request: HttpRequest, edit: RemoteEdit) -> dict[str, Any]:
    names = _names(edit)
    can = {
        verb: request.user.has_perm(choice.permission)
        for verb, choice in CHOICES.items()
    }
    return {
        "edit": edit,
        "platform": registry.label(edit.connection.platform),
        "rows": [_row(each, names) for each in edit.fields],
        "document_url": wording.document_url(edit.document),
        "their_url": document_panel.safe_url(edit.link.url),
        "undecided": edit.is_open and edit.choice == "",
        "on_its_way": edit.is_open and edit.choice == EditChoice.OURS,
        "cannot_ours": cannot(edit),
        "can": can | {"always": request.user.has_perm(may.CHANGE_CONNECTION)},
        "any_can": any(can.values()),
    }


def _row(field: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    values = {side: field[side] for side in ("agreed", "ours", "theirs")}
    if field["name"] == "party":
        values = {side: names.get(id, id) for side, id in values.items()}
    return {"label": LABELS.get(field["name"], field["name"]), **values}


def _names(edit: RemoteEdit) -> dict[str, str]:
    """Of the accounts that the party's ids stand for, as far as they are known."""
    ids = {
        each[side]
        for each in edit.fields
        if each["name"] == "party"
        for side in ("agreed", "ours", "theirs")
    }
    if not ids:
        return {}
    known = RemoteRecord.objects.filter(
        connection=edit.connection,
        external_id__in=ids,
        type__in=("customer", "supplier"),
    )
    linked = ContactLink.objects.filter(connection=edit.connection, external_id__in=ids)
    return dict(known.values_list("external_id", "name")) | dict(
        linked.values_list("external_id", "external_name")
    )
