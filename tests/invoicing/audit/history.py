"""A small history, and the hand that tampers with it behind the product's back."""

from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from invoicing.audit import horizon, sealing, verifying
from invoicing.audit.verifying import Finding
from invoicing.models import Event, EventSeal
from invoicing.services import events
from tests import factories

OF_CONNECTION = 7


def happened(count: int = 1, *, chain: int = OF_CONNECTION) -> list[Event]:
    contact = factories.customer()
    return [
        events.record(
            "test.happened",
            contact,
            f"Something happened: {number}",
            connection_id=chain or None,
            before={"gross": f"{number}.00"},
            after={"gross": f"{number}.50", "lines": [1, 2], "sent": None},
            reason="because",
        )
        for number in range(count)
    ]


def sealed(count: int = 5, *, chain: int = OF_CONNECTION) -> list[Event]:
    """With another chain beside it."""
    made = happened(count, chain=chain)
    happened(2, chain=OF_CONNECTION + 1)
    seal_all()
    return made


def seal_all() -> int:
    """At once, where PostgreSQL would wait for others to commit."""
    position = sealing.where()
    if connection.vendor == "postgresql":
        position.mark_to = horizon._highest()
        position.mark_at = timezone.now()
        position.mark_transaction = 1
        position.save()
    return sealing.seal()


def found(chain: int = OF_CONNECTION) -> Finding | None:
    checked = verifying.verify(chain)
    assert checked.done
    return checked.finding


def whats() -> dict[int, str]:
    """By chain, of all of them."""
    findings = [verifying.verify(chain).finding for chain in verifying.chains()]
    return {each.chain: each.what.value for each in findings if each}


def tamper(row: Model, **fields: Any) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**fields)


def seal_of(event: Event) -> EventSeal:
    return EventSeal.objects.get(event_id=event.pk)
