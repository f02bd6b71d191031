"""A practice ledger as its own process, the way `manage.py practice` starts it.

Runs in FinSync's own environment; this suite's has none of FinSync's packages.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
STOP_SECONDS = 20
READ_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Practice:
    """Where it answers, and what its credentials file holds."""

    url: str
    told: dict[str, Any]

    @property
    def sample(self) -> dict[str, str]:
        """Ids of ready records, as the vendor's API writes them."""
        found: dict[str, str] = self.told["sample"]
        return found

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def in_the_books(self, number: str) -> dict[str, Any]:
        """The one document of that number, straight from the ledger core."""
        with urlopen(  # noqa: S310 - loopback
            f"{self.url}/__practice__/documents", timeout=READ_SECONDS
        ) as answer:
            rows = json.load(answer)["documents"]
        (found,) = [row for row in rows if row["number"] == number]
        return {**found, "gross": Decimal(found["gross"])}


@contextmanager
def running(slug: str, state: Path) -> Iterator[Practice]:
    """Serves until the block ends; fails when it does not end by itself then."""
    command = [str(PYTHON), "manage.py", "practice", slug]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"FINSYNC_STATE": str(state)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            line = process.stdout.readline()
            assert line, f"manage.py practice {slug} said nothing"
            first = json.loads(line)
            told = json.loads(Path(first["credentials"]).read_text())
            yield Practice(first["url"], told)
        finally:
            process.terminate()
            code = process.wait(STOP_SECONDS)
    assert code == 0, f"manage.py practice {slug} ended with {code}"
