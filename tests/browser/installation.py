"""A practice installation of its own: `manage.py demo` in a folder of its own, with the
web page, the task cluster, the supervisor and a practice ledger."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 240  # seconds; migrations and a cluster on a busy machine
ENDS_WITHIN = 60
# What the demo decides for itself.
NOT_INHERITED = ("FINSYNC_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_")


class DidNotStart(Exception):
    """What it had said until then is in the message."""


@dataclass(frozen=True)
class Installation:
    log_in: str
    user: str
    password: str

    @property
    def address(self) -> str:
        return self.log_in.removesuffix("/accounts/login/")


@contextmanager
def demo(state: Path) -> Iterator[Installation]:
    log = (state / "demo.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=PROJECT,
        env=environment(state),
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
    )
    try:
        yield announced(process, state)
    finally:
        end(process)
        log.close()


def environment(state: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(NOT_INHERITED)
    }
    return kept | {"FINSYNC_STATE": str(state)}


def announced(process: "subprocess.Popen[str]", state: Path) -> Installation:
    """Reads the three lines that it prints when it answers."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=pour, args=(process, lines), daemon=True).start()
    deadline = time.monotonic() + STARTS_WITHIN
    found: dict[str, str] = {}
    while len(found) < 3:
        try:
            line = lines.get(timeout=max(0.1, deadline - time.monotonic()))
        except queue.Empty:
            line = ""
        name, colon, value = line.partition(": ")
        if not colon:
            said = (state / "demo.log").read_text(encoding="utf-8")
            raise DidNotStart(said[-2000:])
        found[name] = value.strip()
    return Installation(found["Log-in page"], found["User"], found["Password"])


def pour(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """An empty line stands for its end."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")


def end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
