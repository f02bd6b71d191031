"""Files that were offered on a page: kept under the state folder, in a folder with a
random name, until they are taken in, cancelled or forgotten."""

import csv
import datetime as dt
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, Unpack

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from invoicing.importing.layouts import layout
from invoicing.importing.limits import ON_A_PAGE
from invoicing.importing.plan import Options, Planned
from invoicing.importing.records import Finding
from invoicing.importing.run import Import, Report, record
from invoicing.models import ImportRun, ImportState
from invoicing.services import totals
from invoicing.services.totals import LineFigures
from invoicing.services.who import Who

FORGOTTEN_AFTER = dt.timedelta(days=1)
RESULTS_KEPT = dt.timedelta(days=30)
OFFERED, PREVIEW, FINDINGS = "offered", "preview.csv", "findings.csv"
PREVIEW_COLUMNS = (
    *("verdict", "row", "number", "kind", "contact", "date", "lines"),
    *("amount", "message"),
)
FINDING_COLUMNS = ("row", "document", "field", "message")
# What a spreadsheet program would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def offer(uploaded: "UploadedFile[Any]", run: ImportRun) -> Report:
    """Keeps the file and checks it. Raises `FileRefused`, and then keeps nothing."""
    clean_up()
    folder = folder_of(run)
    folder.mkdir(mode=0o700, parents=True)
    try:
        with (folder / OFFERED).open("wb") as kept:
            for chunk in uploaded.chunks():
                kept.write(chunk)
        with (folder / PREVIEW).open("w", newline="", encoding="utf-8") as file:
            report = _work(run, watch=Preview(file)).check()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _keep_findings(folder, report)
    for name in ("rows", "created", "updated", "unchanged", "refused"):
        setattr(run, name, getattr(report, name))
    run.save()
    return report


def take_in(run: ImportRun, **who: Unpack[Who]) -> Report:
    """The caller has made sure that nobody else does it at the same time."""
    folder = folder_of(run)
    with (folder / PREVIEW).open("w", newline="", encoding="utf-8") as file:
        report = _work(run, watch=Preview(file)).take_in(**who)
    _keep_findings(folder, report)
    (folder / OFFERED).unlink(missing_ok=True)
    run.finished_at = timezone.now()
    record(run, report, **who)
    return report


def cancel(run: ImportRun) -> bool:
    """Answers False when it was begun or ended meanwhile."""
    ours = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    if not ours.update(state=ImportState.CANCELLED, finished_at=timezone.now()):
        return False
    shutil.rmtree(folder_of(run), ignore_errors=True)
    return True


def claim(run: ImportRun) -> bool:
    """Of two who press the button at once, one gets it."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=ImportState.CHECKED)
    claimed = waiting.update(state=ImportState.FINISHED)
    run.state = ImportState.FINISHED
    return bool(claimed)


def previewed(
    run: ImportRun, *, verdict: str = "", start: int = 0, count: int = 25
) -> list[dict[str, str]]:
    """A page of what stands in the preview; nothing when it is gone."""
    return list(islice(_rows(run, PREVIEW, verdict), start, start + count))


def findings(run: ImportRun) -> Path | None:
    path = folder_of(run) / FINDINGS
    return path if path.is_file() else None


def folder_of(run: ImportRun) -> Path:
    return Path(settings.FINSYNC_STATE) / "imports" / run.uid.hex


def clean_up() -> None:
    """Offers that nobody came back for, and old results."""
    now = timezone.now()
    for run in ImportRun.objects.filter(
        state=ImportState.CHECKED, started_at__lt=now - FORGOTTEN_AFTER
    ):
        cancel(run)
    for run in ImportRun.objects.filter(started_at__lt=now - RESULTS_KEPT):
        shutil.rmtree(folder_of(run), ignore_errors=True)


class Preview:
    """Writes a line for each document that is told of."""

    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(PREVIEW_COLUMNS)

    def __call__(self, planned: Planned) -> None:
        document = planned.document or planned.offered.document
        contact = document.contact if document else None
        self._writer.writerow(
            (
                planned.verdict,
                planned.offered.row,
                planned.offered.number,
                document.kind if document else "",
                (contact.name or contact.code) if contact else "",
                document.date if document else "",
                len(document.lines) if document else "",
                _amount(planned),
                planned.findings[0].message if planned.findings else "",
            )
        )


def _amount(planned: Planned) -> str:
    """Of the lines as they stand in the file, before tax is added."""
    document = planned.document
    if document is None:
        return ""
    figures = [
        LineFigures(
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
        )
        for line in document.lines
    ]
    worked_out = totals.work_out(
        figures,
        currency=document.currency or settings.FINSYNC_HOME_CURRENCY,
        discount_percent=document.discount_percent,
    )
    return str(worked_out.net)


def _work(run: ImportRun, *, watch: Preview) -> Import:
    return Import(
        path=folder_of(run) / OFFERED,
        layout=layout(run.layout),
        options=Options(**run.options),
        limits=ON_A_PAGE,
        watch=watch,
    )


def _keep_findings(folder: Path, report: Report) -> None:
    with (folder / FINDINGS).open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(FINDING_COLUMNS)
        for finding in report.findings:
            writer.writerow(_cells(finding))


def _cells(finding: Finding) -> list[object]:
    return [_harmless(value) for value in finding.as_dict().values()]


def _harmless(value: object) -> object:
    is_formula = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if is_formula else value


def _rows(run: ImportRun, name: str, verdict: str) -> Iterator[dict[str, str]]:
    path = folder_of(run) / name
    if not path.is_file():
        return
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not verdict or row["verdict"] == verdict:
                yield row
