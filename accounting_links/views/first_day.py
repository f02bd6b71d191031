"""The first day's matching: proposals out, decisions in, a look, and a way back."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links.actions.base import NotAllowed, Refused
from accounting_links.first_day import plan, rounds, sheet
from accounting_links.first_day.sheet import Decision
from accounting_links.models import Connection, MatchRound, Role
from accounting_links.views.guard import person
from accounting_links.views.reconciliation_page import page_context
from connectors import registry

SALT = "finsync.first-day"
# A person reads the plan, and may go for lunch.
HOLDS = 2 * 60 * 60
SHOWN = 200


def first_day(request: HttpRequest, connection_id: int, role: str) -> HttpResponse:
    connection, of_role = _asked(connection_id, role)
    try:
        if "plan" in request.POST:
            return _confirmed(request, connection, of_role)
        if "decisions" in request.FILES:
            return _looked_at(request, connection, of_role)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(connection_id, role)
    matches = plan.plan(connection, of_role)
    context = _context(request, connection, of_role) | {
        "counts": [
            (grade.label, count) for grade, count in plan.counts(matches).items()
        ],
        "whole": len(matches),
        "rounds": MatchRound.objects.filter(
            connection=connection, role=role
        ).select_related("person", "undone_by"),
        "twins": plan.twins(connection, of_role)[:SHOWN],
    }
    return TemplateResponse(request, "accounting_links/first_day.html", context)


def download(request: HttpRequest, connection_id: int, role: str) -> HttpResponse:
    connection, of_role = _asked(connection_id, role)
    file = tempfile.TemporaryFile()  # the response closes it
    sheet.write(plan.plan(connection, of_role), file)
    file.seek(0)
    answer: Any = FileResponse(
        file, as_attachment=True, filename=f"matches-{connection.pk}-{role}.xlsx"
    )
    response: HttpResponse = answer
    return response


def undo(request: HttpRequest, connection_id: int, role: str, pk: int) -> HttpResponse:
    _asked(connection_id, role)
    made = get_object_or_404(
        MatchRound.objects.select_related("connection"),
        pk=pk,
        connection=connection_id,
        role=role,
    )
    try:
        count = rounds.undo(made, actor=person(request))
        messages.success(request, f"{made} is undone: {count:,} links were ended.")
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(connection_id, role)


def _looked_at(
    request: HttpRequest, connection: Connection, role: Role
) -> HttpResponse:
    """What the spreadsheet would do. What is confirmed is signed, so that it is what
    was shown."""
    with uploaded(request) as path:
        decisions = sheet.read(path)
    if not decisions:
        raise Refused("No row of the spreadsheet says yes in the column Link.")
    checked = rounds.check(connection, role, decisions)
    kept = [(each.row, each.code, each.external_id) for each in decisions]
    context = _context(request, connection, role) | {
        "new": checked.new[:SHOWN],
        "count": len(checked.new),
        "refused": checked.refused[:SHOWN],
        "left": len(checked.refused),
        "plan": signing.dumps(kept, salt=SALT, compress=True),
    }
    return TemplateResponse(request, "accounting_links/first_day_plan.html", context)


@contextmanager
def uploaded(request: HttpRequest) -> Iterator[Path]:
    """The spreadsheet that came with the request, as a file on disk."""
    upload = request.FILES["decisions"]
    assert not isinstance(upload, list), "one file is asked for"  # noqa: S101
    # The reader of workbooks looks at the ending too; CSV is known by its content.
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        yield Path(kept.name)


def _confirmed(
    request: HttpRequest, connection: Connection, role: Role
) -> HttpResponse:
    try:
        kept = signing.loads(request.POST["plan"], salt=SALT, max_age=HOLDS)
    except signing.BadSignature as error:
        raise Refused("The plan is too old. Upload the spreadsheet again.") from error
    decisions = [Decision(*each) for each in kept]
    made = rounds.apply(connection, role, decisions, actor=person(request))
    messages.success(request, f"{made.links.count():,} contacts are linked.")
    return _back(connection.pk, role)


def _asked(connection_id: int, role: str) -> tuple[Connection, Role]:
    if role not in Role.values:
        raise Http404
    return get_object_or_404(Connection, pk=connection_id), Role(role)


def _context(
    request: HttpRequest, connection: Connection, role: Role
) -> dict[str, Any]:
    platform = registry.label(connection.platform)
    title = f"Match {role.label.lower()}s with {platform}"
    return page_context(request, title) | {
        "opts": Connection._meta,
        "object": connection,
        "connection": connection,
        "role": role,
        "platform": platform,
        "here": reverse("admin:connection_first_day", args=(connection.pk, role)),
    }


def _back(connection_id: int, role: str) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("admin:connection_first_day", args=(connection_id, role))
    )
