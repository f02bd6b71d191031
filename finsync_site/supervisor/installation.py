"""The processes of an installation, put together for `up` and `demo`."""

import datetime as dt
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings

from finsync_site.supervisor import commands, engine, housekeeping
from finsync_site.supervisor.duties import Duty
from finsync_site.supervisor.process import Child, Reaper
from finsync_site.supervisor.supervisor import Supervisor, answers
from finsync_site.supervisor.watchdog import Watchdog

# A task takes 30 seconds at most; what is asked to end may finish it.
CLUSTER_GRACE = 35.0
EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104  # compared with, not bound to

log = logging.getLogger(__name__)


def supervise(
    *,
    host: str,
    port: int,
    when_web_answers: Callable[[], None],
    extra: Sequence[tuple[str, list[str]]] = (),
) -> None:
    """Runs web, cluster and extra commands until it is told to end."""
    reaper = Reaper()
    web = child("web", commands.web(host=host, port=port), reaper=reaper)
    cluster = child("cluster", commands.cluster(), reaper=reaper, grace=CLUSTER_GRACE)
    others = [child(name, command, reaper=reaper) for name, command in extra]
    probed = "127.0.0.1" if host in EVERYWHERE else host
    Supervisor(
        children=[*others, web, cluster],
        duties=duties(cluster),
        reaper=reaper,
        web_answers=lambda: web.running and answers(host=probed, port=port),
        when_web_answers=when_web_answers,
    ).run()


def child(
    name: str, command: list[str], *, reaper: Reaper, grace: float = 10.0
) -> Child:
    return Child(
        name=name,
        command=command,
        log_file=settings.FINSYNC_STATE / "logs" / f"{name}.log",
        reaper=reaper,
        environment={
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "PYTHONUNBUFFERED": "1",
        },
        folder=Path(settings.BASE_DIR),
        grace=grace,
    )


def duties(cluster: Child) -> list[Duty]:
    watch = ClusterWatch(cluster)
    return [
        Duty(name="sweep the outbox", every=10, action=engine.sweep),
        Duty(name="ask for a heartbeat", every=15, action=engine.ask_for_heartbeat),
        Duty(name="watch the task cluster", every=2, action=watch.look),
        Duty(name="tidy up", every=3600, action=housekeeping.tidy),
    ]


class ClusterWatch:
    def __init__(self, cluster: Child) -> None:
        self.cluster = cluster
        self.watchdog = Watchdog(
            last_sign=engine.SignsOfLife(),
            silence=dt.timedelta(seconds=settings.FINSYNC_CLUSTER_SILENCE),
        )
        self._watched_pid: int | None = None

    def look(self) -> None:
        if self._watched_pid != self.cluster.pid:
            self._watched_pid = self.cluster.pid
            self.watchdog.cluster_started()
        if not self.watchdog.cluster_hangs():
            return
        log.error(
            "The task cluster (process group %s) gave no sign of life for %s"
            " seconds; it is ended and started anew.",
            self.cluster.pid,
            settings.FINSYNC_CLUSTER_SILENCE,
        )
        self.cluster.start_anew()
