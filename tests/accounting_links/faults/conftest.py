import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from accounting_links.engine import crash_points
from accounting_links.faults import messages, mishaps
from accounting_links.faults.office import Office
from connectors.practice.runner import serve


@pytest.fixture(autouse=True)
def no_quiet_time(settings: Any) -> None:
    settings.FINSYNC_IN_DOUBT_QUIET = 0


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    crash_points.disarm()
    mishaps.over()


@pytest.fixture
def open_office(db: None) -> Iterator[Callable[[str], Office]]:
    """Makes the office of a platform; its practice ledger ends with the test."""
    with ExitStack() as stack:

        def made(platform: str) -> Office:
            stack.enter_context(messages.in_own_form(platform))
            server = stack.enter_context(serve(platform, empty=True))
            return Office(server, random.Random(1))

        yield made
