"""Keeps requests and answers, a bulk insert at a time."""

import datetime as dt
import logging
import uuid

from django.db import DatabaseError
from django.utils import timezone

from accounting_links.models import ExchangeRecord
from connectors.services import Exchange

KEPT = dt.timedelta(days=90)
BUFFERED = 50
PRUNED_AT_ONCE = 1000

log = logging.getLogger(__name__)


class StoredExchanges:
    """The exchange log of one worker. `requests` counts calls, token calls included.
    What is buffered is written by `flush`, which callers give a moment without an open
    transaction; a failed call is written at once, since it may be the last."""

    def __init__(self, connection_id: int) -> None:
        self.connection_id = connection_id
        self.requests = 0
        self._buffer: list[ExchangeRecord] = []

    def record(self, exchange: Exchange) -> str:
        self.requests += 1
        reference = uuid.uuid4().hex
        self._buffer.append(self._row(exchange, reference))
        if exchange.failure or len(self._buffer) >= BUFFERED:
            self.flush()
        return reference

    def flush(self) -> None:
        rows, self._buffer = self._buffer, []
        if not rows:
            return
        try:
            ExchangeRecord.objects.bulk_create(rows)
        except DatabaseError:
            # A lost record must not turn a send that arrived into one that failed.
            log.exception("%s exchanges could not be kept.", len(rows))

    def _row(self, exchange: Exchange, reference: str) -> ExchangeRecord:
        return ExchangeRecord(
            connection_id=self.connection_id,
            reference=reference,
            operation=exchange.operation[:60],
            method=exchange.method[:10],
            url=exchange.url[:1000],
            request=exchange.request,
            status=exchange.status,
            answer=exchange.answer,
            seconds=exchange.seconds,
            failure=exchange.failure[:300],
        )


def prune(*, now: dt.datetime | None = None) -> int:
    """Takes away what is older than is kept, in portions that hold no lock for long."""
    before = (now or timezone.now()) - KEPT
    old = ExchangeRecord.objects.filter(at__lt=before).order_by("pk")
    pruned = 0
    while ids := list(old.values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        pruned += ExchangeRecord.objects.filter(pk__in=ids).delete()[0]
    return pruned
