"""What the supervisor does again and again, each at its own interval."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Duty:
    name: str
    every: float  # seconds
    action: Callable[[], object]
    due_at: float = 0.0


def perform(duties: list[Duty], *, clock: Callable[[], float] = time.monotonic) -> None:
    """Performs those that are due; one that fails does not hold up the others."""
    for duty in duties:
        if clock() < duty.due_at:
            continue
        duty.due_at = clock() + duty.every
        try:
            duty.action()
        except Exception:  # the loop must outlive any of them
            log.exception("The supervisor could not %s; it will try again.", duty.name)
        finally:
            close_old_connections()
