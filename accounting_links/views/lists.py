"""Where people upload what a program that works by files has given them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links.actions.base import NotAllowed
from accounting_links.counted import counted
from accounting_links.exports import lists, reporting
from accounting_links.exports import permissions as may_file
from accounting_links.models import Connection
from accounting_links.permissions import CHANGE_CONNECTION, LINK
from accounting_links.views.guard import person
from connectors import registry
from connectors.errors import Unreadable
from connectors.files import FileConnector, FileList
from invoicing.errors import Refused

FOR_ALL = "all_open_files"


def uploads(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    if not lists.offered(connection):
        raise Http404
    if request.method == "POST":
        return take(request, connection)
    context = admin.site.each_context(request) | {
        "title": f"Lists of {connection}",
        "connection": connection,
        "platform": registry.label(connection.platform),
        "rows": rows(request, connection),
        "open": len(reporting.open_files(connection)),
        "report_label": report_label(connection),
        "may_confirm": request.user.has_perm(may_file.CONFIRM),
    }
    return TemplateResponse(request, "accounting_links/lists.html", context)


def rows(request: HttpRequest, connection: Connection) -> list[dict[str, Any]]:
    counted = connection.remote_records.order_by().values("type")
    known = dict(
        counted.annotate(count=Count("pk", filter=Q(active=True))).values_list(
            "type", "count"
        )
    )
    return [
        {
            "list": each,
            "known": known.get(each.holds.value, 0) if each.holds else None,
            "allowed": request.user.has_perm(needed(each)),
        }
        for each in lists.offered(connection)
    ]


def needed(each: FileList) -> str:
    return LINK if each.holds else CHANGE_CONNECTION


def take(request: HttpRequest, connection: Connection) -> HttpResponse:
    back = HttpResponseRedirect(
        reverse("admin:connection_lists", args=(connection.pk,))
    )
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, "Choose the file that the program has written.")
        return back
    try:
        if (upload.size or 0) > lists.LARGEST:
            raise Refused("That is larger than any list: is it the right file?")
        words = done(request, connection, upload.read())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, Unreadable) as refusal:
        messages.error(request, str(refusal))
        return back
    messages.success(request, words)
    return back


def done(request: HttpRequest, connection: Connection, content: bytes) -> str:
    who, name = person(request), request.POST.get("list", "")
    if name != FOR_ALL:
        return said(lists.take(connection, name, content, actor=who))
    taken = reporting.take_for_all(connection, content, actor=who)
    return f"{taken.confirmed} confirmed, {taken.refused} refused, over all open files."


def report_label(connection: Connection) -> str:
    platform = registry.connector_class(connection.platform)
    return platform.report_label if issubclass(platform, FileConnector) else ""


def said(taken: lists.Taken) -> str:
    if taken.settings:
        return "Files are written as that one is laid out from now on."
    words = [f"{counted(taken.records, 'entry was', 'entries were')} read."]
    if taken.linked:
        words.append(f"{taken.linked} of ours have exactly such a name: linked.")
    if taken.confirmed:
        words.append(f"{taken.confirmed} who stood in a file are there.")
    if taken.mapped:
        words.append(f"{taken.mapped} were mapped by themselves.")
    return " ".join(words)
