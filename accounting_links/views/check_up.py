"""The check-up of a platform on the business's own account. GET shows how it stands and
what a document would be; POST reads, makes it, or takes it away."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accounting_links import connecting, gateway
from accounting_links.actions import check_up as acts
from accounting_links.actions.base import NotAllowed
from accounting_links.check_up import draft as drafts
from accounting_links.check_up import removal, standing
from accounting_links.forms.check_up import LISTED, DraftForm
from accounting_links.models import Connection
from accounting_links.views import wording
from accounting_links.views.guard import person
from connectors import registry
from connectors.card import KIND_WORDS
from connectors.errors import ConnectorError
from invoicing.errors import Refused

Act = Callable[[HttpRequest, Connection], None]


def check_up(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("do", ""))
        if act is not None:
            carry_out(request, connection, act)
        return redirect("admin:connection_check_up", connection.pk)
    context = admin.site.each_context(request) | page(request, connection)
    return TemplateResponse(request, "accounting_links/check_up.html", context)


def carry_out(request: HttpRequest, connection: Connection, act: Act) -> None:
    try:
        act(request, connection)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, connecting.ConnectingError, ConnectorError) as error:
        messages.error(request, str(error))


def read(request: HttpRequest, connection: Connection) -> None:
    steps = acts.read(connection, actor=person(request))
    failed = sum(not step.passed for step in steps)
    if failed:
        messages.warning(request, f"{failed} of {len(steps)} looks failed.")
    else:
        messages.success(request, f"All {len(steps)} looks passed.")


def send(request: HttpRequest, connection: Connection) -> None:
    form = DraftForm(connection, gateway.capabilities(connection), request.POST)
    if not form.is_valid():
        raise Refused("Choose all that the document needs.")
    acts.send(connection, form.wanted(currency_of(connection)), actor=person(request))


def look_again(request: HttpRequest, connection: Connection) -> None:
    acts.look_again(connection, actor=person(request))


def finish(request: HttpRequest, connection: Connection) -> None:
    right = request.POST.get("right") == "yes"
    by_hand = request.POST.get("by_hand") == "yes"
    proven = acts.finish(
        connection, right=right, by_hand=by_hand, actor=person(request)
    )
    if proven:
        messages.success(request, f"The check-up of {connection} passed.")


ACTS: dict[str, Act] = {
    "read": read,
    "send": send,
    "look_again": look_again,
    "finish": finish,
}


def currency_of(connection: Connection) -> str:
    return str(connection.organisation.get("home_currency") or "")


def page(request: HttpRequest, connection: Connection) -> dict[str, Any]:
    able = gateway.capabilities(connection)
    found = standing.of(connection)
    label = registry.label(connection.platform)
    asked = request.GET if "party" in request.GET else None
    form = DraftForm(connection, able, asked)
    return {
        "title": f"Check-up of {label}",
        "connection": connection,
        "platform": label,
        "panel": wording.connection_badge(connection),
        "standing": found,
        "is_proven": standing.is_proven(connection),
        "form": form,
        "listed": LISTED,
        "wanted": _wanted(form, connection) if asked is not None else None,
        "kind": KIND_WORDS[drafts.kind_of(able)].removesuffix("s").lower(),
        "net": drafts.NET,
        "text": drafts.TEXT,
        "currency": currency_of(connection),
        "can_remove": removal.can_remove(able),
        "voids": able.void and not able.delete,
        "counts": not able.drafts,
    }


def _wanted(form: DraftForm, connection: Connection) -> drafts.Wanted | None:
    return form.wanted(currency_of(connection)) if form.is_valid() else None
