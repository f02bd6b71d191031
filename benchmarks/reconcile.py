"""How well, how fast and how big a reconciliation is, with planted differences.

    python -m benchmarks.reconcile [DOCUMENTS] [--differences N] [--strangers N]

Our side is built in a database of its own, by another process; theirs is made page by
page as it is asked for. Measured is the whole run, from the first page to the last row
that was kept, and the writing of the XLSX. Nothing is asserted about time.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounting_links.models import Reconciliation
    from benchmarks.planted_books import Plan, PlannedBooks


def main() -> None:
    options = arguments()
    if options.build:
        prepare_django(options.build)
        build(options)
        return
    with tempfile.TemporaryDirectory() as state:
        here = [sys.executable, "-m", "benchmarks.reconcile", *sys.argv[1:]]
        subprocess.run([*here, "--build", state], check=True)
        prepare_django(state)
        measure(options, Path(state))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=int, nargs="?", default=5_000)
    parser.add_argument("--differences", type=int, default=1_000)
    parser.add_argument("--strangers", type=int, default=5_000)
    parser.add_argument("--build", help=argparse.SUPPRESS)
    return parser.parse_args()


def prepare_django(state: str) -> None:
    os.environ |= {
        "FINSYNC_STATE": state,
        "FINSYNC_MODE": "practice",
        "DATABASE_URL": f"sqlite:///{state}/benchmark.sqlite3",
        "DJANGO_SETTINGS_MODULE": "finsync_site.settings",
    }
    import django

    django.setup()


def plan_of(options: argparse.Namespace) -> "Plan":
    from benchmarks.planted_books import Plan

    return Plan(options.documents, options.differences, options.strangers)


def build(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    from benchmarks.our_year import make

    call_command("migrate", verbosity=0)
    make(plan_of(options))


def measure(options: argparse.Namespace, state: Path) -> None:
    from accounting_links.models import Connection
    from accounting_links.reconcile import export, service
    from benchmarks.planted_books import END, START, PlannedBooks

    plan = plan_of(options)
    books = PlannedBooks(plan)
    before = peak()
    with opened(books):
        with timed() as run:
            done = service.run(Connection.objects.get(), start=START, end=END)
    print(f"{plan.documents:,} documents of ours, {plan.strangers:,} never ours")
    judge(done, plan)
    print(f"run: {run[0]}; peak memory {peak():.0f} MB ({before:.0f} before)")
    with timed() as written:
        export.write(done, state / "r.xlsx")
    print(f"XLSX: {written[0]}; peak memory {peak():.0f} MB")
    print(f"requests: {sum(books.requests.values())} {books.requests}")
    whole = done.totals["GBP"]
    print(
        {name: whole[name] for name in ("ours", "theirs", "explained", "unexplained")}
    )


def judge(done: "Reconciliation", plan: "Plan") -> None:
    """Every row against what was planted."""
    rows = done.rows.values_list("document_id", "number", "external_id", "verdict")
    found = {
        (number if document else external_id): verdict
        for document, number, external_id, verdict in rows.iterator()
    }
    wanted = dict(plan.expected())
    right = sum(found.get(key) == verdict for key, verdict in wanted.items())
    print(f"{len(found):,} rows, {done.rows.count():,} kept, {len(wanted):,} wanted")
    print(f"recall {right / len(wanted):.4f}, precision {right / len(found):.4f}")
    print(dict(Counter(found.values())))
    wrong = [key for key, verdict in wanted.items() if found.get(key) != verdict][:5]
    for key in wrong:
        print(f"  {key}: wanted {wanted[key]}, found {found.get(key)}")


@contextmanager
def timed() -> Iterator[list[str]]:
    """By the clock, and of the processor: others may be using the machine too."""
    told: list[str] = []
    clock, processor = time.perf_counter(), time.process_time()
    yield told
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    told.append(f"{clock:.1f} s, {processor:.1f} s of the processor")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def opened(books: "PlannedBooks") -> Iterator[None]:
    """Every connection opens these books meanwhile."""
    from unittest.mock import patch

    from accounting_links import gateway

    @contextmanager
    def open_connector(*args: object, **options: object) -> Iterator["PlannedBooks"]:
        yield books

    with patch.object(gateway, "open_connector", open_connector):
        yield


if __name__ == "__main__":
    main()
