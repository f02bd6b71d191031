"""How far a reconciliation is, for the page and for the sweep."""

import time

from django.utils import timezone

from accounting_links.models import Reconciliation, ReconciliationState

EVERY = 1.0  # seconds


class Progress:
    """Written at most once a second."""

    def __init__(self, reconciliation_id: int) -> None:
        self.running = Reconciliation.objects.filter(
            pk=reconciliation_id, state=ReconciliationState.RUNNING
        )
        self.handled = 0
        self.written = time.monotonic()

    def moved(self, count: int) -> None:
        self.handled += count
        if time.monotonic() - self.written >= EVERY:
            self._write()

    def say(self, stage: str) -> None:
        self.handled = 0
        self._write(stage=stage)

    def _write(self, **fields: str) -> None:
        self.written = time.monotonic()
        self.running.update(handled=self.handled, moved_at=timezone.now(), **fields)
