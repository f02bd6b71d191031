"""The AccsID: locked until somebody unlocks it on purpose."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from accounting_links.actions import type_accsid
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import Connection, Role
from accounting_links.views import wording
from accounting_links.views.guard import person
from connectors import registry
from connectors.errors import ConnectorError
from invoicing.errors import Refused
from invoicing.models import Contact, DocumentKind

KIND_OF_ROLE = {
    Role.CUSTOMER: DocumentKind.SALES_INVOICE,
    Role.SUPPLIER: DocumentKind.SUPPLIER_INVOICE,
}


def change(
    connection: Connection,
    contact: Contact,
    role: Role,
    *,
    fields: Mapping[str, str],
    actor: User,
) -> str:
    """Sets what was typed, or ends the link when nothing was. Raises `Refused`, and
    what the platform raises when it is asked for the account."""
    if fields.get("unlock") != "yes":
        raise Refused("The AccsID is locked. Unlock it first to change it.")
    label = registry.label(connection.platform)
    external_id = fields.get("accsid", "").strip()
    if not external_id:
        type_accsid.clear_accsid(connection, contact, role, actor=actor)
        return f"{contact} has no AccsID in {label} now; it is matched by name again."
    made = type_accsid.set_accsid(
        connection, contact, role, external_id=external_id, actor=actor, unlock=True
    )
    name = f", {made.external_name}," if made.external_name else ""
    return f"{external_id}{name} is the account of {contact} in {label}."


def change_on_contact(
    request: HttpRequest, contact_id: int, connection_id: int, role: str
) -> HttpResponse:
    if role not in Role.values:
        raise Http404
    contact = get_object_or_404(Contact, pk=contact_id)
    connection = get_object_or_404(Connection, pk=connection_id)
    try:
        said = change(
            connection,
            contact,
            Role(role),
            fields=request.POST.dict(),
            actor=person(request),
        )
        messages.success(request, said)
    except (Refused, ConnectingError, ConnectorError) as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(wording.contact_url(contact, KIND_OF_ROLE[Role(role)]))
