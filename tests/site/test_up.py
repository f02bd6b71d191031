"""`manage.py up` as a whole: real processes, on the tests' own database."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django_q.models import OrmQ

from accounting_links.models import ClusterHeartbeat

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]
ROOT = Path(settings.BASE_DIR)
SILENCE = 12


def database_url() -> str:
    """Of the tests' own database, for the processes of an installation."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    user = quote(str(found["USER"]))
    password = f":{quote(str(found['PASSWORD']))}" if found["PASSWORD"] else ""
    address = f"{found['HOST']}:{found['PORT'] or 5432}"
    return f"postgres://{user}{password}@{address}/{found['NAME']}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def until(happened: Callable[[], object], seconds: float = 90.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.1)
    return False


class Installation:
    """One that runs, and what it started."""

    def __init__(self, state: Path, **environment: str) -> None:
        self.port = free_port()
        self.state = state
        self.environment = os.environ | {
            "FINSYNC_STATE": str(state),
            "FINSYNC_WORKERS": "1",
            "FINSYNC_CLUSTER_SILENCE": str(SILENCE),
            "DATABASE_URL": database_url(),
            **environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.started: dict[int, float] = {}

    def answers(self) -> bool:
        """After a while: it prints its address when the page answers."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line == f"FinSync answers at http://127.0.0.1:{self.port}/\n"
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        client.request("GET", "/healthz/ready")
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status == 200

    def processes(self) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children(recursive=True)
        self.started |= {each.pid: each.create_time() for each in found}
        return found

    def left(self) -> list[int]:
        """Those of all that were ever seen that still run."""
        found = []
        for pid, created in self.started.items():
            try:
                process = psutil.Process(pid)
                if process.create_time() == created and process.status() != "zombie":
                    found.append(pid)
            except psutil.NoSuchProcess:
                continue
        return found

    def idle_workers(self) -> list[psutil.Process]:
        """They name themselves once they wait for tasks."""
        title = re.compile(r"qcluster \S+ idle")
        return [each for each in self.processes() if title.match(command_of(each))]

    def end(self, number: int = signal.SIGINT) -> int:
        self.processes()
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""


def beat_at() -> object:
    return ClusterHeartbeat.objects.values_list("beat_at", flat=True).first()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    found = Installation(tmp_path)
    yield found
    if found.process.poll() is None:
        found.end(signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_in_one_go_and_ends_every_process(
    installation: Installation, number: int
) -> None:
    assert installation.answers()
    assert until(beat_at)
    assert len(installation.processes()) >= 5
    assert installation.end(number) == 0
    assert installation.left() == []


@pytest.mark.redis
def test_its_tasks_run_over_redis_too(tmp_path: Path) -> None:
    # A database of the server's own sixteen that no other run uses.
    server = os.environ["FINSYNC_TEST_REDIS_URL"].rpartition("/")[0]
    url = f"{server}/{10 + os.getpid() % 6}"
    installation = Installation(tmp_path, REDIS_URL=url)
    try:
        assert installation.answers()
        assert until(beat_at)
        assert OrmQ.objects.count() == 0
    finally:
        assert installation.end() == 0
    assert installation.left() == []


def test_nothing_is_left_when_it_is_killed(installation: Installation) -> None:
    assert installation.answers()
    assert until(installation.idle_workers)
    installation.end(signal.SIGKILL)
    assert until(lambda: installation.left() == [], 30)


def test_a_hung_cluster_is_noticed_and_started_anew(
    installation: Installation,
) -> None:
    assert installation.answers()
    assert until(beat_at) and until(installation.idle_workers)
    # The only idle worker is the one that holds the lock of the queue. Killed with
    # it, nothing runs any more, though a new worker takes its place.
    installation.idle_workers()[0].kill()
    time_of_death, last_beat = time.monotonic(), beat_at()
    assert until(lambda: beat_at() != last_beat)
    assert time.monotonic() - time_of_death >= SILENCE / 2
    log = (installation.state / "logs" / "finsync.log").read_text()
    assert "gave no sign of life" in log
    assert installation.end() == 0
    assert installation.left() == []
