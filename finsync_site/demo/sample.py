"""What a practice installation begins with. Safe to repeat: what is there stays."""

from django.conf import settings
from django.db import transaction

from accounting_links import outbox
from accounting_links.connecting import serve_kinds
from accounting_links.models import Connection, Environment, Trigger
from connectors import registry
from invoicing.demo import load_repair_shop


def seed() -> None:
    """The repair shop's documents, and a connection for each practice ledger, which a
    person then connects through its consent page."""
    load_repair_shop()
    for platform, address in settings.FINSYNC_PRACTICE_LEDGERS.items():
        offer_ledger(platform, address)


@transaction.atomic
def offer_ledger(platform: str, address: str) -> Connection:
    """The ledger's port may be another than last time: the connection follows it."""
    label = registry.label(platform)
    connection, is_new = Connection.objects.get_or_create(
        name=label,
        defaults={
            "platform": platform,
            "environment": Environment.PRACTICE,
            "practice_url": address,
            "trigger": Trigger.FINALISED,
        },
    )
    if connection.practice_url != address:
        connection.practice_url = address
        connection.save(update_fields=("practice_url",))
    if is_new:
        serve_kinds(connection)
        outbox.mark_eligible(connection, why="there when the demo began")
    return connection
