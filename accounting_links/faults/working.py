"""One worker's turn at a connection: a pass, a poll, or the messages that came."""

import datetime as dt
import logging

from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.utils import timezone

from accounting_links import polling
from accounting_links.connection_errors import ConnectingError
from accounting_links.engine import passes
from accounting_links.faults.cases import Act
from accounting_links.models import Connection
from accounting_links.webhooks import handling
from connectors.errors import ConnectorError

BATCH = 2
LONGEST = dt.timedelta(seconds=60)


def hush() -> None:
    """What is broken on purpose is not logged; what the matrix itself trips over is."""
    logging.getLogger("accounting_links").setLevel(logging.CRITICAL)
    logging.getLogger("accounting_links.faults").setLevel(logging.ERROR)


def work(connection_id: int, act: Act) -> None:
    if act is Act.MESSAGE:
        handling.handle(connection_id, deadline=timezone.now() + LONGEST)
        return
    connection = Connection.objects.get(pk=connection_id)
    if act is Act.POLL:
        polling.poll(connection)
    else:
        passes.run_pass(connection, batch=BATCH)


def attempt(connection_id: int, act: Act) -> None:
    """What fails is left to the next attempt, as the task queue leaves it."""
    try:
        work(connection_id, act)
    except (ConnectorError, ConnectingError):
        return
    except (OperationalError, InterfaceError):
        # The next task has a fresh one.
        database.close()
