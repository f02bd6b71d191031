"""A file of real documents through a platform's practice ledger, by commands alone.

    python -m benchmarks.month FILE [PLATFORM ...] [--batch N] [--own-life]

For each platform: import, link, sync twice, reconcile, in a state folder that is thrown
away, and one line of figures. `equal` compares what the ledger holds, straight from its
core, with what FinSync says it sent. A platform that works by files gets its files in
place of a sync: each is carried to the practice importer, and settled by what that
answers. It measures and judges nothing: not a test.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors import registry
from connectors.files import FileConnector

ROOT = Path(__file__).resolve().parent.parent
LAYOUT = ("--layout", "online-retail", "--walk-in", "Counter", "--mark-sent")
QUIET = {"FINSYNC_MODE": "practice", "FINSYNC_IN_DOUBT_QUIET": "1"}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("platforms", nargs="*")
    parser.add_argument("--batch", type=int, default=30)
    parser.add_argument("--own-life", action="store_true", help="not --empty")
    options = parser.parse_args(arguments)
    for platform in options.platforms or api_platforms():
        with tempfile.TemporaryDirectory(prefix="finsync-month-") as folder:
            print(json.dumps(Month(platform, Path(folder), options).run()), flush=True)
    return 0


def api_platforms() -> list[str]:
    return [
        slug
        for slug in registry.slugs()
        if not registry.connector_class(slug).capabilities.files
    ]


class Month:
    def __init__(
        self, platform: str, folder: Path, options: argparse.Namespace
    ) -> None:
        self.platform = platform
        self.options = options
        self.folder = folder
        self.by_files = registry.connector_class(platform).capabilities.files
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FINSYNC_")},
            **QUIET,
            "FINSYNC_STATE": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/month.sqlite3",
        }

    def run(self) -> dict[str, Any]:
        began = time.monotonic()
        self.manage("migrate", "-v0", json_wanted=False)
        empty = [] if self.options.own_life else ["--empty"]
        with subprocess.Popen(
            self.command("practice", self.platform, *empty),
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        ) as ledger:
            try:
                first = next(iter(ledger.stdout or ()))
                url = json.loads(first)["url"]
                figures = self.carry(url) if self.by_files else self.work(url)
            finally:
                ledger.terminate()
        return figures | {"seconds": round(time.monotonic() - began, 1)}

    def work(self, url: str) -> dict[str, Any]:
        named = ("--connection", "books")
        before = held(url)
        self.manage("connect", self.platform, "--name", "books", "--practice", url)
        taken = self.manage("import_documents", str(self.options.file), *LAYOUT)
        linked = self.manage("link_contacts", *named, "--exact", "--create-missing")
        batch = ("--batch", str(self.options.batch))
        sent = self.manage("sync", *named, *batch)
        again = self.manage("sync", *named, *batch)
        books = self.manage("reconcile", *named)
        after = held(url)
        count, total = after[0] - before[0], after[1] - before[1]
        amount = Decimal(sent["amount_sent"].get("GBP", "0"))
        return {
            "platform": self.platform,
            "imported": taken["created"],
            "customers": linked["created"],
            "sent": sent["sent"],
            "by_status_code": sent["by_status_code"],
            "requests_per_document": round(sent["http_requests"] / sent["sent"], 3),
            "statements_per_document": round(sent["sql_statements"] / sent["sent"], 2),
            "sync_seconds": round(sent["seconds"], 1),
            "sent_again": again["sent"],
            "in_the_ledger": count,
            "equal": total == amount,
            "off_by": str(total - amount),
            "verdicts": {k: v for k, v in books["verdicts"].items() if v},
            "unexplained": books["unexplained"],
        }

    def carry(self, url: str) -> dict[str, Any]:
        """The same by files."""
        named = ("--connection", "books")
        before = held(url)
        self.manage("connect", self.platform, "--name", "books", "--practice", url)
        taken = self.manage("import_documents", str(self.options.file), *LAYOUT)
        lists = self.upload_lists(url)
        began = time.monotonic()
        out = ("--out", str(self.folder / "files"))
        made = self.manage("export_documents", *named, *out)
        seconds = time.monotonic() - began
        told = [self.settle(url, Path(path)) for path in made["paths"]]
        again = self.manage("export_documents", *named, *out)
        books = self.manage("reconcile", *named)
        after = held(url)
        totals = [books[side].get("GBP", "0") for side in ("ours", "theirs")]
        count, total = after[0] - before[0], after[1] - before[1]
        return {
            "platform": self.platform,
            "imported": taken["created"],
            "lists": lists,
            "files": made["files"],
            "exported": made["documents"],
            "by_status_code": made["by_status_code"],
            "export_seconds": round(seconds, 1),
            "confirmed": sum(each["confirmed"] for each in told),
            "refused": sum(each["refused"] for each in told),
            "files_again": again["files"],
            "in_the_ledger": count,
            "held": str(total),
            "totals": totals,
            "verdicts": {k: v for k, v in books["verdicts"].items() if v},
            "unexplained": books["unexplained"],
        }

    def upload_lists(self, url: str) -> int:
        """Those that the program exports, as one does on the first day."""
        count = 0
        connector = registry.connector_class(self.platform)
        assert issubclass(connector, FileConnector)
        for each in connector.lists:
            if content := answered(f"{url}/lists/{each.name}"):
                path = self.folder / each.name
                path.write_bytes(content)
                words = ("--connection", "books", each.name, str(path))
                self.manage("upload_list", *words)
                count += 1
        return count

    def settle(self, url: str, file: Path) -> dict[str, int]:
        """By all that the program says of the import, one after the other."""
        counts = {"confirmed": 0, "refused": 0}
        for path in ("import", "export"):
            answer = answered(f"{url}/{path}", file.read_bytes())
            if not answer:
                continue
            report = file.with_suffix(f".{path}")
            report.write_bytes(answer)
            words = ("--connection", "books", str(file), "--report", str(report))
            told = self.manage("confirm_export", *words)
            for name in counts:
                counts[name] += told[name]
        return counts

    def manage(
        self, name: str, *arguments: str, json_wanted: bool = True
    ) -> dict[str, Any]:
        done = subprocess.run(
            self.command(name, *arguments, *(["--json"] if json_wanted else [])),
            env=self.environment,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        if done.returncode not in (0, 1) or json_wanted and not done.stdout.strip():
            raise SystemExit(f"{self.platform}: {name}: {done.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(done.stdout) if json_wanted else {}
        return found

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]


def held(url: str) -> tuple[int, Decimal]:
    """How many documents the ledger has, and what they add up to, signed."""
    with urllib.request.urlopen(f"{url}/__practice__/documents") as answer:  # noqa: S310 - loopback
        documents = json.load(answer)["documents"]
    return len(documents), sum((Decimal(str(d["gross"])) for d in documents), Decimal())


def answered(url: str, content: bytes | None = None) -> bytes:
    """What the importer answers; nothing where it has no such way."""
    try:
        request = urllib.request.Request(url, content)  # noqa: S310 - loopback
        with closing(urllib.request.urlopen(request)) as answer:  # noqa: S310
            found: bytes = answer.read()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return b""
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
