"""The AccsID of a contact in each connection that bills it, for its own page."""

from dataclasses import dataclass

from accounting_links import gateway
from accounting_links.models import Connection, ConnectionKind, ContactLink, Role
from accounting_links.views.item_dialog import role_of
from connectors import registry
from invoicing.models import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    connection: Connection
    platform: str
    role: Role
    link: ContactLink | None
    can_type: bool
    why_not: str


def accounts(contact: Contact, role: Role) -> list[Account]:
    served = ConnectionKind.objects.filter(active=True).select_related("connection")
    connections = {
        each.connection.pk: each.connection
        for each in served
        if role_of(each.kind) == role
    }
    links = ContactLink.objects.filter(
        contact=contact, role=role, connection__in=connections, ended_at=None
    )
    by_connection = {link.connection_id: link for link in links}
    return [
        account(connection, role, by_connection.get(connection.pk))
        for connection in connections.values()
    ]


def account(connection: Connection, role: Role, link: ContactLink | None) -> Account:
    capabilities = gateway.capabilities(connection)
    return Account(
        connection=connection,
        platform=registry.label(connection.platform),
        role=role,
        link=link,
        can_type=capabilities.typed_account_id,
        why_not=capabilities.reasons.get("typed_account_id", ""),
    )
