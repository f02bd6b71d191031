"""What the buttons of the Actions dialog do: one verb each, with its own permission.
Each says afterwards what it did; a refusal is a sentence, and changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from accounting_links import permissions as may
from accounting_links.actions import (
    create_contact,
    link_contact,
    mark_for_sync,
    redate_document,
    retry_item,
)
from accounting_links.actions import mark_sent as marking
from accounting_links.actions import renumber as numbers
from accounting_links.actions.adopt import adopt
from accounting_links.actions.base import NotAllowed
from accounting_links.actions.map_nominal import map_nominal, use_default_nominal
from accounting_links.actions.map_tax import map_tax
from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import runs
from accounting_links.models import OPEN_STATES, LinkHow, RunKind, SyncItem
from accounting_links.names import exact_name
from accounting_links.views import accsid, sync_list
from accounting_links.views.guard import person
from accounting_links.views.item_dialog import role_of
from accounting_links.views.list_query import ListQuery
from connectors import registry
from connectors.errors import ConnectorError
from invoicing.errors import Refused
from invoicing.models import Contact, IncrementorGroup, NominalCode, TaxRate


@dataclass(frozen=True, slots=True)
class Request:
    """What was pressed: on which item, by whom, with which fields."""

    item: SyncItem
    actor: User
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    permission: str
    run: Callable[[Request], str]


def act(request: HttpRequest, item_id: int, verb: str) -> HttpResponse:
    if verb not in ACTS:
        raise Http404
    if not request.user.has_perm(ACTS[verb].permission):
        raise PermissionDenied
    related = ("connection", "document__contact", "document__care_of")
    item = get_object_or_404(SyncItem.objects.select_related(*related), pk=item_id)
    query = ListQuery.read(request.POST.dict(), default=item.document.kind)
    if item.state not in OPEN_STATES:
        messages.info(request, f"{item.document} has left the list meanwhile.")
        return HttpResponseRedirect(query.url())
    pressed = Request(item=item, actor=person(request), fields=request.POST.dict())
    try:
        messages.success(request, ACTS[verb].run(pressed))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, ConnectingError, ConnectorError) as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{query.url()}#item-{item.pk}")


def link(pressed: Request) -> str:
    contact, external_id = contact_of(pressed), pressed.fields.get("record", "")
    connection, role = pressed.item.connection, role_of(pressed.item.document.kind)
    records = connection.remote_records.filter(type=role, external_id=external_id)
    record = records.first()
    is_exact = record and exact_name(record.name) == exact_name(contact.name)
    made = link_contact.link(
        connection,
        contact,
        role,
        external_id=external_id,
        how=LinkHow.EXACT_NAME if is_exact else LinkHow.SUGGESTED,
        actor=pressed.actor,
    )
    return f"{contact} is linked with {made.external_name} ({made.external_id})."


def create(pressed: Request) -> str:
    contact = contact_of(pressed)
    role = role_of(pressed.item.document.kind)
    made = create_contact.create(
        pressed.item.connection, contact, role, actor=pressed.actor
    )
    label = registry.label(pressed.item.connection.platform)
    return f"{contact} was created in {label} ({made.external_id}), and is linked."


def set_accsid(pressed: Request) -> str:
    contact = contact_of(pressed)
    role = role_of(pressed.item.document.kind)
    return accsid.change(
        pressed.item.connection,
        contact,
        role,
        fields=pressed.fields,
        actor=pressed.actor,
    )


def contact_of(pressed: Request) -> Contact:
    """One of the two whom the document names: no other can be linked from here."""
    document = pressed.item.document
    named = {
        document.contact_id: document.contact,
        document.care_of_id: document.care_of,
    }
    asked = pressed.fields.get("contact", "")
    found = named.get(int(asked)) if asked.isdecimal() else None
    if found is None:
        raise Refused("That contact is not on this document any more.")
    return found


def mark_sent(pressed: Request) -> str:
    document = pressed.item.document
    how = pressed.fields.get("how", "")
    outcome = marking.mark_sent([document], how, actor=pressed.actor)
    if outcome.left:
        raise Refused(outcome.left[0][1])
    return f"{document} is marked as sent."


def nominal(pressed: Request) -> str:
    own = NominalCode.objects.filter(pk=number_in(pressed, "own")).first()
    if own is None:
        raise Refused("That nominal code does not exist any more.")
    made = map_nominal(
        pressed.item.connection,
        own,
        account_id=pressed.fields.get("record", ""),
        actor=pressed.actor,
    )
    return f"{made}. What waited for it is checked again."


def default_nominal(pressed: Request) -> str:
    connection = pressed.item.connection
    chosen = NominalCode.objects.filter(pk=number_in(pressed, "nominal")).first()
    chosen = chosen or connection.default_nominal
    if chosen is None:
        raise Refused("Choose the nominal code that stands in.")
    for_all = pressed.fields.get("for_all") == "yes"
    use_default_nominal(connection, chosen, for_all=for_all, actor=pressed.actor)
    return f"{chosen} is used for {'all lines' if for_all else 'lines without one'}."


def tax(pressed: Request) -> str:
    own = TaxRate.objects.filter(pk=number_in(pressed, "own")).first()
    if own is None:
        raise Refused("That tax rate does not exist any more.")
    made = map_tax(
        pressed.item.connection,
        own,
        role_of(pressed.item.document.kind),
        external_id=pressed.fields.get("record", ""),
        actor=pressed.actor,
    )
    return f"{made}. What waited for it is checked again."


def number_in(pressed: Request, name: str) -> int:
    value = pressed.fields.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else 0


def adopt_found(pressed: Request) -> str:
    """Where the two differ, it takes a second word to adopt all the same."""
    external_id = pressed.fields.get("external_id", "")
    found = [
        finding["data"]
        for finding in pressed.item.findings
        if finding.get("data", {}).get("id") == external_id != ""
    ]
    if not found:
        raise Refused("Look at both documents first: what was found has changed.")
    if not found[0].get("same") and pressed.fields.get("anyway") != "yes":
        raise Refused("The two differ. Say that they are the same all the same.")
    document = pressed.item.document
    adopt(
        pressed.item.connection,
        document,
        external_id=external_id,
        actor=pressed.actor,
        reason="Chosen side by side on the Sync page",
    )
    return f"{document} is the one that was there already. Nothing was sent."


def redate(pressed: Request) -> str:
    return redate_document.redate_document(
        pressed.item.connection, pressed.item.document, actor=pressed.actor
    )


def renumber(pressed: Request) -> str:
    before = str(pressed.item.document)
    number = pressed.fields.get("number", "").strip()
    given = numbers.renumber(pressed.item.document, number=number, actor=pressed.actor)
    return f"{before} is {given} now."


def move_numbers(pressed: Request) -> str:
    kind = pressed.item.document.kind
    group = IncrementorGroup.objects.filter(kind=kind, is_default=True).first()
    if group is None:
        raise Refused("No series of numbers is set up for this kind of document.")
    numbers.move_on(group, number_in(pressed, "next_number"), actor=pressed.actor)
    group.refresh_from_db()
    return f"The next number is {group.preview()}."


def take_off(pressed: Request) -> str:
    if not mark_for_sync.take_off(_only(pressed.item), actor=pressed.actor):
        raise Refused(
            f"{pressed.item.document} may be there already: it is looked up first."
        )
    return f"{pressed.item.document} is off the list."


def retry(pressed: Request) -> str:
    if not retry_item.retry(_only(pressed.item), actor=pressed.actor):
        raise Refused(f"{pressed.item.document} is under way already.")
    return f"{pressed.item.document} is tried again."


def send(pressed: Request) -> str:
    connection = pressed.item.connection
    problem = sync_list.cannot_start(connection)
    if problem:
        raise Refused(problem)
    runs.start(
        connection,
        kind=RunKind.MANUAL,
        actor=pressed.actor,
        document_kind=pressed.item.document.kind,
        only=[pressed.item.document_id],
        limit=1,
    )
    return f"{pressed.item.document} goes as the next."


def _only(item: SyncItem) -> QuerySet[SyncItem]:
    return SyncItem.objects.filter(pk=item.pk)


ACTS = {
    "link": Act(may.LINK, link),
    "create-contact": Act(may.LINK, create),
    "accsid": Act(may.UNLOCK, set_accsid),
    "mark-sent": Act(may.MARK_SENT, mark_sent),
    "map-nominal": Act(may.MAP_NOMINALS, nominal),
    "default-nominal": Act(may.CHANGE_CONNECTION, default_nominal),
    "map-tax": Act(may.MAP_TAXES, tax),
    "adopt": Act(may.ADOPT, adopt_found),
    "redate": Act(may.CHANGE_DOCUMENT, redate),
    "renumber": Act(may.CHANGE_DOCUMENT, renumber),
    "move-numbers": Act(may.CHANGE_NUMBERING, move_numbers),
    "take-off": Act(may.SYNC, take_off),
    "retry": Act(may.SYNC, retry),
    "send": Act(may.SYNC, send),
}
