from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounting_links import gateway
from accounting_links.management.connections import (
    add_connection,
    named,
    told_to_people,
)
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse


class Command(ReportingCommand):
    help = "Writes the import files of a platform that works by files."

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument(
            "--out", type=Path, metavar="FOLDER", help="where the files are written"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        connection = named(options["name"])
        with told_to_people():
            connector = gateway.connector_class(connection)
        if not connector.capabilities.files:
            raise WrongUse(
                f"{connector.label} takes documents directly, not by files: use"
                f" `manage.py sync --connection {connection.name}`."
            )
        raise WrongUse(f"{connector.label} has no file layout in this version.")
