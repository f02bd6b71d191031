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

from accounting_links import polling
from accounting_links.engine import crash_points, passes
from accounting_links.faults.cases import Act, Case
from accounting_links.faults.rounds import bombs
from accounting_links.models import Connection


def run(connection_id: int, case: Case, batch: int) -> None:
    """One pass or poll. Kills its own process with SIGKILL at the case's point, if it
    has one."""
    connection = Connection.objects.get(pk=connection_id)
    crash_points.arm(bombs(case, connection.practice_url, _kill_self))
    if case.act is Act.POLL:
        polling.poll(connection)
    else:
        passes.run_pass(connection, batch=batch)


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    # The signal may take a moment: nothing more is done in it.
    threading.Event().wait()
