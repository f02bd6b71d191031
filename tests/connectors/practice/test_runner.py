import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.practice.face import UnknownPlatform
from connectors.practice.runner import serve

PROGRAM = """
import sys
from pathlib import Path
from connectors.practice.runner import run_practice
sys.exit(run_practice("quickbooks_online", folder=Path(sys.argv[1]),
                      state=Path(sys.argv[2]), empty=True, company="Tap & Sons"))
"""
ENTRY = {
    "kind": "sales_invoice",
    "number": "F-1",
    "party": "Somebody",
    "date": "2026-11-02",
    "gross": "10.00",
}


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(folder / "state")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def documents(url: str) -> list[dict[str, str]]:
    answer = requests.get(f"{url}/__practice__/documents", timeout=5)
    rows: list[dict[str, str]] = answer.json()["documents"]
    return rows


def test_the_first_line_leads_to_working_credentials(tmp_path: Path) -> None:
    with running(tmp_path) as (_, line):
        path = Path(line["credentials"])
        told = json.loads(path.read_text())
        assert line.keys() == {"url", "platform", "credentials"}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        answer = requests.get(
            f"{line['url']}/v3/company/{told['realm_id']}/preferences",
            headers={"Authorization": f"Bearer {told['access_token']}"},
            timeout=5,
        )
        assert answer.status_code == 200
        assert told["sample"].keys() == {
            *("customer", "supplier", "item", "account"),
            *("expense_account", "tax_code", "bank"),
        }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_what_was_committed_outlives_the_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    with running(tmp_path) as (process, line):
        assert documents(line["url"]) == []
        made = requests.post(
            f"{line['url']}/__practice__/documents", json=ENTRY, timeout=5
        ).json()
        os.kill(process.pid, number)
        code = process.wait(10)
        assert code == (-9 if number == signal.SIGKILL else 0)
    with running(tmp_path) as (_, line):
        assert documents(line["url"]) == [made]


def test_tokens_outlive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with serve("quickbooks_online", state=state, empty=True) as server:
        told = server.face.credentials(server.url)
    with serve("quickbooks_online", state=state) as server:
        answer = requests.get(
            f"{server.url}/v3/company/{told['realm_id']}/preferences",
            headers={"Authorization": f"Bearer {told['access_token']}"},
            timeout=5,
        )
        assert answer.status_code == 200
        assert documents(server.url) == []


def test_two_companies_have_two_ids() -> None:
    with serve("quickbooks_online", company="One") as one:
        with serve("quickbooks_online", company="Two") as two:
            ids = {each.face.ledger.company.id for each in (one, two)}
    assert len(ids) == 2


@pytest.mark.parametrize("slug", ["nothing", "ledger", "../x", "Face", "__init__"])
def test_only_faces_are_platforms(slug: str) -> None:
    with pytest.raises(UnknownPlatform):
        serve(slug)
