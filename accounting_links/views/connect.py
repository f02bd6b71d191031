"""Connect and disconnect: the person's way to the platform's consent page and back."""

import hmac
import secrets
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django_q.tasks import async_task

from accounting_links import connecting, practice_ledger
from accounting_links.models import Connection, Environment
from accounting_links.views import connection_page, wording
from accounting_links.views.guard import person
from accounting_links.views.list_query import ListQuery
from connectors import registry
from connectors.errors import ConnectorError

KEPT = "finsync_connecting"
GOOD_FOR = 900  # seconds between leaving and coming back


def connect(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    if request.method != "POST":
        return ask(request, connection)
    try:
        if by_consent(connection):
            practice_ledger.learn_settings(connection)
            return HttpResponseRedirect(leave(request, connection))
        log_in(request, connection)
        look_around(connection)
    except (connecting.ConnectingError, ConnectorError) as error:
        messages.error(request, str(error))
        return redirect("admin:connection_connect", connection.pk)
    return redirect("admin:connection_connected", connection.pk)


def log_in(request: HttpRequest, connection: Connection) -> None:
    """For platforms without a consent page. A practice ledger tells its own log-in."""
    if connection.environment == Environment.PRACTICE and connection.practice_url:
        told = practice_ledger.credentials(connection.practice_url)
        connecting.connect_practice(connection, credentials=told, actor=person(request))
        return
    connecting.login(connection, actor=person(request))


def by_consent(connection: Connection) -> bool:
    return registry.connector_class(connection.platform).by_consent(connection.values)


def ask(request: HttpRequest, connection: Connection) -> HttpResponse:
    context = page(request, connection) | {
        "title": f"Connect {registry.label(connection.platform)}",
        "by_consent": by_consent(connection),
        "redirect_uri": redirect_uri(request),
    }
    return TemplateResponse(request, "accounting_links/connect.html", context)


def page(request: HttpRequest, connection: Connection) -> dict[str, Any]:
    return admin.site.each_context(request) | {
        "connection": connection,
        "platform": registry.label(connection.platform),
        "panel": wording.connection_badge(connection),
    }


def leave(request: HttpRequest, connection: Connection) -> str:
    """The consent page's address. The state is good once, for this person, this
    connection and a quarter of an hour."""
    state = secrets.token_urlsafe(32)
    asked = connecting.start(
        connection, redirect_uri=redirect_uri(request), state=state
    )
    request.session[KEPT] = {
        "state": state,
        "connection": connection.pk,
        "user": request.user.pk,
        "verifier": asked.verifier,
        "redirect_uri": redirect_uri(request),
        "organisation": request.POST.get("organisation", "")[:100],
        "at": time.time(),
    }
    return asked.url


def redirect_uri(request: HttpRequest) -> str:
    """As it is registered with the vendor. A practice ledger takes any, and people try
    a demo under more than one name of the same machine."""
    path = reverse("admin:connection_callback")
    if settings.FINSYNC_PRACTICE:
        return request.build_absolute_uri(path)
    return f"{settings.FINSYNC_BASE_URL}{path}"


def callback(request: HttpRequest) -> HttpResponse:
    """The only view of ours that acts on GET: the vendor sends the browser here. What
    it may do was decided by the POST that put the state into the session."""
    kept = request.session.pop(KEPT, None)
    if kept is None or not fits(request, kept):
        return refuse(
            request,
            "This answer was not asked for, or it took longer than a quarter of an "
            "hour. Nothing was changed: press Connect once more.",
        )
    connection = get_object_or_404(Connection, pk=kept["connection"])
    try:
        connecting.finish(
            connection,
            callback=request.GET.dict(),
            redirect_uri=kept["redirect_uri"],
            verifier=kept["verifier"],
            actor=person(request),
            organisation_id=kept["organisation"],
        )
    except connecting.SeveralOrganisations as error:
        return refuse(
            request,
            "What you allowed opens several companies. Choose the one whose books these"
            " are; you are then taken there once more.",
            connection,
            choices=error.choices,
        )
    except (connecting.ConnectingError, ConnectorError) as error:
        return refuse(request, str(error), connection)
    look_around(connection)
    return redirect("admin:connection_connected", connection.pk)


def look_around(connection: Connection) -> None:
    """What can be suggested, and what stands against the documents that wait, is found
    out without anybody asking. Both may take longer than a page."""
    async_task("accounting_links.tasks.refresh_connection", connection.pk)
    async_task("accounting_links.tasks.check_waiting", connection.pk)


def fits(request: HttpRequest, kept: dict[str, Any]) -> bool:
    given = request.GET.get("state", "")
    return (
        hmac.compare_digest(given.encode(), str(kept["state"]).encode())
        and kept["user"] == request.user.pk
        and 0 <= time.time() - kept["at"] <= GOOD_FOR
    )


def refuse(
    request: HttpRequest,
    sentence: str,
    connection: Connection | None = None,
    *,
    choices: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "title": "Not connected",
        "sentence": sentence,
        "choices": choices,
        "connection": connection,
    }
    return TemplateResponse(
        request, "accounting_links/not_connected.html", context, status=400
    )


def connected(request: HttpRequest, connection_id: int) -> HttpResponse:
    """What the connection brought, and what is left to map."""
    connection = get_object_or_404(Connection, pk=connection_id)
    around = connection_page.context(request, str(connection_id))
    context = (
        admin.site.each_context(request)
        | around
        | {"title": f"Connected to {connection.organisation_name or connection.name}"}
        | {"organisation": organisation_facts(connection)}
    )
    return TemplateResponse(request, "accounting_links/connected.html", context)


def organisation_facts(connection: Connection) -> list[tuple[str, str]]:
    found = connection.organisation
    currencies = found.get("currencies") or []
    facts = [
        ("Home currency", found.get("home_currency")),
        ("Currencies", ", ".join(sorted(map(str, currencies)))),
        ("Books locked before", found.get("locked_before")),
        ("Country", found.get("country")),
    ]
    return [(name, str(value)) for name, value in facts if value]


def disconnect(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    try:
        connecting.disconnect(connection, actor=person(request))
    except (connecting.ConnectingError, ConnectorError) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            f"{connection.name} is disconnected. Its links and its list are kept.",
        )
    if "kind" in request.POST:
        return HttpResponseRedirect(ListQuery.read(request.POST.dict()).url())
    return redirect("admin:accounting_links_connection_change", connection.pk)
