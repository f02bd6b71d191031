"""How many requests a poll takes when nothing has changed.

    python -m benchmarks.polling [DOCUMENTS] [PLATFORM ...]

As many open invoices are in the practice ledger and linked here. The first poll of a
platform only sets its cursor; the one after it may have to look around once; those
after that are what every hour costs. Target: 3 requests, token calls included. SQLite,
unless DATABASE_URL names another database, which must be empty.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.webhook import prepare_django

PLATFORMS = (
    *("quickbooks_online", "xero", "netsuite_rest", "netsuite_soap"),
    "dynamics_365",
)
POLLS = 4
TARGET = 3


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=int, nargs="?", default=10_000)
    parser.add_argument("platforms", nargs="*")
    options = parser.parse_args(arguments)
    kept = True
    with tempfile.TemporaryDirectory(prefix="finsync-polling-") as state:
        prepare_django(state)
        for platform in options.platforms or PLATFORMS:
            figures = measure(platform, options.documents)
            print(json.dumps(figures), flush=True)
            kept = kept and max(figures["requests"][2:]) <= TARGET
    return 0 if kept else 1


def measure(platform: str, documents: int) -> dict[str, Any]:
    from accounting_links.models import Connection, ConnectionKind
    from accounting_links.polling import poll
    from benchmarks.open_books import Books, fill
    from tests.scenarios.shop import NAME, Shop

    ConnectionKind.objects.all().delete()
    Connection.objects.filter(name=NAME).update(name=f"Before {platform}")
    books = Books(platform)
    with books as server:
        shop = Shop(server.url)
        shop.command("connect", platform, "--practice", server.url, name=True)
        fill(shop.connection, server.face.ledger, documents)
        books.age()
        began, found = time.monotonic(), []
        for _ in range(POLLS):
            found.append(poll(shop.connection))
        seconds = time.monotonic() - began
    return {
        "platform": platform,
        "open_documents": documents,
        "requests": [each.http_requests for each in found],
        "changed": sum(each.changed for each in found),
        "target": TARGET,
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
