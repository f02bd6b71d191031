"""A connection's page about webhooks: where they go, what to do over there, and how
they fare; and the button that handles one again."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.timesince import timesince

from accounting_links.actions.base import NotAllowed
from accounting_links.actions.change_webhooks import keep_secret, new_address
from accounting_links.actions.replay_delivery import replay
from accounting_links.actions.switch_webhooks import switch_off, switch_on
from accounting_links.models import (
    Connection,
    DeliveryState,
    WebhookDelivery,
    WebhookEndpoint,
)
from accounting_links.views import wording
from accounting_links.views.guard import person
from accounting_links.webhooks import endpoints
from connectors import registry
from invoicing.errors import Refused

LATELY = dt.timedelta(days=7)
TONES = {
    DeliveryState.RECEIVED: "busy",
    DeliveryState.HANDLED: "good",
    DeliveryState.ECHO: "plain",
    DeliveryState.REFUSED: "warn",
    DeliveryState.FAILED: "bad",
}
Act = Callable[[HttpRequest, Connection, User], str]


def webhooks(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    if endpoints.webhooks_of(connection) is None:
        raise Http404
    if request.method == "POST":
        return carry_out(request, connection)
    return TemplateResponse(
        request, "accounting_links/webhooks.html", page(request, connection)
    )


def carry_out(request: HttpRequest, connection: Connection) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request, connection, person(request)))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:connection_webhooks", connection.pk)


def _on(request: HttpRequest, connection: Connection, actor: User) -> str:
    switch_on(connection, actor=actor)
    return "There is an address now. Go on with the steps below."


def _off(request: HttpRequest, connection: Connection, actor: User) -> str:
    switch_off(connection, actor=actor)
    return "Switched off. Changes are still fetched by the poller."


def _secret(request: HttpRequest, connection: Connection, actor: User) -> str:
    keep_secret(connection, request.POST.get("secret", ""), actor=actor)
    return "The secret is kept. What is signed with it counts from now on."


def _address(request: HttpRequest, connection: Connection, actor: User) -> str:
    new_address(connection, actor=actor)
    return "There is another address, and the former one is nobody's. Paste it there."


ACTS: dict[str, Act] = {
    "on": _on,
    "off": _off,
    "secret": _secret,
    "address": _address,
}


def page(request: HttpRequest, connection: Connection) -> dict[str, Any]:
    told = endpoints.webhooks_of(connection)
    endpoint = WebhookEndpoint.objects.filter(connection=connection).first()
    secret = str(endpoint.secrets.get("secret") or "") if endpoint else ""
    # Where FinSync subscribes, it tells the vendor its secret by itself.
    makes = told is not None and told.makes_secret and not told.subscribes
    return admin.site.each_context(request) | {
        "title": f"Webhooks of {connection}",
        "connection": connection,
        "platform": registry.label(connection.platform),
        "panel": wording.connection_badge(connection),
        "endpoint": endpoint,
        "address": endpoints.address(endpoint) if endpoint else "",
        "public": settings.FINSYNC_BASE_URL.startswith("https://"),
        "steps": told.steps if told else (),
        "setting": told.secret if told else None,
        "has_secret": bool(secret),
        "our_secret": secret if makes else "",
        "lately": lately(connection),
    }


def lately(connection: Connection) -> list[dict[str, Any]]:
    """How many of each state came in the last days; each copy counts."""
    since = timezone.now() - LATELY
    rows = (
        WebhookDelivery.objects.filter(connection=connection, received_at__gte=since)
        .order_by()
        .values("state")
        .annotate(rows=Count("pk"), copies=Sum("copies"), latest=Max("last_at"))
    )
    found = {row["state"]: row for row in rows}
    return [
        {
            "state": state,
            "label": state.label,
            "tone": TONES[state],
            "count": found[state]["rows"] + found[state]["copies"],
            "latest": found[state]["latest"],
        }
        for state in DeliveryState
        if state in found
    ]


def sentence(connection: Connection) -> str:
    """For the connection's own page; empty where the platform has none."""
    if endpoints.webhooks_of(connection) is None:
        return ""
    endpoint = WebhookEndpoint.objects.filter(connection=connection).first()
    if endpoint is None:
        return "Webhooks are not switched on: changes are fetched by the poller."
    if endpoint.problem:
        return f"Webhooks could not be renewed: {endpoint.problem}"
    came = WebhookDelivery.objects.filter(connection=connection).exclude(
        state=DeliveryState.REFUSED
    )
    latest = came.order_by("-pk").values_list("last_at", flat=True).first()
    if latest is None:
        return "Webhooks are switched on, and none has come yet."
    return f"Webhooks are switched on; the last one came {timesince(latest)} ago."


def handle_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    delivery = get_object_or_404(WebhookDelivery, pk=delivery_id)
    try:
        replay(delivery, actor=person(request))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is handled again within a few seconds.")
    return redirect("admin:accounting_links_webhookdelivery_change", delivery.pk)
