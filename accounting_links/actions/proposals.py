"""What a bulk action would do, shown before it does it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounting_links import gateway
from accounting_links.models import Connection, ConnectionKind, ContactLink, Role
from accounting_links.names import exact_name
from invoicing.models import Contact, Document, DocumentKind

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """For one contact. With a `reason` it is left to a person; a `warning` is shown,
    and holds nothing up. `external_id` is empty where an account would be created."""

    contact: Contact
    role: Role
    external_id: str = ""
    external_name: str = ""
    reason: str = ""
    warning: str = ""

    @property
    def can_go(self) -> bool:
        return not self.reason


def unlinked(connection: Connection, role: Role) -> QuerySet[Contact]:
    """Contacts who are billed on documents of the kinds that the connection serves, and
    have no account there."""
    kinds = ConnectionKind.objects.filter(connection=connection, active=True)
    purchases = Q(kind=DocumentKind.SUPPLIER_INVOICE)
    side = purchases if role == Role.SUPPLIER else ~purchases
    documents = Document.objects.filter(side, kind__in=kinds.values("kind"))
    if connection.go_live:
        documents = documents.filter(date__gte=connection.go_live)
    billed = Exists(documents.filter(contact=OuterRef("pk")))
    if gateway.capabilities(connection).care_of:
        directly = documents.filter(contact=OuterRef("pk"), care_of=None)
        care_of = documents.filter(care_of=OuterRef("pk"))
        billed = Exists(directly) | Exists(care_of)  # type: ignore[assignment]  # a Q
    links = ContactLink.objects.filter(
        connection=connection, role=role, contact=OuterRef("pk"), ended_at=None
    )
    return Contact.objects.filter(billed, ~Exists(links), active=True).order_by("pk")


def without_link(
    connection: Connection, role: Role, contacts: Iterable[Contact] | None
) -> list[Contact]:
    """Those of `contacts` without an account, or all who need one; each once."""
    if contacts is None:
        return list(unlinked(connection, role))
    chosen = {contact.pk: contact for contact in contacts}
    held: set[int] = set()
    for keys in in_parts(sorted(chosen)):
        links = ContactLink.objects.filter(
            connection=connection, role=role, contact__in=keys, ended_at=None
        )
        held.update(links.values_list("contact_id", flat=True))
    return [contact for pk, contact in sorted(chosen.items()) if pk not in held]


def shared_names(contacts: Iterable[Contact]) -> set[str]:
    """Names that several of them have: which one is meant is for a person to say."""
    counts = Counter(exact_name(contact.name) for contact in contacts)
    return {name for name, count in counts.items() if count > 1}


def in_parts(values: Sequence[int], size: int = AT_ONCE) -> Iterable[Sequence[int]]:
    return (values[at : at + size] for at in range(0, len(values), size))
