import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from finsync_site.supervisor import reaper as reaper_script
from finsync_site.supervisor.process import Child, Reaper

# Starts one of its own, says so, and waits; both are deaf to a polite request.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
subprocess.Popen([sys.executable, "-c", inner + "print('ready', flush=True);"
                  "time.sleep(60)"])
time.sleep(60)
"""
POLITE = "import time; print('ready', flush=True); time.sleep(60)"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def reaper() -> Iterator[Reaper]:
    found = Reaper()
    yield found
    found.close()


def make(
    code: str, tmp_path: Path, reaper: Reaper, clock: Clock | None = None
) -> Child:
    return Child(
        name="test",
        command=[sys.executable, "-c", code],
        log_file=tmp_path / "test.log",
        reaper=reaper,
        grace=0.3,
        clock=clock or time.monotonic,
    )


def until(happened: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.02)
    return False


def is_ready(child: Child) -> bool:
    return until(lambda: "ready" in child.log_file.read_text())


def members(group: int) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != "zombie":
                found.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def test_a_process_ends_with_all_that_it_started(
    tmp_path: Path, reaper: Reaper
) -> None:
    child = make(STUBBORN, tmp_path, reaper)
    child.start()
    assert is_ready(child)
    group = child.pid or 0
    assert len(members(group)) == 2
    child.end()
    assert until(lambda: members(group) == [])


def test_a_polite_process_is_not_killed(tmp_path: Path, reaper: Reaper) -> None:
    code = "import signal, sys; signal.signal(15, lambda *_: sys.exit(7));" + POLITE
    child = make(code, tmp_path, reaper)
    child.grace = 20
    child.start()
    assert is_ready(child)
    child.end()
    assert child._process and child._process.returncode == 7


def test_an_ended_process_starts_again_after_a_pause(
    tmp_path: Path, reaper: Reaper
) -> None:
    clock = Clock()
    child = make("raise SystemExit(3)", tmp_path, reaper, clock)
    child.keep_running()
    first = child.pid
    assert until(lambda: not child.running)
    child.keep_running()
    assert child.pid == first
    clock.now += 1.1
    child.keep_running()
    assert child.pid != first
    child.end(at_once=True)


def test_the_pause_grows_while_it_keeps_failing(tmp_path: Path, reaper: Reaper) -> None:
    clock, pauses = Clock(), []
    child = make("raise SystemExit(3)", tmp_path, reaper, clock)
    for _ in range(7):
        child.keep_running()
        assert until(lambda: not child.running)
        child.keep_running()
        pauses.append((child._restart_at or 0) - clock.now)
        clock.now += pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_what_hangs_is_started_anew(tmp_path: Path, reaper: Reaper) -> None:
    child = make(STUBBORN, tmp_path, reaper)
    child.start()
    assert is_ready(child)
    hung = child.pid or 0
    child.start_anew()
    assert members(hung) == []
    assert child.running and child.pid != hung
    child.end(at_once=True)


def test_its_output_is_for_its_owner_alone(tmp_path: Path, reaper: Reaper) -> None:
    child = make(POLITE, tmp_path, reaper)
    child.start()
    assert is_ready(child)
    assert child.log_file.stat().st_mode & 0o777 == 0o600
    child.end(at_once=True)


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    supervisor = f"""
import pathlib, sys, time
from finsync_site.supervisor.process import Child, Reaper
child = Child(name="test", command=[sys.executable, "-c", {STUBBORN!r}],
              log_file=pathlib.Path({str(tmp_path / "test.log")!r}), reaper=Reaper())
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", supervisor], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    group = int(process.stdout.readline())
    log = tmp_path / "test.log"
    assert until(lambda: log.exists() and "ready" in log.read_text())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert until(lambda: members(group) == [])


def test_the_reaper_knows_what_has_ended_already() -> None:
    assert reaper_script.follow(["+11\n", "+12\n", "-11\n"]) == {12}
    assert reaper_script.signal_groups(set(), signal.SIGTERM) == set()
