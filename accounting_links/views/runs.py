"""Sync, Auto Sync, Check and Stop. They put work on the list of the task cluster; the
page then follows it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django_q.tasks import async_task

from accounting_links.engine import runs
from accounting_links.models import RunKind, SyncRun
from accounting_links.views import sync_list
from accounting_links.views.guard import person
from accounting_links.views.list_query import ListQuery


def start_sync(request: HttpRequest) -> HttpResponse:
    return start(request, RunKind.MANUAL)


def start_auto(request: HttpRequest) -> HttpResponse:
    return start(request, RunKind.AUTO)


def start(request: HttpRequest, kind: RunKind) -> HttpResponse:
    query = ListQuery.read(request.POST.dict())
    connection = sync_list.serving(query.kind)
    problem = sync_list.cannot_start(connection)
    if connection is None or problem:
        messages.error(request, problem)
        return HttpResponseRedirect(query.url())
    is_window = kind == RunKind.AUTO
    runs.start(
        connection,
        kind=kind,
        actor=person(request),
        document_kind=query.kind,
        limit=0 if is_window else connection.batch_size,
        minutes=connection.window_minutes if is_window else 0,
    )
    return HttpResponseRedirect(query.url(page=0))


def check_again(request: HttpRequest) -> HttpResponse:
    query = ListQuery.read(request.POST.dict())
    connection = sync_list.serving(query.kind)
    if connection is None:
        messages.error(request, sync_list.cannot_start(None))
    else:
        async_task("accounting_links.tasks.check_waiting", connection.pk)
        messages.info(request, "Being checked. Load the page again in a moment.")
    return HttpResponseRedirect(query.url())


def stop_run(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(SyncRun.objects.select_related("connection"), pk=run_id)
    runs.stop(run, actor=person(request))
    messages.info(request, "It stops as soon as the batch under way has been answered.")
    return HttpResponseRedirect(ListQuery.read(request.POST.dict()).url())
