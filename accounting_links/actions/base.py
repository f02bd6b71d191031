"""What all verbs of staff share: permission, then the change with its events, then the
documents that it lets go; the change, its events and the release in one transaction.

An actor of None is the system itself, or a command on the machine.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Permission, User
from django.db import transaction

from accounting_links import gateway, outbox
from accounting_links.engine.push import refuse_transaction
from accounting_links.models import Connection, ItemState, Role, SyncItem
from connectors import registry
from connectors.base import Connector
from invoicing.errors import Refused
from invoicing.models import Event

__all__ = ["NotAllowed", "Refused", "Step", "label", "require", "step", "talk"]


class NotAllowed(Exception):
    """The actor lacks the permission. The message is for staff."""


def require(actor: User | None, permission: str) -> None:
    """Raises `NotAllowed`."""
    if actor is None or actor.has_perm(permission):
        return
    app, codename = permission.split(".")
    found = Permission.objects.filter(content_type__app_label=app, codename=codename)
    name = found.values_list("name", flat=True).first() or permission
    raise NotAllowed(f"You do not have the permission “{name}”.")


@dataclass(slots=True, kw_only=True)
class Step:
    """One change in the making. Nothing is released unless something is named."""

    connection: Connection
    actor: User | None
    events: list[Event] = field(default_factory=list)
    contact_ids: set[int] = field(default_factory=set)
    nominal_ids: set[int] = field(default_factory=set)
    taxes: set[tuple[int, Role]] = field(default_factory=set)
    document_ids: set[int] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    released: int = 0

    def release(self) -> None:
        """Each by itself: whatever waits for one of them is checked again."""
        named = ("contact_ids", "nominal_ids", "taxes", "document_ids", "codes")
        for name in named:
            if given := getattr(self, name):
                wanted: dict[str, Any] = {name: sorted(given)}
                self.released += outbox.release(self.connection, **wanted)


@contextmanager
def step(connection: Connection, *, actor: User | None) -> Iterator[Step]:
    with transaction.atomic():
        current = Step(connection=connection, actor=actor)
        yield current
        Event.objects.bulk_create(current.events)
        current.release()


def talk(
    connection: Connection, connector: Connector | None
) -> AbstractContextManager[Connector]:
    """The connector given, or one opened for a person who waits. Never call this inside
    a transaction."""
    refuse_transaction()
    if connector is not None:
        return nullcontext(connector)
    return gateway.open_connector(connection, lane="interactive")


def label(connection: Connection) -> str:
    return registry.label(connection.platform)


def release_documents(document_ids: Sequence[int]) -> int:
    """For changes of documents themselves, whichever connections have them blocked."""
    blocked = SyncItem.objects.filter(
        state=ItemState.BLOCKED, document_id__in=document_ids
    )
    connections = Connection.objects.filter(
        pk__in=blocked.order_by().values("connection")
    )
    return sum(
        outbox.release(connection, document_ids=document_ids)
        for connection in connections
    )
