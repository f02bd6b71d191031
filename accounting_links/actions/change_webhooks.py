"""Another secret, or another address, for what a platform tells us."""

from django.contrib.auth.models import User
from django.db import transaction

from accounting_links.actions.base import Refused, require
from accounting_links.models import Connection, WebhookEndpoint
from accounting_links.permissions import CONNECT
from accounting_links.verbs import Verb
from accounting_links.webhooks import endpoints, renewing
from invoicing.services import events

SHORTEST, LONGEST = 8, 500


def keep_secret(
    connection: Connection, secret: str, *, actor: User | None = None
) -> None:
    """The one that the platform shows. Takes the place of the former one."""
    require(actor, CONNECT)
    secret = secret.strip()
    if not SHORTEST <= len(secret) <= LONGEST:
        raise Refused(f"That is no secret: it has {SHORTEST} characters or more.")
    with transaction.atomic():
        endpoint = _held(connection)
        endpoint.secrets = endpoint.secrets | {"secret": secret}
        _save(endpoint, "got another secret", actor=actor)


def new_address(connection: Connection, *, actor: User | None = None) -> None:
    """The former address knows nobody any more, from this moment on."""
    require(actor, CONNECT)
    former = _held(connection)
    renewing.end(connection, former)
    with transaction.atomic():
        endpoint = _held(connection)
        fresh = endpoints.make(connection)
        kept = endpoint.secrets.get("secret", "")
        endpoint.secrets = {"secret": kept, **fresh.secrets}
        endpoint.key_digest = fresh.key_digest
        endpoint.subscription, endpoint.ends_at = {}, None
        _save(endpoint, "got another address", actor=actor)
    renewing.renew(connection, now=True)


def _held(connection: Connection) -> WebhookEndpoint:
    """Locked, where a transaction is open."""
    rows = WebhookEndpoint.objects.filter(connection=connection)
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update()
    found = rows.first()
    if found is None:
        raise Refused("Webhooks are not switched on for this connection.")
    return found


def _save(endpoint: WebhookEndpoint, words: str, *, actor: User | None) -> None:
    connection = endpoint.connection
    endpoint.save(
        update_fields=("secrets", "key_digest", "subscription", "ends_at"),
    )
    events.record(
        Verb.WEBHOOKS_CHANGED,
        connection,
        f"Webhooks of {connection} {words}",
        actor=actor,
        connection_id=connection.pk,
    )
