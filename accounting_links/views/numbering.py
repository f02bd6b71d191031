"""Numbers that are taken over there, told before a document meets one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounting_links import gateway, numbers_there
from accounting_links.actions import renumber
from accounting_links.models import Connection
from accounting_links.numbers_there import Clash
from accounting_links.views.guard import person
from accounting_links.views.list_query import ListQuery
from connectors import registry
from invoicing.errors import Refused
from invoicing.models import IncrementorGroup

NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashWarning:
    group: IncrementorGroup
    sentence: str
    goes_on: str


def context(connection: Connection | None, kind: str) -> dict[str, Any]:
    """For the Sync page."""
    if connection is None:
        return {"number_clashes": [], "predicted_number": ""}
    able = gateway.capabilities(connection)
    clashes = numbers_there.clashes(connection=connection, kind=kind)
    return {
        "number_clashes": warnings(clashes),
        "predicted_number": numbers_there.predicted(connection, able, kind),
    }


def of_series(group_id: int) -> list[ClashWarning]:
    return warnings(numbers_there.clashes(group_id=group_id))


def warnings(clashes: list[Clash]) -> list[ClashWarning]:
    return [
        ClashWarning(
            group=clash.group,
            sentence=_sentence(clash),
            goes_on=_number(clash.group, clash.free),
        )
        for clash in clashes
    ]


def _sentence(clash: Clash) -> str:
    label = registry.label(clash.connection.platform)
    count = len(clash.numbers)
    said = ", ".join(clash.numbers[:NAMED])
    more = f" and {count - NAMED} more" if count > NAMED else ""
    are = "is" if count == 1 else "are"
    return (
        f"{said}{more} {are} in {label} already, and {clash.group.name} is about to"
        f" come to {'it' if count == 1 else 'them'}: its next number is"
        f" {clash.group.preview()}."
    )


def _number(group: IncrementorGroup, value: int) -> str:
    shown = IncrementorGroup(
        prefix=group.prefix,
        suffix=group.suffix,
        padding=group.padding,
        next_number=value,
    )
    return shown.preview()


def move_past(request: HttpRequest, group_id: int) -> HttpResponse:
    group = get_object_or_404(IncrementorGroup, pk=group_id)
    try:
        messages.success(request, renumber.move_past(group, actor=person(request)))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(_back(request, group))


def _back(request: HttpRequest, group: IncrementorGroup) -> str:
    if "kind" in request.POST:
        return ListQuery.read(request.POST.dict()).url()
    return reverse("admin:invoicing_incrementorgroup_change", args=(group.pk,))
