from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounting_links import permissions as may
from accounting_links import waiting_payments
from accounting_links.models import Connection
from accounting_links.views import (
    cluster,
    edits,
    numbering,
    progress,
    sync_list,
    wording,
)
from accounting_links.views.list_query import ListQuery
from connectors import registry


def sync_page(request: HttpRequest) -> HttpResponse:
    query = ListQuery.read(request.GET.dict())
    found = sync_list.context(query)
    context: dict[str, Any] = admin.site.each_context(request) | found
    connection: Connection | None = found["connection"]
    run = found["shown_run"]
    context |= panel(connection)
    context |= numbering.context(connection, query.kind)
    context |= {
        "title": f"Sync: {found['kind'].label.lower()}s",
        "cluster_beats": cluster.beats(),
        "may": allowed(request),
        "progress": progress.as_shown(run) if run else None,
        "is_fullwidth": "1",
    }
    return TemplateResponse(request, "accounting_links/sync_page.html", context)


def panel(connection: Connection | None) -> dict[str, Any]:
    if connection is None:
        return {"platform": "", "edits": 0, "panel": None}
    return {
        "platform": registry.label(connection.platform),
        "panel": wording.connection_badge(connection),
        "edits": edits.count(connection),
        "waiting_payments": waiting_payments.count(connection),
    }


def allowed(request: HttpRequest) -> dict[str, bool]:
    """What this person may press; the views ask again."""
    names = {
        "connect": may.CONNECT,
        "sync": may.SYNC,
        "link": may.LINK,
        "unlock": may.UNLOCK,
        "adopt": may.ADOPT,
        "mark_sent": may.MARK_SENT,
        "map_nominals": may.MAP_NOMINALS,
        "map_taxes": may.MAP_TAXES,
        "change_document": may.CHANGE_DOCUMENT,
        "move_numbers": may.CHANGE_NUMBERING,
        "view_runs": may.VIEW_RUNS,
        "view_connection": may.VIEW_CONNECTION,
        "change_connection": may.CHANGE_CONNECTION,
    }
    return {name: request.user.has_perm(code) for name, code in names.items()}
