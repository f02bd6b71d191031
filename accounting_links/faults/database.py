"""What befalls the database: somebody else holds it for seconds, or it restarts and
drops everyone."""

import threading

from django.db import connection

from accounting_links.models import SyncItem

LONG = 1.2
# Longer than a worker of the matrix is made to wait.
TOO_LONG = 5.0
PATIENCE = 200  # milliseconds

_release = threading.Event()


def lock(seconds: float = LONG) -> None:
    """Writes of others wait, for so long or until `release`. Answers when it holds."""
    _release.clear()
    holds = threading.Event()
    thread = threading.Thread(target=_hold, args=(seconds, holds), daemon=True)
    thread.start()
    holds.wait(TOO_LONG)


def restart() -> None:
    """SQLite cannot: there the lock lasts longer than this worker waits."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        lock(TOO_LONG)
        return
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    finally:
        other.close()


def release() -> None:
    _release.set()


def _hold(seconds: float, holds: threading.Event) -> None:
    """With a connection of its own, since this is another thread."""
    try:
        with connection.cursor() as cursor:
            for statement in _statements():
                cursor.execute(statement)
            holds.set()
            _release.wait(seconds)
            cursor.execute("ROLLBACK")
    finally:
        holds.set()
        connection.close()


def _statements() -> list[str]:
    if connection.vendor == "sqlite":
        return ["BEGIN IMMEDIATE"]
    table = connection.ops.quote_name(SyncItem._meta.db_table)
    return ["BEGIN", f"LOCK TABLE {table} IN EXCLUSIVE MODE"]
