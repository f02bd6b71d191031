import datetime as dt
import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounting_links import connecting, outbox, triggers
from accounting_links.engine import claim, passes, tally
from accounting_links.engine.tally import PassResult
from accounting_links.management.connections import (
    add_connection,
    at_least,
    named,
    told_to_people,
)
from accounting_links.models import Connection
from invoicing.management.reporting import Outcome, ReportingCommand

# Between two looks of a window at what is due by then.
PAUSE = 2.0


class Command(ReportingCommand):
    help = (
        "Marks what the connection may have and never had (approved, from the go-live"
        " date on, of a kind that it serves) and what changed since it was sent; then"
        " makes one pass over all that waits, or an Auto Sync window, in this process."
    )

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument(
            "--limit",
            type=at_least(0),
            default=0,
            metavar="N",
            help="so many documents at most (0: no limit)",
        )
        parser.add_argument(
            "--batch",
            type=at_least(1),
            metavar="N",
            help="so many at a time (left out: as the connection says)",
        )
        parser.add_argument(
            "--window",
            type=at_least(1),
            metavar="MINUTES",
            help="go on with what becomes due, so long",
        )
        parser.add_argument(
            "--check-only",
            action="store_true",
            help="find out what stands against them, and send nothing",
        )
        parser.add_argument(
            "--marked-only",
            action="store_true",
            help="mark nothing: only what waits already",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        connection = named(options["name"])
        with told_to_people(), tally.counted_statements() as statements:
            if not options["marked_only"]:
                self._mark(connection)
            result = self._run(connection, options)
        # Marking costs statements too.
        result.sql_statements = statements["statements"]
        if result.message:
            self.say(result.message)
        return Outcome(result.as_json(), needs_person=result.needs_a_person)

    def _mark(self, connection: Connection) -> None:
        connecting.map_same(connection)
        triggers.read(connection)
        marked = outbox.mark_eligible(connection, why="sync command").marked
        self.say(f"{marked:,} documents were put on the list of {connection}")

    def _run(self, connection: Connection, options: dict[str, Any]) -> PassResult:
        minutes = options["window"]
        if not minutes:
            return self._pass(connection, options)
        ends_at = timezone.now() + dt.timedelta(minutes=minutes)
        result = self._pass(connection, options, deadline=ends_at)
        while timezone.now() < ends_at and not _spent(result, options):
            time.sleep(PAUSE)
            if _has_work(connection):
                later = self._pass(connection, options, deadline=ends_at, so_far=result)
                result.add(later)
        return result

    def _pass(
        self,
        connection: Connection,
        options: dict[str, Any],
        *,
        deadline: dt.datetime | None = None,
        so_far: PassResult | None = None,
    ) -> PassResult:
        limit = options["limit"]
        return passes.run_pass(
            connection,
            limit=max(1, limit - _gone(so_far)) if limit else 0,
            batch=options["batch"] or connection.batch_size,
            check_only=options["check_only"],
            deadline=deadline,
        )

    def for_people(self, report: Mapping[str, Any]) -> Sequence[str]:
        done = report["sent"] + report["adopted"]
        lines = list(super().for_people(report))
        if done:
            each = f"{report['http_requests'] / done:.3f} HTTP requests and"
            lines.append(
                f"per document: {each}"
                f" {report['sql_statements'] / done:.2f} SQL statements"
            )
        return lines


def _gone(result: PassResult | None) -> int:
    return result.sent + result.adopted if result else 0


def _spent(result: PassResult, options: dict[str, Any]) -> bool:
    limit = options["limit"]
    return bool(limit) and _gone(result) >= limit


def _has_work(connection: Connection) -> bool:
    return claim.due(connection).exists() or claim.doubts(connection).exists()
