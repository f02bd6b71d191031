from typing import Any

from django.core.management.base import CommandParser

from accounting_links import polling
from accounting_links.management.connections import (
    a_time,
    add_connection,
    named,
    told_to_people,
)
from invoicing.management.reporting import Outcome, ReportingCommand


class Command(ReportingCommand):
    help = "Brings statuses and payments back from the platform."

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument(
            "--since",
            type=a_time,
            metavar="TIME",
            help="look back to then (left out: to the last poll)",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        connection = named(options["name"])
        with told_to_people():
            result = polling.poll(connection, since=options["since"])
        if result.busy:
            self.say("Another poll of that connection is under way; nothing was done.")
        report = {
            "changed": result.changed,
            "payments": result.payments,
            "http_requests": result.http_requests,
        }
        return Outcome(report, needs_person=False)
