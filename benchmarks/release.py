"""How long one fixed mapping takes to release all that waited for it.

    python -m benchmarks.release [DOCUMENTS]

Blocked invoices for want of a nominal code's account, and for want of a tax: each is
mapped by the action that staff use, first for a few and then for all. SQLite, thrown
away, unless DATABASE_URL names another database, which must be empty.
Target: 10,000 in 5 seconds, by as many statements as a few.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from benchmarks.webhook import prepare_django

if TYPE_CHECKING:
    from accounting_links.models import Connection

FEW = 10
TARGET = 5.0  # seconds


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=int, nargs="?", default=10_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="finsync-release-") as state:
        prepare_django(state)
        return measure(options.documents)


def measure(documents: int) -> int:
    from benchmarks.blocked_books import connection

    held = connection()
    kept = [compare(held, name, documents) for name in ("nominal code", "tax")]
    return 0 if all(kept) else 1


def compare(connection: "Connection", name: str, documents: int) -> bool:
    from benchmarks import blocked_books

    fix = {"nominal code": blocked_books.map_code, "tax": blocked_books.map_rate}[name]
    fix(connection)  # once, so that both find the mapping there
    few, _ = released(connection, fix, FEW)
    many, seconds = released(connection, fix, documents)
    print(
        f"One {name} releases {documents} documents in {seconds:.2f} s (target"
        f" {TARGET:.0f} s) by {many} statements; {FEW} take {few}."
    )
    return seconds <= TARGET and few == many


def released(
    connection: "Connection", fix: Callable[["Connection"], object], count: int
) -> tuple[int, float]:
    """Statements and seconds."""
    from accounting_links.engine.tally import counted_statements
    from accounting_links.models import ItemState, SyncItem
    from benchmarks.blocked_books import block

    block(connection, count)
    began = time.monotonic()
    with counted_statements() as counter:
        fix(connection)
    seconds = time.monotonic() - began
    waiting = SyncItem.objects.filter(state=ItemState.WAITING).count()
    if waiting != count:
        raise SystemExit(f"{waiting} of {count} were released.")
    return counter["statements"], seconds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
