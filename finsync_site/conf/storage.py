"""Database, broker and cache: embedded by default, services where named."""

from pathlib import Path
from typing import Any

import environ

from finsync_site.conf.environment import refuse

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000; "
    "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
)
SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


def database(*, url: str, state: Path) -> dict[str, Any]:
    if not url:
        return sqlite(state / "finsync.sqlite3", state=state)
    found = _parsed(url)
    if found.get("ENGINE") == SQLITE:
        return sqlite(Path(found["NAME"]), state=state)
    if found.get("ENGINE") != POSTGRESQL or not found.get("NAME"):
        remedy = "Use sqlite:////absolute/path or postgres://user@host:port/name"
        raise refuse("DATABASE_URL", "names no database that FinSync knows", remedy)
    return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def _parsed(url: str) -> dict[str, Any]:
    """Empty where it is no address of ours. Its password stays out of messages: the
    library's own, for schemes that it does not know, would show it."""
    if url.partition("://")[0] not in {"sqlite", "postgres", "postgresql"}:
        return {}
    try:
        return dict(environ.Env.db_url_config(url))
    except (ValueError, TypeError, environ.ImproperlyConfigured):
        return {}


def sqlite(path: Path, *, state: Path) -> dict[str, Any]:
    if str(path) == ":memory:" or not path.is_absolute():
        remedy = "Use an absolute path: sqlite:////absolute/path"
        raise refuse("DATABASE_URL", "names no file that several can open", remedy)
    return {
        "ENGINE": SQLITE,
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            # A transaction that reads first and writes later cannot wait for the
            # lock; one that takes the lock at its start can.
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS,
        },
        # A file, not memory: threads and child processes see the same database.
        "TEST": {"NAME": str(state / "test.sqlite3")},
    }


def cache(*, redis_url: str, state: Path) -> dict[str, Any]:
    """Shared by all processes: log-in limits and task states are kept in it."""
    if redis_url:
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "finsync",
        }
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(state / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }


def task_cluster(*, redis_url: str, workers: int) -> dict[str, Any]:
    """Web and cluster must share these: some of them travel within a task.

    The outbox rows are the truth, so the queue never repeats a task by itself;
    the supervisor's sweep does. Results are pruned there too, because a
    save_limit above zero makes one process lock every stored result per task.
    """
    broker = {"redis": redis_url} if redis_url else {"orm": "default"}
    return broker | {
        "name": "finsync",
        "label": "Task queue",
        "workers": workers,
        "queue_limit": workers,
        "bulk": 1,
        "timeout": 120,
        "retry": 900,
        "ack_failures": True,
        "max_attempts": 1,
        "catch_up": False,
        "save_limit": 0,
    }
