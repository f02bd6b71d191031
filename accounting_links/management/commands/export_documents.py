from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from accounting_links import gateway, outbox, triggers
from accounting_links.exports import disk, service
from accounting_links.exports.service import Exported
from accounting_links.management.connections import (
    add_connection,
    named,
    told_to_people,
)
from accounting_links.models import Connection
from connectors.transport.files import safe_name
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse


class Command(ReportingCommand):
    help = (
        "Marks what the connection may have and never had, and writes the import files"
        " of a platform that works by files: all that passes the checks, each document"
        " once. A file that was lost is downloaded again from its page."
    )

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument(
            "--out",
            type=Path,
            metavar="FOLDER",
            help="where the files are written (left out: exports/ under FINSYNC_STATE)",
        )
        parser.add_argument(
            "--variant",
            default="",
            help="how they are written, where the platform has a choice",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        connection = named(options["name"])
        with told_to_people():
            self._refuse_wrong_use(connection, options["variant"])
            triggers.read(connection)
            marked = outbox.mark_eligible(connection, why="export command").marked
            self.say(f"{marked:,} documents were put on the list of {connection}")
            made = service.export(connection, variant=options["variant"], actor=None)
        paths = self._lay(made, options["out"] or _folder(connection))
        if made.result.message:
            self.say(made.result.message)
        return Outcome(_report(made, paths), made.result.needs_a_person)

    def _refuse_wrong_use(self, connection: Connection, variant: str) -> None:
        connector = gateway.connector_class(connection)
        if not connector.capabilities.files:
            raise WrongUse(
                f"{connector.label} takes documents directly, not by files: use"
                f" `manage.py sync --connection {connection.name}`."
            )
        names = [each.name for each in service.variants(connection)]
        if variant and variant not in names:
            known = ", ".join(names) or "none"
            raise WrongUse(f"{connector.label} has no variant {variant!r}: {known}.")

    def _lay(self, made: Exported, folder: Path) -> list[Path]:
        try:
            return disk.lay(made.batches, folder)
        except OSError as problem:
            raise WrongUse(
                f"The files are kept, but could not be written to {folder}"
                f" ({problem.strerror}): download them from their pages."
            ) from problem


def _folder(connection: Connection) -> Path:
    folder: Path = settings.FINSYNC_STATE / "exports" / safe_name(connection.name)
    return folder


def _report(made: Exported, paths: list[Path]) -> dict[str, Any]:
    """`files` and `documents` count what was written now; `blocked`, `waiting` and
    `by_status_code` are what stands after it."""
    return {
        "files": len(made.batches),
        "documents": made.documents,
        "blocked": made.result.blocked,
        "waiting": made.result.waiting,
        "failed": made.result.failed,
        "by_status_code": made.result.by_status_code,
        "paths": [str(path) for path in paths],
    }
