"""A small business that works by commands alone against a practice ledger."""

import json
from collections import Counter
from io import StringIO
from typing import Any

import requests
from django.core.management import call_command

from accounting_links.models import Connection, SyncItem
from invoicing.models import Document, DocumentKind, SentHow
from invoicing.services import sending
from tests import factories

NAME = "Books"
TIMEOUT = 20


class Shop:
    def __init__(self, url: str) -> None:
        self.url = url
        self.exit_code = 0

    @property
    def connection(self) -> Connection:
        return Connection.objects.get(name=NAME)

    def command(self, *words: str, name: bool = False) -> dict[str, Any]:
        """What a command prints with `--json`; its exit code is kept."""
        out = StringIO()
        option = "--name" if name else "--connection"
        self.exit_code = 0
        try:
            call_command(*words, option, NAME, "--json", stdout=out, stderr=StringIO())
        except SystemExit as end:
            self.exit_code = int(end.code or 0)
        report: dict[str, Any] = json.loads(out.getvalue())
        return report

    def link(self) -> dict[str, Any]:
        return self.command("link_contacts", "--exact", "--create-missing")

    def sync(self, *words: str) -> dict[str, Any]:
        return self.command("sync", *words)

    def sync_until_done(self, *words: str, rounds: int = 30) -> int:
        """Another pass as long as something waits or is in doubt: what was put off is
        due at once here. Answers how many passes that took."""
        for number in range(1, rounds + 1):
            SyncItem.objects.exclude(next_attempt_at=None).update(next_attempt_at=None)
            report = self.sync(*words)
            if not report["waiting"] and not report["in_doubt"]:
                return number
        raise AssertionError(f"Still not done: {report}")

    def books(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/__practice__/documents", timeout=TIMEOUT)
        rows: list[dict[str, Any]] = answer.json()["documents"]
        return rows

    def numbers(self) -> Counter[str]:
        return Counter(row["number"] for row in self.books())

    def fault(self, **rule: Any) -> None:
        url = f"{self.url}/__practice__/faults"
        answer = requests.post(url, json=rule, timeout=TIMEOUT)
        assert answer.status_code == 201, answer.text

    def fired(self) -> int:
        answer = requests.get(f"{self.url}/__practice__/faults", timeout=TIMEOUT)
        return sum(rule["fired"] for rule in answer.json()["faults"])

    def edit(self, id: str, **fields: Any) -> None:
        url = f"{self.url}/__practice__/documents/{id}"
        answer = requests.patch(url, json=fields, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text


def invoices(count: int, **fields: Any) -> list[Document]:
    """Approved and sent, for a few customers."""
    contacts = [factories.customer() for _ in range(3)]
    made = []
    for number in range(count):
        document = factories.approved(
            DocumentKind.SALES_INVOICE, contact=contacts[number % 3], **fields
        )
        sending.mark_sent(document, SentHow.EMAILED)
        made.append(document)
    return made
