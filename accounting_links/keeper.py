"""Keeps grants alive, and says in time when one is about to end.

A grant ends of idleness, when nobody refreshes it, or of age, by a limit of the vendor
that no refreshing extends. A look at the organisation once a day keeps the first from
happening; people are warned of the second, and of the first where looking fails.
"""

import datetime as dt
import logging

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from accounting_links import connecting, gateway, tokens
from accounting_links.connection_errors import ConnectingError
from accounting_links.models import Connection
from accounting_links.verbs import Verb
from accounting_links.webhooks import renewing
from connectors.errors import ConnectorError
from invoicing.models import Event
from invoicing.services import events

EARLY = dt.timedelta(days=7)
MAY_CONNECT = "accounting_links.connect_connection"
BACKEND = "django.contrib.auth.backends.ModelBackend"

log = logging.getLogger(__name__)


def keep(connection: Connection) -> bool:
    """One call, which refreshes an access token that has run out meanwhile, and those
    that renew what tells us of changes. Answers whether it worked; a bad day of the
    platform ends no connection."""
    try:
        with gateway.open_connector(connection) as connector:
            connecting.refresh_organisation(connection, connector)
    except (ConnectorError, ConnectingError) as error:
        log.warning("%s could not be kept alive: %s", connection, error)
        return False
    return renewing.renew(connection)


def ends_at(connection: Connection) -> dt.datetime | None:
    """When the grant ends unless it is refreshed; None: no end is known."""
    return tokens.tokens_of(connection.credentials).refresh_expires_at


def warning(connection: Connection) -> str:
    """A sentence when the grant of a connection in use ends soon; else empty."""
    end = ends_at(connection) if connection.is_connected else None
    if end is None or end > timezone.now() + EARLY:
        return ""
    day = f"{timezone.localtime(end):%d %B %Y}"
    return f"Access to {connection.organisation_name} ends on {day}. Connect it again."


def warn() -> int:
    """Once for each end. Safe to repeat."""
    return sum(_warn(connection) for connection in Connection.objects.connected())


def _warn(connection: Connection) -> bool:
    sentence = warning(connection)
    if not sentence or not _record(connection, sentence):
        return False
    _mail(connection, sentence)
    return True


@transaction.atomic
def _record(connection: Connection, sentence: str) -> bool:
    # Two warners at once warn once.
    Connection.objects.select_for_update().get(pk=connection.pk)
    end = ends_at(connection)
    facts = {"ends_on": end.date().isoformat() if end else ""}
    said = Event.objects.filter(
        verb=Verb.CONNECTION_ENDS_SOON,
        connection_id=connection.pk,
        after__ends_on=facts["ends_on"],
    )
    if said.exists():
        return False
    events.record(
        Verb.CONNECTION_ENDS_SOON,
        connection,
        f"{connection}: {sentence}",
        connection_id=connection.pk,
        actor_name="connection keeper",
        after=facts,
    )
    return True


def _mail(connection: Connection, sentence: str) -> None:
    able = User.objects.with_perm(MAY_CONNECT, backend=BACKEND)
    people = able.filter(is_staff=True).exclude(email="")
    addresses = sorted(set(people.values_list("email", flat=True)))
    if not addresses:
        return
    try:
        send_mail(
            f"{connection} must be connected again soon",
            f"{sentence}\n\n{settings.FINSYNC_BASE_URL}\n",
            settings.DEFAULT_FROM_EMAIL,
            addresses,
        )
    except OSError as error:
        # The event and the dashboard say it too.
        log.warning("Nobody was mailed about %s: %s", connection, error)
