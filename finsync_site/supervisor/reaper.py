"""Ends the process groups of a supervisor that died without ending them.

Run as a script of its own, in its own session, before anything else. It reads
lines from the supervisor: "+123" for a group that was started, "-123" for one
that has ended. Its end of the pipe closes when the supervisor is gone, however
it went; kill -9 leaves it no chance to tidy up itself. No Django, no imports
from the project: it must be small and cannot fail with them.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE = 5.0


def follow(lines: Iterable[str]) -> set[int]:
    """The groups that are still there when the lines end."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def signal_groups(groups: set[int], number: int) -> set[int]:
    """Those that were still there to be told."""
    found = set()
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            found.add(group)
    return found


def end(groups: set[int]) -> None:
    deadline = time.monotonic() + GRACE
    groups = signal_groups(groups, signal.SIGTERM)
    while groups and time.monotonic() < deadline:
        time.sleep(0.1)
        groups = signal_groups(groups, 0)
    signal_groups(groups, signal.SIGKILL)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(follow(sys.stdin))
