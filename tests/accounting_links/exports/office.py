"""A business whose books are kept by files."""

from typing import Any

import requests

from accounting_links import connecting, outbox
from accounting_links.exports import lists, service
from accounting_links.exports.service import Exported
from accounting_links.models import (
    Connection,
    Environment,
    ExportBatch,
    SyncItem,
    Trigger,
)
from invoicing.models import Document
from tests import factories

PLATFORM = "money_s3"


def books(
    name: str = "Files", *, platform: str = PLATFORM, **values: str
) -> Connection:
    connection = Connection(
        name=name,
        platform=platform,
        environment=Environment.PRACTICE,
        trigger=Trigger.MANUAL,
        values=values,
    )
    connecting.connect_practice(connection, credentials={}, actor=None)
    return connection


def with_lists(url: str) -> Connection:
    """A program that takes customers by files; its accounts and tax codes are known by
    uploads."""
    made = books(platform="accountedge", deposit_account="1200", longest_number="20")
    factories.line()  # the codes that documents have
    for name in ("accounts", "tax_codes"):
        lists.take(made, name, list_of(url, name), actor=None)
    return made


def order(**fields: Any) -> Document:
    """Won, of one product and one piece of work."""
    part = factories.line(10, text="Filter", product=factories.product())
    return factories.won_order(lines=[part, factories.line(90)], **fields)


def export(connection: Connection, *documents: Document, **options: Any) -> Exported:
    """Those alone, or all that may go."""
    if documents:
        outbox.mark([each.pk for each in documents], connection=connection)
    else:
        outbox.mark_eligible(connection)
    options.setdefault("actor", None)
    return service.export(connection, only=[d.pk for d in documents], **options)


def batches(connection: Connection, *documents: Document) -> list[ExportBatch]:
    """All files that come of them, when nothing stands against any."""
    made = export(connection, *documents)
    assert made.result.blocked == 0
    return made.batches


def exported(connection: Connection, *documents: Document) -> ExportBatch:
    """The one file that they stand in."""
    (batch,) = export(connection, *documents).batches
    return batch


def item_of(document: Document) -> SyncItem:
    found: SyncItem = document.sync_items.order_by("-pk")[0]
    return found


def imported(url: str, batch: ExportBatch) -> bytes:
    """What the practice importer reports of the file."""
    return _posted(f"{url}/import", batch)


def listed(url: str, batch: ExportBatch) -> bytes:
    """What one exports from the program to see whether the file is there."""
    return _posted(f"{url}/export", batch)


def list_of(url: str, name: str) -> bytes:
    answer = requests.get(f"{url}/lists/{name}", timeout=20)
    assert answer.status_code == 200
    return answer.content


def _posted(url: str, batch: ExportBatch) -> bytes:
    answer = requests.post(url, data=bytes(batch.content), timeout=20)
    assert answer.status_code in (200, 204)
    return answer.content
