"""How near a long send comes to the fastest that the vendor's quota allows.

    python -m benchmarks.quota [PLATFORM ...] [--documents N] [--batch N]

The practice ledger counts calls as the vendor does and refuses those over the quota.
The floor is how long the calls that were made have to take: whole windows of the quota,
less the reserve left to people (`vendor_floor_seconds`: without one). Target: 5 %
above it, with nothing failed. Takes two to four minutes a platform. SQLite, unless
DATABASE_URL names another database, which must be empty.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

from benchmarks.webhook import prepare_django
from connectors.capabilities import Quota

# So many that two windows of the quota are used up, and a part of a third.
RUNS = {"quickbooks_online": (1_000, 30), "xero": (235, 2)}
TARGET = 1.05
PAUSE = 0.5


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platforms", nargs="*", default=list(RUNS))
    parser.add_argument("--documents", type=int)
    parser.add_argument("--batch", type=int)
    options = parser.parse_args(arguments)
    kept = True
    with tempfile.TemporaryDirectory(prefix="finsync-quota-") as state:
        prepare_django(state)
        for platform in options.platforms:
            documents, batch = RUNS.get(platform, (200, 5))
            figures = measure(
                platform, options.documents or documents, options.batch or batch
            )
            print(json.dumps(figures), flush=True)
            kept = kept and figures["ratio"] <= TARGET and not figures["failures"]
    return 0 if kept else 1


def measure(platform: str, documents: int, batch: int) -> dict[str, Any]:
    from accounting_links import connecting, gateway, outbox
    from accounting_links.budget import reserve
    from accounting_links.models import Connection, ConnectionKind, SyncItem
    from connectors.practice.runner import serve
    from tests.scenarios.shop import NAME, Shop, invoices

    ConnectionKind.objects.all().delete()
    Connection.objects.filter(name=NAME).update(name=f"Before {platform}")
    with serve(platform, empty=True, limits=True) as server:
        shop = Shop(server.url)
        shop.command("connect", platform, "--practice", server.url, name=True)
        made = invoices(documents)
        shop.link()
        connection = shop.connection
        connection.values = {**connection.values, "practice_limits": "true"}
        connection.save(update_fields=("values",))
        connecting.map_same(connection)
        outbox.mark([each.pk for each in made], connection=connection)
        time.sleep(61)  # what connecting and linking used is given back
        with calls_counted() as calls:
            seconds = send(connection, batch)
        books = shop.numbers()
    quotas = [q for q in gateway.capabilities(connection).quotas if q.seconds]
    at_least = max(
        floor(calls, quota, quota.limit - reserve(quota)) for quota in quotas
    )
    items = SyncItem.objects.filter(connection=connection)
    return {
        "platform": platform,
        "documents": documents,
        "cost_of_calls": sum(calls),
        "floor_seconds": at_least,
        "vendor_floor_seconds": max(floor(calls, q, q.limit) for q in quotas),
        "seconds": round(seconds, 1),
        "ratio": round(seconds / at_least, 3) if at_least else 0.0,
        "failures": items.exclude(state="done").count(),
        "twice": sum(count > 1 for count in books.values()),
        "refused_by_the_vendor": refused(connection),
    }


def send(connection: Any, batch: int) -> float:
    """As a window does it: pass after pass, until nothing waits."""
    from accounting_links.engine import passes
    from accounting_links.models import SyncItem

    began = time.monotonic()
    while SyncItem.objects.open().filter(connection=connection).exists():
        result = passes.run_pass(connection, batch=batch)
        if not result.waiting:
            break
        time.sleep(PAUSE)
    return time.monotonic() - began


@contextmanager
def calls_counted() -> Iterator[list[int]]:
    """What each call cost, in the order in which they left."""
    from accounting_links.budget import SharedBudget

    calls: list[int] = []
    spend = SharedBudget.spend

    @contextmanager
    def counted(self: SharedBudget, *, cost: int = 1) -> Iterator[None]:
        with spend(self, cost=cost):
            calls.append(cost)
            yield

    with mock.patch.object(SharedBudget, "spend", counted):
        yield calls


def floor(calls: Sequence[int], quota: Quota, limit: int) -> float:
    """The last call may leave so many whole windows after the first."""
    return float((sum(calls) - 1) // limit * quota.seconds)


def refused(connection: Any) -> int:
    from accounting_links.models import ExchangeRecord

    found = ExchangeRecord.objects.filter(connection=connection, status=429)
    return int(found.count())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
