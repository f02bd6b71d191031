"""How fast a platform's message is kept and answered, and what a repeated one does.

    python -m benchmarks.webhook [DELIVERIES] [--copies N] [--threads N]

Deliveries are signed as Intuit signs them, and go over HTTP to the web server that
`manage.py up` starts, from several senders at once. Theirs is a practice QuickBooks
company. SQLite, unless DATABASE_URL names another database, which must be empty.
Nothing is asserted about time.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from accounting_links.models import Connection, DocumentLink

SECRET = "verifier-of-the-benchmark"  # noqa: S105  # of this benchmark alone
TARGET = 50  # milliseconds


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as state:
        prepare_django(state)
        measure(options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deliveries", type=int, nargs="?", default=2_000)
    parser.add_argument("--copies", type=int, default=1_000)
    parser.add_argument("--senders", type=int, default=2)
    return parser.parse_args()


def prepare_django(state: str) -> None:
    os.environ |= {
        "FINSYNC_STATE": state,
        "FINSYNC_MODE": "practice",
        "DATABASE_URL": os.environ.get("DATABASE_URL")
        or f"sqlite:///{state}/benchmark.sqlite3",
        "DJANGO_SETTINGS_MODULE": "finsync_site.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(options: argparse.Namespace) -> None:
    from connectors.practice.runner import serve

    with serve("quickbooks_online", empty=True) as ledger, web_server() as site:
        link = one_invoice(ledger.url)
        sender = Sender(site, link.connection, options.senders)
        sender.send_all([told(link, number) for number in range(50)])  # warms up
        different = [told(link, 50 + number) for number in range(options.deliveries)]
        report("Different deliveries", sender.send_all(different))
        settle(link.connection)
        change(ledger.url, link)
        same = sender.send_all([told(link, -1)] * options.copies)
        report("The same delivery again and again", same)
        effects(link.connection)


@contextmanager
def web_server() -> Iterator[str]:
    from finsync_site.supervisor import commands

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(commands.web(host="127.0.0.1", port=port))
    site = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{site}/healthz/live")
        yield site
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str) -> None:
    for _ in range(120):
        try:
            requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.25)
        else:
            return
    raise SystemExit("The web server did not start.")


def one_invoice(url: str) -> "DocumentLink":
    """Sent there, with webhooks switched on."""
    from accounting_links.actions.change_webhooks import keep_secret
    from accounting_links.actions.switch_webhooks import switch_on
    from accounting_links.models import DocumentLink
    from tests.scenarios.shop import Shop, invoices

    shop = Shop(url)
    shop.command("connect", "quickbooks_online", "--practice", url, name=True)
    invoices(1)
    shop.link()
    shop.sync()
    switch_on(shop.connection)
    keep_secret(shop.connection, SECRET)
    return DocumentLink.objects.select_related("connection").get()


def told(link: "DocumentLink", number: int) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"event-{number}",
        "type": "qbo.invoice.updated.v1",
        "time": "2099-01-01T00:00:00Z",
        "intuitentityid": link.external_id,
        "intuitaccountid": link.connection.organisation_id,
    }
    return json.dumps([event]).encode()


class Sender:
    """Each of its threads keeps a connection of its own, as a vendor does."""

    def __init__(self, site: str, connection: "Connection", threads: int) -> None:
        key = connection.webhook_endpoint.secrets["key"]
        self.address = f"{site}/hooks/{key}/"
        self.threads = threads
        self.own = threading.local()

    def send_all(self, bodies: list[bytes]) -> list[float]:
        """Milliseconds that each took."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(self.send, bodies))

    def send(self, body: bytes) -> float:
        if not hasattr(self.own, "session"):
            self.own.session = requests.Session()
        made = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
        headers = {"intuit-signature": base64.b64encode(made).decode()}
        started = time.perf_counter()
        answer = self.own.session.post(
            self.address, data=body, headers=headers, timeout=60
        )
        took = (time.perf_counter() - started) * 1000
        assert answer.status_code == 200, answer.status_code
        return float(took)


def report(title: str, times: list[float]) -> None:
    cut = statistics.quantiles(times, n=100)
    print(
        f"{title}: {len(times)}; p50 {cut[49]:.1f} ms, p99 {cut[98]:.1f} ms, "
        f"slowest {max(times):.1f} ms (target: p99 {TARGET} ms)"
    )


def settle(connection: "Connection") -> None:
    from accounting_links.models import WebhookDelivery

    started = time.perf_counter()
    handle(connection)
    count = WebhookDelivery.objects.count()
    print(f"Handled: {count} in {time.perf_counter() - started:.1f} s")


def handle(connection: "Connection") -> None:
    from datetime import timedelta

    from django.utils import timezone

    from accounting_links.webhooks import handling

    handling.handle(connection.pk, deadline=timezone.now() + timedelta(minutes=10))


def change(url: str, link: "DocumentLink") -> None:
    """As a person does it over there."""
    from tests.scenarios.shop import Shop

    Shop(url).edit(link.external_id, gross="77.00")


def effects(connection: "Connection") -> None:
    from accounting_links.models import WebhookDelivery
    from invoicing.models import Event

    handle(connection)
    row = WebhookDelivery.objects.latest("pk")
    rows = WebhookDelivery.objects.filter(pk__gte=row.pk).count()
    edits = Event.objects.filter(verb="books.edited").count()
    print(f"{row.copies + 1} identical deliveries: {rows} row, {edits} effect.")
    print(f"It says: {row.sentence}")


if __name__ == "__main__":
    main()
