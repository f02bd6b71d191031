"""Checks a file, or takes it in: chunk by chunk, each in a transaction of its own, so
that neither memory nor locks grow with the file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol, Unpack

from django.db import IntegrityError, transaction

from invoicing.importing.layouts.base import Layout
from invoicing.importing.limits import STANDARD, Limits
from invoicing.importing.plan import Options, Plan, Planned, Planner, Verdict
from invoicing.importing.records import Finding
from invoicing.importing.resolve import references
from invoicing.importing.scan import Offered, Scan, scan
from invoicing.importing.write import Writer
from invoicing.models import DocumentKind, ImportRun
from invoicing.services import events
from invoicing.services.who import Who
from invoicing.verbs import Verb

CHUNK_DOCUMENTS = 200
CHUNK_LINES = 4000


class Progress(Protocol):
    def __call__(self, done: int, of: int) -> None: ...


class Watch(Protocol):
    def __call__(self, planned: Planned) -> None:
        """Is told of each document, with its verdict."""


@dataclass(slots=True)
class Report:
    """Counts documents, except `findings`: one for each thing that is wrong."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, planned: Planned) -> None:
        name = _COUNTED[planned.verdict]
        setattr(self, name, getattr(self, name) + 1)
        self.findings += planned.findings

    @property
    def documents(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused


_COUNTED = {
    Verdict.NEW: "created",
    Verdict.CHANGED: "updated",
    Verdict.UNCHANGED: "unchanged",
    Verdict.REFUSED: "refused",
}


def no_progress(done: int, of: int) -> None:
    """For whoever does not show any."""


def nobody_watches(planned: Planned) -> None:
    """For whoever wants the counts alone."""


@dataclass(kw_only=True, slots=True)
class Import:
    """Raises `FileRefused`, before anything is written, for a file that cannot be
    taken as a whole."""

    path: Path
    layout: Layout
    options: Options = field(default_factory=Options)
    limits: Limits = STANDARD
    progress: Progress = no_progress
    watch: Watch = nobody_watches

    def check(self) -> Report:
        """Writes nothing."""
        scanned = scan(self.path, self.layout, self.limits)
        planner = Planner(self.layout, self.options, frozenset(scanned.sizes))
        return self._go(scanned, planner.plan)

    def take_in(self, **who: Unpack[Who]) -> Report:
        """What was taken in stays when a later chunk fails; the same file again takes
        the rest."""
        scanned = scan(self.path, self.layout, self.limits)
        planner = Planner(self.layout, self.options)
        writer = Writer(planner.source, self.options, who)

        def write(chunk: list[Offered]) -> Plan:
            with transaction.atomic():
                plan = planner.plan(chunk)
                writer.write(plan)
            return plan

        def write_or_look_again(chunk: list[Offered]) -> Plan:
            try:
                return write(chunk)
            except IntegrityError:
                # Somebody saved one of these between our look and our write: now
                # the look finds it.
                return write(chunk)

        return self._go(scanned, write_or_look_again)

    def _go(self, scanned: Scan, step: Callable[[list[Offered]], Plan]) -> Report:
        report = Report(rows=scanned.rows)
        for chunk in chunks(scanned):
            for planned in step(chunk).planned:
                report.add(planned)
                self.watch(planned)
            self.progress(report.documents, scanned.documents)
        report.findings.sort(key=lambda finding: finding.row)
        return report


def chunks(scanned: Scan) -> Iterator[list[Offered]]:
    """Documents that refer to others come last, credit notes last of all: what they
    refer to is written by then."""
    later: list[Offered] = []
    last: list[Offered] = []

    def at_once() -> Iterator[Offered]:
        for offered in scanned.offered():
            document = offered.document
            if document is None or not references(document):
                yield offered
            elif document.kind == DocumentKind.CREDIT_NOTE:
                last.append(offered)
            else:
                later.append(offered)

    yield from _cut(at_once())
    yield from chain(_cut(iter(later)), _cut(iter(last)))


def _cut(offered: Iterator[Offered]) -> Iterator[list[Offered]]:
    chunk: list[Offered] = []
    lines = 0
    for each in offered:
        chunk.append(each)
        lines += len(each.document.lines) if each.document else 0
        if len(chunk) >= CHUNK_DOCUMENTS or lines >= CHUNK_LINES:
            yield chunk
            chunk, lines = [], 0
    if chunk:
        yield chunk


def record(run: ImportRun, report: Report, **who: Unpack[Who]) -> None:
    """Keeps what an import did, with its event."""
    for name in ("rows", "created", "updated", "unchanged", "refused"):
        setattr(run, name, getattr(report, name))
    with transaction.atomic():
        run.save()
        events.record(
            Verb.IMPORT_FINISHED,
            run,
            f"{run.file_name}: {report.created} created, {report.updated} updated,"
            f" {report.unchanged} unchanged, {report.refused} refused",
            after={"layout": run.layout, "rows": report.rows},
            **who,
        )
