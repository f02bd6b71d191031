from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from invoicing.importing.errors import FileRefused
from invoicing.importing.layouts import DEFAULT, LAYOUTS, layout
from invoicing.importing.plan import Options
from invoicing.importing.records import Finding
from invoicing.importing.run import Import, Report, record
from invoicing.management.reporting import Outcome, ReportingCommand, WrongUse
from invoicing.models import ImportRun, ImportState

SHOWN = 20
WHO = "import_documents"


class Command(ReportingCommand):
    help = "Takes documents in from a CSV or XLSX file (also .csv.gz)."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to read")
        parser.add_argument(
            "--layout",
            default=DEFAULT,
            help=f"how the file is laid out: {', '.join(LAYOUTS)}",
        )
        parser.add_argument(
            "--walk-in",
            default="",
            metavar="NAME",
            help="the contact for documents that name none (else they are refused)",
        )
        parser.add_argument(
            "--mark-sent",
            action="store_true",
            help="mark sales invoices and credit notes as sent",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, no more"
        )

    def work(self, options: dict[str, Any]) -> Outcome:
        path: Path = options["file"]
        if not path.is_file():
            raise WrongUse(f"There is no file {path}.")
        chosen = Options(walk_in=options["walk_in"], mark_sent=options["mark_sent"])
        job = Import(
            path=path,
            layout=layout(options["layout"]),
            options=chosen,
            progress=self.progress("documents"),
        )
        self.say(f"Reading {path.name}")
        try:
            report = job.check() if options["dry_run"] else self._take_in(job)
        except FileRefused as refusal:
            finding = Finding(refusal.row, "", refusal.field, refusal.message)
            report = Report(findings=[finding])
        return Outcome(_as_json(report), needs_person=bool(report.findings))

    def _take_in(self, job: Import) -> Report:
        report = job.take_in(actor_name=WHO)
        run = ImportRun(
            layout=job.layout.name,
            file_name=job.path.name[:200],
            options={
                "walk_in": job.options.walk_in,
                "mark_sent": job.options.mark_sent,
            },
            state=ImportState.FINISHED,
            finished_at=timezone.now(),
        )
        record(run, report, actor_name=WHO)
        return report

    def for_people(self, report: Mapping[str, Any]) -> Sequence[str]:
        refused = report["refused"]
        lines = [
            f"Created {report['created']}, updated {report['updated']}, unchanged"
            f" {report['unchanged']}, refused {report['refused_documents']} documents."
        ]
        lines += [_sentence(entry) for entry in refused[:SHOWN]]
        if len(refused) > SHOWN:
            lines.append(f"and {len(refused) - SHOWN} more: see them with --json.")
        return lines


def _sentence(entry: Mapping[str, Any]) -> str:
    if not entry["row"]:
        return str(entry["message"])
    document = f" {entry['document']}" if entry["document"] else ""
    return f"Row {entry['row']}{document}, {entry['field']}: {entry['message']}"


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused_documents": report.refused,
        "refused": [finding.as_dict() for finding in report.findings],
    }
