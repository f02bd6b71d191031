import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READ = re.compile(
    r"(?:text|secret|words|boolean|choice|folder|currency|time_zone|base_url|ledgers|"
    r"whole_number|secret_key|field_keys)\(\s*\"([A-Z_]+)\""
)


def test_each_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text().split("## Of the tests")[0]
    documented = re.findall(r"^\| `(\w+)`", page, flags=re.M)
    read = READ.findall((ROOT / "finsync_site" / "settings.py").read_text())
    assert sorted(documented) == sorted(set(read))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FINSYNC_MODE", "demo", "FINSYNC_MODE is unknown: 'demo'."),
        ("DATABASE_URL", "mysql://me:hunter2@db/x", "DATABASE_URL names no database"),
        ("FINSYNC_DEBUG", "perhaps", "FINSYNC_DEBUG is neither true nor false"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    answer = start({"FINSYNC_STATE": str(tmp_path), name: value})
    assert answer.returncode == 1
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "hunter2" not in answer.stderr


def test_debug_in_a_live_installation_stops_the_start(tmp_path: Path) -> None:
    live = {"FINSYNC_STATE": str(tmp_path), "FINSYNC_MODE": "live"}
    answer = start(live | {"FINSYNC_DEBUG": "true"})
    assert answer.returncode == 1
    assert "FINSYNC_DEBUG is on in a live installation" in answer.stderr


def test_everything_that_is_written_is_in_the_state_folder(tmp_path: Path) -> None:
    before = {path.name for path in ROOT.iterdir()}
    state = tmp_path / "state"
    environment = {"FINSYNC_STATE": str(state)}
    assert start(environment, "migrate", "--verbosity", "0").returncode == 0
    assert {path.name for path in ROOT.iterdir()} == before
    assert (state / "finsync.sqlite3").exists()
    assert (state / "keys").stat().st_mode & 0o777 == 0o700


def start(
    environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", *(arguments or ("check",))]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True
    )
