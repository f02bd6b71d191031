"""Let a platform tell us of changes, or no longer."""

from django.contrib.auth.models import User
from django.db import transaction

from accounting_links.actions.base import Refused, label, require
from accounting_links.models import Connection, WebhookEndpoint
from accounting_links.permissions import CONNECT
from accounting_links.verbs import Verb
from accounting_links.webhooks import endpoints, renewing
from invoicing.services import events


def switch_on(connection: Connection, *, actor: User | None = None) -> WebhookEndpoint:
    """Makes the address. Where the platform wants it, arranges the rest by calls: what
    then goes wrong is the endpoint's `problem`, and is tried again daily."""
    require(actor, CONNECT)
    if endpoints.webhooks_of(connection) is None:
        raise Refused(f"{label(connection)} cannot tell FinSync of changes.")
    with transaction.atomic():
        # Two at once make one.
        Connection.objects.select_for_update().get(pk=connection.pk)
        held = WebhookEndpoint.objects.filter(connection=connection).first()
        if held is not None:
            return held
        endpoint = endpoints.make(connection)
        endpoint.save(force_insert=True)
        events.record(
            Verb.WEBHOOKS_ON,
            connection,
            f"Webhooks of {connection} were switched on",
            actor=actor,
            connection_id=connection.pk,
        )
    renewing.renew(connection, now=True)
    return endpoint


def switch_off(connection: Connection, *, actor: User | None = None) -> bool:
    """What is told later finds no address. Deliveries stay on record."""
    require(actor, CONNECT)
    endpoint = WebhookEndpoint.objects.filter(connection=connection).first()
    if endpoint is None:
        return False
    renewing.end(connection, endpoint)
    with transaction.atomic():
        endpoint.delete()
        events.record(
            Verb.WEBHOOKS_OFF,
            connection,
            f"Webhooks of {connection} were switched off",
            actor=actor,
            connection_id=connection.pk,
        )
    return True
