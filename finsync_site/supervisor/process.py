"""One process that the supervisor keeps running, with all that it starts."""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

REAPER = Path(__file__).with_name("reaper.py")
LONGEST_PAUSE = 30.0

log = logging.getLogger(__name__)


class Reaper:
    """Sees to it that no process outlives the supervisor, even after kill -9."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-S", "-E", str(REAPER)],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def started(self, group: int) -> None:
        self._tell(f"+{group}")

    def ended(self, group: int) -> None:
        self._tell(f"-{group}")

    def close(self) -> None:
        """It ends what is still known to it, and then itself."""
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()


@dataclass(kw_only=True)
class Child:
    """A command in its own session, so that its whole group can be ended."""

    name: str
    command: Sequence[str]
    log_file: Path
    reaper: Reaper
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    grace: float = 10.0  # seconds between asking it to end and ending it
    clock: Callable[[], float] = time.monotonic
    started_at: float = 0.0
    restarts: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _restart_at: float | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self._open_log() as output:
            self._process = subprocess.Popen(  # noqa: S603  # our own commands
                self.command,
                cwd=self.folder,
                env=os.environ | dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started_at, self._restart_at = self.clock(), None
        self.reaper.started(self._process.pid)

    def keep_running(self) -> None:
        """Starts it again when it has ended; waits longer each time it fails."""
        if self.running:
            return
        if self._process is None:
            self.start()
        elif self._restart_at is None:
            self._plan_restart()
        elif self.clock() >= self._restart_at:
            self.restarts += 1
            self.start()

    def ask_to_end(self) -> None:
        if self.running and self._process:
            self._process.terminate()

    def end(self, *, at_once: bool = False) -> None:
        """Ends the whole group: politely within the grace, then by force."""
        process = self._process
        if process is None:
            return
        if not at_once:
            self.ask_to_end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=self.grace)
        self._kill_group(process)

    def start_anew(self) -> None:
        """For one that hangs: it would not hear a polite request."""
        self.end(at_once=True)
        self.restarts += 1
        self.start()

    def _plan_restart(self) -> None:
        process = self._process
        if process is None:
            return
        self._kill_group(process)
        lived = self.clock() - self.started_at
        self.restarts = 0 if lived > 2 * LONGEST_PAUSE else self.restarts
        pause = min(2.0**self.restarts, LONGEST_PAUSE)
        self._restart_at = self.clock() + pause
        log.error(
            "%s ended with code %s; it starts again in %.0f seconds. See %s.",
            self.name,
            process.returncode,
            pause,
            self.log_file,
        )

    def _kill_group(self, process: subprocess.Popen[bytes]) -> None:
        # Its leader may be gone while workers of it still run.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.reaper.ended(process.pid)

    def _open_log(self) -> IO[bytes]:
        descriptor = os.open(
            self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )
        return os.fdopen(descriptor, "ab")
