"""The command lines of the processes that the supervisor starts."""

import importlib.util
import sys
from pathlib import Path

from django.conf import settings

WEB_THREADS = 8


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments]


def web(*, host: str, port: int) -> list[str]:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if importlib.util.find_spec("gunicorn") is None or sys.platform == "win32":
        return manage("runserver", "--noreload", address)
    # SQLite has one writer at a time: more threads, not more processes.
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    return [
        *(sys.executable, "-m", "gunicorn", "finsync_site.wsgi:application"),
        *("--bind", address, "--no-control-socket"),
        *("--workers", "1" if on_sqlite else "2"),
        *("--worker-class", "gthread", "--threads", str(WEB_THREADS)),
        *("--timeout", "120", "--graceful-timeout", "5"),
        *("--log-level", "warning"),
    ]


def cluster() -> list[str]:
    return manage("qcluster")
