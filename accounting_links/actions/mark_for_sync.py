"""Puts documents on the list of what is to be sent, and takes them off it."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db.models import QuerySet

from accounting_links import outbox
from accounting_links.actions.base import require
from accounting_links.models import Connection, SyncItem
from accounting_links.outbox import MarkResult
from accounting_links.permissions import SYNC
from invoicing.models import Document


def mark_for_sync(
    documents: Iterable[int] | QuerySet[Document],
    *,
    connection: Connection | None = None,
    actor: User | None = None,
) -> MarkResult:
    require(actor, SYNC)
    return outbox.mark(documents, connection=connection, actor=actor)


def take_off(items: QuerySet[SyncItem], *, actor: User | None = None) -> int:
    """Those of which nobody knows whether they arrived stay."""
    require(actor, SYNC)
    return outbox.unmark(items, actor=actor)
