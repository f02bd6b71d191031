"""A practice installation of its own for each run: a folder and a database that are
gone afterwards, whatever installation the command was called in."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

# Sent under way when a process is killed: by then it has arrived, or it never will.
QUIET = "1"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")


def is_one() -> bool:
    return os.environ.get("FINSYNC_THROWAWAY") == str(settings.FINSYNC_STATE)


def run_there(arguments: Sequence[str], *, database_url: str = "") -> int:
    """Runs `manage.py` with these arguments in a fresh one; answers its exit code."""
    manage = Path(settings.BASE_DIR) / "manage.py"
    with tempfile.TemporaryDirectory(prefix="finsync-faults-") as folder:
        environment = _environment(folder, database_url)
        for words in (["migrate", "--verbosity", "0"], list(arguments)):
            code = subprocess.call(  # noqa: S603  # our own command
                [sys.executable, str(manage), *words], env=environment
            )
            if code:
                return code
    return 0


def _environment(folder: str, database_url: str) -> dict[str, str]:
    """Nothing of the installation at hand, above all not its database."""
    found = {name: os.environ[name] for name in KEPT if name in os.environ}
    found |= {
        "FINSYNC_STATE": folder,
        "FINSYNC_MODE": "practice",
        "FINSYNC_IN_DOUBT_QUIET": QUIET,
        "FINSYNC_LOG_LEVEL": "ERROR",
        "FINSYNC_THROWAWAY": folder,
    }
    return found | ({"DATABASE_URL": database_url} if database_url else {})
