"""A worker process that can be killed. It is forked from a server that has loaded
everything and holds no database connection, so that a round takes no second to start.
"""

import os
import signal
import threading

import django
from django.apps import apps

if not apps.ready:
    # In the fork server, which runs no command of ours.
    django.setup()

from accounting_links.faults import messages, mishaps, working
from accounting_links.faults.cases import Case
from accounting_links.models import Connection


def run(connection_id: int, case: Case) -> None:
    """One turn. Kills its own process with SIGKILL at the case's point, if it has
    one."""
    working.hush()
    connection = Connection.objects.get(pk=connection_id)
    mishaps.arm(case, connection, _kill_self)
    with messages.in_own_form(connection.platform):
        working.attempt(connection_id, case.act)


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    # The signal may take a moment: nothing more is done in it.
    threading.Event().wait()
