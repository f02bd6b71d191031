"""Link all exact, Create all selected, and both for chosen customers: first what they
would do, then do it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links import gateway
from accounting_links.actions import create_many
from accounting_links.actions import link_exact as exact
from accounting_links.actions.proposals import Proposal
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import Connection, Role, SyncItem
from accounting_links.views import sync_list, wording
from accounting_links.views.guard import person
from accounting_links.views.item_dialog import role_of
from accounting_links.views.list_query import ListQuery
from connectors import registry
from connectors.base import Connector
from connectors.errors import ConnectorError
from invoicing.errors import Refused
from invoicing.models import Contact, Document, DocumentKind

SHOWN = 200
AT_ONCE = 500  # creating is a call over there, while a person waits
LINK, CREATE, BOTH = "link", "create", "both"
PROBLEMS = (Refused, ConnectingError, ConnectorError)


@dataclass(slots=True, kw_only=True)
class Plan:
    to_link: list[Proposal] = field(default_factory=list)
    to_create: list[Proposal] = field(default_factory=list)
    left: list[Proposal] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`contacts` None: all that are billed. `kind` decides connection and role."""

    kind: str
    verb: str
    back: str
    contacts: list[Contact] | None = None
    query: ListQuery | None = None


def link_exact(request: HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else request.GET
    query = ListQuery.read(posted.dict())
    return answer(
        request, Asked(kind=query.kind, verb=LINK, back=query.url(), query=query)
    )


def create_selected(request: HttpRequest) -> HttpResponse:
    query = ListQuery.read(request.POST.dict())
    contacts = named(request) or of_items(request)
    asked = Asked(
        kind=query.kind,
        verb=CREATE,
        back=query.url(),
        contacts=contacts,
        query=query,
    )
    if not contacts:
        messages.error(
            request, "Select the documents whose customers are to be created."
        )
        return HttpResponseRedirect(asked.back)
    return answer(request, asked)


def link_or_create(request: HttpRequest) -> HttpResponse:
    """The second step of the lists' action; the first comes by `plan_for`."""
    kind = ListQuery.read(request.POST.dict()).kind
    role = request.POST.get("from", "")
    back = list_of_contacts(role) if role in Role.values else list_of_documents(kind)
    asked = Asked(kind=kind, verb=BOTH, back=back, contacts=named(request))
    return answer(request, asked)


def plan_for_documents(
    request: HttpRequest, documents: QuerySet[Any], *, kind: str
) -> HttpResponse:
    connection = sync_list.serving(kind)
    rows = documents.select_related("contact", "care_of")
    found = {each.pk: each for each in (billed(row, connection) for row in rows)}
    contacts = list(found.values())
    back = list_of_documents(kind)
    return show(request, Asked(kind=kind, verb=BOTH, back=back, contacts=contacts))


def plan_for_contacts(
    request: HttpRequest, contacts: QuerySet[Any], *, role: Role
) -> HttpResponse:
    kind = sync_list.kind_of(role)
    back = list_of_contacts(role)
    chosen = list(contacts)
    return show(
        request, Asked(kind=kind, verb=BOTH, back=back, contacts=chosen), role=role
    )


def list_of_documents(kind: str) -> str:
    return reverse(
        wording.CHANGE_PAGES[DocumentKind(kind)].replace("_change", "_changelist")
    )


def list_of_contacts(role: str) -> str:
    return reverse(f"admin:invoicing_{role}_changelist")


def named(request: HttpRequest) -> list[Contact]:
    """Those of a plan that was shown."""
    numbers = [int(each) for each in request.POST.getlist("contacts") if is_id(each)]
    return list(Contact.objects.filter(pk__in=numbers[:AT_ONCE]))


def of_items(request: HttpRequest) -> list[Contact]:
    """Whom the selected documents are billed to."""
    numbers = [int(each) for each in request.POST.getlist("items") if is_id(each)]
    items = SyncItem.objects.open().filter(pk__in=numbers[:AT_ONCE])
    related = ("document__contact", "document__care_of", "connection")
    parties = [
        billed(item.document, item.connection)
        for item in items.select_related(*related)
    ]
    return list({each.pk: each for each in parties}.values())


def billed(document: Document, connection: Connection | None) -> Contact:
    if connection is not None and not gateway.capabilities(connection).care_of:
        return document.contact
    return document.bill_to


def is_id(value: str) -> bool:
    return value.isdecimal() and len(value) < 19


def answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The plan, or with `confirmed` what came of it."""
    if request.method != "POST" or request.POST.get("confirmed") != "yes":
        return show(request, asked)
    connection = sync_list.serving(asked.kind)
    if connection is not None:
        carry_out(request, connection, asked)
    return HttpResponseRedirect(asked.back)


def show(request: HttpRequest, asked: Asked, *, role: str = "") -> HttpResponse:
    connection = sync_list.serving(asked.kind)
    if connection is None:
        messages.error(request, sync_list.cannot_start(None))
        return HttpResponseRedirect(asked.back)
    label = registry.label(connection.platform)
    context = admin.site.each_context(request) | {
        "title": TITLES[asked.verb].format(label=label),
        "asked": asked,
        "query": asked.query,
        "from": role,
        "platform": label,
        "connection": connection,
        "plan": fresh_plan(request, connection, asked),
        "shown": f":{SHOWN}",
    }
    return TemplateResponse(request, "accounting_links/plan.html", context)


TITLES = {
    LINK: "Link all exact with {label}",
    CREATE: "Create all selected in {label}",
    BOTH: "Link or create in {label}",
}


def fresh_plan(request: HttpRequest, connection: Connection, asked: Asked) -> Plan:
    """From the accounts as they are now; as they were last seen where the platform
    cannot be asked."""
    try:
        with gateway.open_connector(connection, lane="interactive") as connector:
            return make_plan(connection, asked, connector)
    except PROBLEMS as problem:
        messages.warning(request, f"{problem} Shown is what was last seen there.")
        return make_plan(connection, asked, None)


def make_plan(
    connection: Connection, asked: Asked, connector: Connector | None
) -> Plan:
    role, contacts, plan = role_of(asked.kind), asked.contacts, Plan()
    if asked.verb != CREATE:
        found = exact.plan(connection, role, contacts=contacts, connector=connector)
        plan.to_link = [each for each in found if each.can_go]
        plan.left = [each for each in found if not each.can_go]
        contacts, connector = [each.contact for each in plan.left], None
    if asked.verb != LINK:
        found = create_many.plan(
            connection, role, contacts=contacts, connector=connector
        )
        plan.to_create = [each for each in found if each.can_go]
        plan.left = [each for each in found if not each.can_go]
    return plan


def carry_out(request: HttpRequest, connection: Connection, asked: Asked) -> None:
    common: Mapping[str, Any] = {"contacts": asked.contacts, "actor": person(request)}
    role = role_of(asked.kind)
    try:
        with gateway.open_connector(connection, lane="interactive") as connector:
            left: list[tuple[int, str]] = []
            if asked.verb != CREATE:
                outcome = exact.apply(connection, role, connector=connector, **common)
                messages.success(request, f"{outcome.done} linked.")
                left = outcome.left
            if asked.verb != LINK:
                outcome = create_many.apply(
                    connection, role, connector=connector, **common
                )
                messages.success(request, f"{outcome.done} created and linked.")
                left = outcome.left
    except PROBLEMS as problem:
        messages.error(request, str(problem))
        return
    tell_left(request, [sentence for _, sentence in left])


def tell_left(request: HttpRequest, sentences: Iterable[str]) -> None:
    all_of_them = list(sentences)
    if all_of_them:
        said = " ".join(sorted(set(all_of_them))[:3])
        messages.warning(request, f"{len(all_of_them)} left as they were. {said}")
