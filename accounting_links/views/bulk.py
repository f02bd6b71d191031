"""Link all exact, Create all selected: first what they would do, then do it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from accounting_links import gateway
from accounting_links.actions import create_many
from accounting_links.actions import link_exact as exact
from accounting_links.actions.outcomes import Outcome
from accounting_links.actions.proposals import Proposal
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import Connection, Role, SyncItem
from accounting_links.views import sync_list
from accounting_links.views.guard import person
from accounting_links.views.item_dialog import role_of
from accounting_links.views.list_query import ListQuery
from connectors import registry
from connectors.errors import ConnectorError
from invoicing.errors import Refused
from invoicing.models import Contact

SHOWN = 200
AT_ONCE = 100  # each is a call over there, while a person waits
PROBLEMS = (Refused, ConnectingError, ConnectorError)


def link_exact(request: HttpRequest) -> HttpResponse:
    query = ListQuery.read(read(request))
    connection = sync_list.serving(query.kind)
    if connection is None:
        messages.error(request, sync_list.cannot_start(None))
        return HttpResponseRedirect(query.url())
    return answer(request, query, connection, verb="link", contacts=None)


def create_selected(request: HttpRequest) -> HttpResponse:
    query = ListQuery.read(request.POST.dict())
    connection = sync_list.serving(query.kind)
    contacts = selected(request, connection)
    problem = sync_list.cannot_start(None) if connection is None else ""
    if not contacts:
        problem = problem or "Select the documents whose customers are to be created."
    if connection is None or problem:
        messages.error(request, problem)
        return HttpResponseRedirect(query.url())
    return answer(request, query, connection, verb="create", contacts=contacts)


def read(request: HttpRequest) -> dict[str, str]:
    return (request.POST if request.method == "POST" else request.GET).dict()


def selected(request: HttpRequest, connection: Connection | None) -> list[Contact]:
    """Whom the selected documents are billed to, or those of a plan that was shown."""
    numbers = [int(value) for value in request.POST.getlist("items") if is_id(value)]
    contacts = [
        int(value) for value in request.POST.getlist("contacts") if is_id(value)
    ]
    if contacts:
        return list(Contact.objects.filter(pk__in=contacts[:AT_ONCE]))
    items = SyncItem.objects.open().filter(pk__in=numbers, connection=connection)
    related = ("document__contact", "document__care_of", "connection")
    found = {billed(item).pk: billed(item) for item in items.select_related(*related)}
    return list(found.values())[:AT_ONCE]


def billed(item: SyncItem) -> Contact:
    care_of = gateway.capabilities(item.connection).care_of
    return item.document.bill_to if care_of else item.document.contact


def is_id(value: str) -> bool:
    return value.isdecimal() and len(value) < 19


def answer(
    request: HttpRequest,
    query: ListQuery,
    connection: Connection,
    *,
    verb: str,
    contacts: list[Contact] | None,
) -> HttpResponse:
    """The plan, or with `confirmed` what came of it."""
    role = role_of(query.kind)
    if request.method == "POST" and request.POST.get("confirmed") == "yes":
        carry_out(request, connection, role, verb=verb, contacts=contacts)
        return HttpResponseRedirect(query.url(page=0))
    proposals = plan(request, connection, role, verb=verb, contacts=contacts)
    return TemplateResponse(
        request,
        "accounting_links/plan.html",
        admin.site.each_context(request)
        | plan_context(connection, proposals, verb=verb)
        | {"query": query, "back": query.url()},
    )


def plan(
    request: HttpRequest,
    connection: Connection,
    role: Role,
    *,
    verb: str,
    contacts: Iterable[Contact] | None,
) -> list[Proposal]:
    """From the accounts as they are now; as they were last seen where the platform
    cannot be asked."""
    planned = create_many.plan if verb == "create" else exact.plan
    try:
        with gateway.open_connector(connection, lane="interactive") as connector:
            return planned(connection, role, contacts=contacts, connector=connector)
    except PROBLEMS as problem:
        messages.warning(request, f"{problem} Shown is what was last seen there.")
        return planned(connection, role, contacts=contacts)


def plan_context(
    connection: Connection, proposals: list[Proposal], *, verb: str
) -> dict[str, Any]:
    label = registry.label(connection.platform)
    can_go = [each for each in proposals if each.can_go]
    left = [each for each in proposals if not each.can_go]
    words = {"link": f"Link with {label}", "create": f"Create in {label}"}
    return {
        "title": words[verb],
        "verb": verb,
        "platform": label,
        "connection": connection,
        "can_go": can_go[:SHOWN],
        "can_go_count": len(can_go),
        "left": left[:SHOWN],
        "left_count": len(left),
        "is_cut": len(can_go) > SHOWN or len(left) > SHOWN,
    }


def carry_out(
    request: HttpRequest,
    connection: Connection,
    role: Role,
    *,
    verb: str,
    contacts: list[Contact] | None,
) -> None:
    apply = create_many.apply if verb == "create" else exact.apply
    try:
        with gateway.open_connector(connection, lane="interactive") as connector:
            outcome = apply(
                connection,
                role,
                contacts=contacts,
                actor=person(request),
                connector=connector,
            )
    except PROBLEMS as problem:
        messages.error(request, str(problem))
        return
    tell(request, outcome, verb=verb)


def tell(request: HttpRequest, outcome: Outcome, *, verb: str) -> None:
    done = "linked" if verb == "link" else "created and linked"
    messages.success(request, f"{outcome.done} {done}.")
    if outcome.left:
        reasons = sorted({reason for _, reason in outcome.left})
        said = " ".join(reasons[:3])
        messages.warning(request, f"{len(outcome.left)} left as they were. {said}")
