from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from accounting_links.exports import deciding, reporting
from accounting_links.management.connections import (
    add_connection,
    named,
    told_to_people,
)
from accounting_links.models import Connection, ExportBatch
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse


class Command(ReportingCommand):
    help = (
        "Settles an exported file: by the report or list that the program gave, or by"
        " hand, all that nobody has decided yet. The file is known by its content."
    )

    def add_options(self, parser: CommandParser) -> None:
        add_connection(parser)
        parser.add_argument("file", type=Path, help="a file that was exported")
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="what the program says of the import (left out: all of it was seen)",
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        batch = _batch(named(options["name"]), options["file"])
        report = options["report"]
        taken = {"confirmed": 0, "refused": 0, "foreign": 0}
        with told_to_people():
            if report is None:
                taken["confirmed"] = deciding.confirm(batch, actor=None)
            else:
                told = reporting.take(batch, _bytes(report), actor=None)
                taken = {name: getattr(told, name) for name in taken}
        left = deciding.unconfirmed(batch)
        found = {"file": batch.file_name, **taken, "unconfirmed": left}
        return Outcome(found, needs_person=bool(left or taken["refused"]))


def _batch(connection: Connection, path: Path) -> ExportBatch:
    checksum = sha256(_bytes(path)).hexdigest()
    found = ExportBatch.objects.filter(connection=connection, checksum=checksum)
    batch = found.select_related("connection").first()
    if batch is None:
        raise WrongUse(f"{path} was not exported for {connection}, or was changed.")
    return batch


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise WrongUse(f"{path} cannot be read ({problem.strerror}).") from problem
