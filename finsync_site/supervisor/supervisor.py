"""Keeps an installation's processes running, and ends them all when it ends."""

import http.client
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from finsync_site.supervisor.duties import Duty, perform
from finsync_site.supervisor.process import Child, Reaper

TICK = 0.5


@dataclass(kw_only=True)
class Supervisor:
    children: Sequence[Child]
    duties: list[Duty]
    reaper: Reaper
    web_answers: Callable[[], bool]
    when_web_answers: Callable[[], None]
    _signals: int = field(default=0, init=False)

    def run(self) -> None:
        """Returns after SIGINT, SIGTERM or SIGHUP, when every process is gone."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count_signal)
        announced = False
        try:
            while not self._signals:
                for child in self.children:
                    child.keep_running()
                perform(self.duties)
                if not announced and self.web_answers():
                    self.when_web_answers()
                    announced = True
                time.sleep(TICK)
        finally:
            self.end_all()

    def end_all(self) -> None:
        """Asks all at once and waits for each one's grace; a second signal ends it."""
        for child in self.children:
            child.ask_to_end()
        asked_at, asked = time.monotonic(), self._signals
        while self._signals <= asked and any(
            child.running and time.monotonic() - asked_at < child.grace
            for child in self.children
        ):
            time.sleep(0.05)
        for child in self.children:
            child.end(at_once=True)
        self.reaper.close()

    def _count_signal(self, number: int, frame: FrameType | None) -> None:
        # No more than this: the loop may hold any lock at this moment.
        self._signals += 1


def answers(*, host: str, port: int) -> bool:
    """Whether anything speaks HTTP there, whatever it says."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz/live")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
