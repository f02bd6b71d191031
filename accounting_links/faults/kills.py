"""Strikes with a real kill -9 of worker processes."""

import multiprocessing
import signal
import time
from dataclasses import replace
from multiprocessing.context import ForkServerProcess

from django.db import connection as database

from accounting_links.faults import worker
from accounting_links.faults.cases import Case
from accounting_links.faults.judge import settled
from accounting_links.faults.office import Office, Scene
from accounting_links.faults.rounds import PASSES, fired, lay_rules, skip_waits

# A worker that takes longer hangs.
LONGEST_WORK = 60.0
USUAL_WORK = 0.6


def prepare() -> None:
    """The fork server starts with the first process: before any thread does."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])


def strike_at_point(office: Office, case: Case, scene: Scene) -> bool:
    """The process ends itself, with SIGKILL, at the case's point."""
    lay_rules(office, case)
    for number in range(PASSES):
        # Mishaps befall the first worker alone.
        of_this = replace(case, mishaps=case.mishaps if number == 0 else ())
        if _ended_by_kill(_start(office, of_this)):
            return True
        if settled(office, scene):
            return False
        skip_waits(office)
    return False


def strike_at_random(office: Office, case: Case, scene: Scene) -> bool:
    """It is killed from outside, at any moment of its work, beside the rules."""
    lay_rules(office, case)
    if case.copies > 1:
        office.tell(scene, case.copies)
    processes = [_start(office, case) for _ in range(case.workers)]
    time.sleep(office.chance.uniform(0.05, USUAL_WORK))
    victim = processes[0]
    victim.kill()
    for process in processes:
        process.join(LONGEST_WORK)
    return victim.exitcode == -signal.SIGKILL or fired(office)


def _start(office: Office, case: Case) -> ForkServerProcess:
    database.close()
    context = multiprocessing.get_context("forkserver")
    process = context.Process(
        target=worker.run,
        args=(office.connection.pk, replace(case, rules=())),
        daemon=True,
    )
    process.start()
    return process


def _ended_by_kill(process: ForkServerProcess) -> bool:
    process.join(LONGEST_WORK)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError("A worker of the fault matrix hangs.")
    return process.exitcode == -signal.SIGKILL
