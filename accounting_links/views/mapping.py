"""One page each for nominal codes, taxes and bank accounts: what ours are over there,
chosen from what the platform was last seen to hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links import connecting
from accounting_links import permissions as may
from accounting_links.forms import mapping_rows
from accounting_links.forms.mapping_rows import Row
from accounting_links.models import Connection
from accounting_links.views.guard import person
from connectors import registry
from connectors.errors import ConnectorError
from invoicing.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    title: str
    about: str
    permission: str
    rows: Callable[[Connection], list[Row]]


MAPPINGS = {
    "nominals": Mapping(
        title="Nominal codes",
        about="The account over there that each nominal code is posted to.",
        permission=may.MAP_NOMINALS,
        rows=mapping_rows.nominal_rows,
    ),
    "taxes": Mapping(
        title="Taxes",
        about="The tax over there that each tax rate is, on sales and on purchases.",
        permission=may.MAP_TAXES,
        rows=mapping_rows.tax_rows,
    ),
    "methods": Mapping(
        title="Bank accounts",
        about="The account over there that payments by each method are put to.",
        permission=may.MAP_METHODS,
        rows=mapping_rows.method_rows,
    ),
}


def mapping(request: HttpRequest, connection_id: int, what: str) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    if what not in MAPPINGS:
        raise Http404
    chosen = MAPPINGS[what]
    if request.method == "POST":
        if not request.user.has_perm(chosen.permission):
            raise PermissionDenied
        change(request, connection, chosen)
        return redirect("admin:connection_mapping", connection.pk, what)
    return TemplateResponse(
        request,
        "accounting_links/mapping.html",
        admin.site.each_context(request) | page(request, connection, what),
    )


def page(request: HttpRequest, connection: Connection, what: str) -> dict[str, Any]:
    rows = {name: each.rows(connection) for name, each in MAPPINGS.items()}
    newest = connection.remote_records.order_by("-seen_at").first()
    return {
        "title": f"{MAPPINGS[what].title} of {connection}",
        "connection": connection,
        "platform": registry.label(connection.platform),
        "about": MAPPINGS[what].about,
        "rows": rows[what],
        "tabs": [tab(connection, name, rows[name], what) for name in MAPPINGS],
        "can_change": request.user.has_perm(MAPPINGS[what].permission),
        "seen_at": newest.seen_at if newest else None,
    }


def tab(
    connection: Connection, name: str, rows: list[Row], chosen: str
) -> dict[str, Any]:
    return {
        "title": MAPPINGS[name].title,
        "url": reverse("admin:connection_mapping", args=(connection.pk, name)),
        "left": sum(1 for row in rows if not row.chosen or row.lost),
        "chosen": name == chosen,
    }


def change(request: HttpRequest, connection: Connection, chosen: Mapping) -> None:
    do = request.POST.get("do", "")
    if do == "refresh":
        refresh(request, connection)
    elif do == "same":
        counts = connecting.map_same(connection)
        messages.success(request, f"{sum(counts.values())} were the same, and mapped.")
    elif do == "save":
        rows = chosen.rows(connection)
        try:
            count = mapping_rows.save(rows, request.POST.dict(), actor=person(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{count} changed.")


def refresh(request: HttpRequest, connection: Connection) -> None:
    try:
        counts = connecting.refresh_records(connection)
    except (connecting.ConnectingError, ConnectorError) as error:
        messages.error(request, str(error))
        return
    said = ", ".join(
        f"{count} {name.replace('_', ' ')}s" for name, count in counts.items()
    )
    messages.success(request, f"Fetched from {connection.name}: {said}.")
