import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TARGETS = (
    "setup demo up test lint format types imports migrations docs-check screenshots"
    " lock"
).split()


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_is_there(target: str) -> None:
    command = ["make", "--dry-run", "--no-print-directory", target]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip()


def test_ci_runs_the_checks_of_the_makefile() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    called = set(re.findall(r"make --no-print-directory ([\w-]+)", script))
    wanted = {"setup", "test", "lint", "types", "imports", "migrations", "docs-check"}
    wanted |= {"clients-setup", "clients"}
    assert called == wanted
    assert "FINSYNC_REQUIRE_SERVICES=1" in script
    assert "FINSYNC_REQUIRE_SPECS=1" in script


def test_ci_can_be_run() -> None:
    path = ROOT / ".ci" / "run"
    assert os.access(path, os.X_OK)
    assert subprocess.call(["bash", "-n", str(path)]) == 0


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.findall(r"^[\w.\[\],-]+==\S+.*?(?=^\S|\Z)", text, flags=re.M | re.S)
    assert len(pins) > 30
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert not re.search(r"https?://|index-url", text.replace("via ", ""))
