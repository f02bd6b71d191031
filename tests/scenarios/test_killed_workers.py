"""Worker processes that are killed with SIGKILL, by the command that proves it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

MANAGE = Path(__file__).parents[2] / "manage.py"
SECONDS = 280


def fault_matrix(*words: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(MANAGE), "fault_matrix", *words, "--json"],
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout, done.stderr.decode()
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def test_killed_workers_send_nothing_twice_and_lose_nothing() -> None:
    code, report = fault_matrix(
        *("--platform", "quickbooks_online", "--rounds", "0", "--kills", "12")
    )
    [facts] = report["platforms"].values()
    assert facts["kill_rounds"] == 12
    assert (facts["duplicates"], facts["losses"], facts["stuck"]) == (0, 0, 0), facts
    assert code == 0
    assert facts["recovery_seconds_after_kill"]["most"] < 60


def test_a_wrong_platform_is_told() -> None:
    done = subprocess.run(
        [sys.executable, str(MANAGE), "fault_matrix", "--platform", "abacus"],
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert b"abacus" in done.stderr
