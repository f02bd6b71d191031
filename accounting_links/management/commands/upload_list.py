from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounting_links.exports import lists
from accounting_links.management.connections import (
    add_connection,
    named,
    told_to_people,
)
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse


class Command(ReportingCommand):
    help = (
        "Takes in a list that somebody exported from a program that works by files:"
        " customers, accounts, or how its own files are laid out."
    )

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument("list", help="which list; a wrong name tells all of them")
        parser.add_argument("file", type=Path)

    def work(self, options: dict[str, Any]) -> Outcome:
        connection = named(options["name"])
        try:
            content = options["file"].read_bytes()
        except OSError as problem:
            raise WrongUse(
                f"{options['file']} cannot be read ({problem.strerror})."
            ) from problem
        with told_to_people():
            taken = lists.take(connection, options["list"], content, actor=None)
        return Outcome(
            {
                "records": taken.records,
                "settings": taken.settings,
                "linked": taken.linked,
                "confirmed": taken.confirmed,
                "mapped": taken.mapped,
            },
            needs_person=False,
        )
