"""What would happen to each document of a chunk, before anything is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from invoicing.importing import resolve
from invoicing.importing.digest import digest
from invoicing.importing.layouts.base import Layout
from invoicing.importing.records import (
    Finding,
    ParsedContact,
    ParsedDocument,
    ParsedLine,
)
from invoicing.importing.resolve import Directory
from invoicing.importing.scan import Offered
from invoicing.models import Document, DocumentKind, Lifecycle, SentHow


class Verdict(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`walk_in` is the name of the contact for documents that name none."""

    walk_in: str = ""
    mark_sent: bool = False


@dataclass(slots=True)
class Planned:
    """`ours` is the document that it changes, where there is one."""

    offered: Offered
    verdict: Verdict
    document: ParsedDocument | None = None
    ours: Document | None = None
    digest: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    planned: list[Planned]
    directory: Directory
    referred: dict[str, Document]

    def of(self, verdict: Verdict) -> Iterator[Planned]:
        return (each for each in self.planned if each.verdict == verdict)


@dataclass(slots=True)
class Planner:
    """Keeps, from chunk to chunk, which documents were refused: what refers to one of
    them is refused too. `in_file` is for a check, where nothing is written between."""

    layout: Layout
    options: Options
    in_file: frozenset[str] = frozenset()
    _refused: set[str] = field(default_factory=set)
    _seen: set[tuple[str, str, object]] = field(default_factory=set)

    @property
    def source(self) -> str:
        return f"import:{self.layout.name}"

    def plan(self, chunk: Sequence[Offered]) -> Plan:
        planned = [self._begin(offered) for offered in chunk]
        open_ones = [each.document for each in planned if each.document]
        directory = resolve.directory(open_ones, self.layout)
        plan = Plan(planned, directory, resolve.referred(open_ones))
        for each in planned:
            if each.document:
                each.findings += self._look_up(each.document, plan)
        self._compare(planned, directory)
        for each in planned:
            self._settle(each)
        return plan

    def _begin(self, offered: Offered) -> Planned:
        planned = Planned(offered, Verdict.REFUSED, findings=list(offered.findings))
        document = offered.document
        if document is None or planned.findings:
            return planned
        if document.contact is None and self.options.walk_in:
            walk_in = ParsedContact(name=self.options.walk_in)
            document = replace(document, contact=walk_in)
        if document.contact is None:
            planned.findings.append(self._no_contact(document))
            return planned
        planned.document = document
        planned.digest = digest(document)
        return planned

    def _no_contact(self, document: ParsedDocument) -> Finding:
        return Finding(
            document.row,
            document.number,
            self.layout.contact_field,
            "The document names no customer. Fill it in, or name a walk-in customer"
            " for such documents.",
        )

    def _look_up(self, document: ParsedDocument, plan: Plan) -> Iterator[Finding]:
        for party in resolve.parties(document):
            if problem := _party_problem(party, plan.directory):
                yield Finding(
                    document.row, document.number, self.layout.contact_field, problem
                )
        for line in document.lines:
            yield from _code_problems(document, line, plan.directory)
        for key, column in resolve.references(document).items():
            if problem := self._reference_problem(key, plan):
                yield Finding(document.row, document.number, column, problem)

    def _reference_problem(self, key: str, plan: Plan) -> str:
        kind, number = key.split(":", 1)
        label = DocumentKind(kind).label.lower()
        if key in self._refused:
            return f"The {label} {number} of this file was refused. Mend that first."
        if key in plan.referred or key in self.in_file:
            return ""
        return f"There is no {label} {number}. Import it first, or correct the number."

    def _compare(self, planned: Sequence[Planned], directory: Directory) -> None:
        whole = [each for each in planned if each.document and not each.findings]
        documents = [each.document for each in whole if each.document]
        ours = resolve.existing(documents, self.source)
        taken = resolve.number_takers(documents, directory.contacts)
        for each in whole:
            assert each.document  # noqa: S101  # narrowed above
            identity = each.document.identity
            each.ours = ours.get(identity)
            taker = taken.get(identity)
            if taker and each.ours is None:
                each.findings.append(_taken(each.document, taker))
            elif self._stands_twice(each.document, directory):
                each.findings.append(_twice(each.document))

    def _stands_twice(self, document: ParsedDocument, directory: Directory) -> bool:
        """A supplier may be named by code in one row and by name in another."""
        whose: object = ""
        if document.kind == DocumentKind.SUPPLIER_INVOICE and document.contact:
            contact = directory.contacts.get(document.contact.key)
            whose = contact.pk if contact else document.contact.name
        key = (document.kind, document.number, whose)
        if key in self._seen:
            return True
        self._seen.add(key)
        return False

    def _settle(self, planned: Planned) -> None:
        if planned.findings or planned.document is None:
            planned.verdict = Verdict.REFUSED
            self._refused.add(planned.offered.key)
        elif planned.ours is None:
            planned.verdict = Verdict.NEW
        elif planned.ours.source_digest != planned.digest:
            planned.verdict = Verdict.CHANGED
        elif self.options.mark_sent and _can_be_marked(planned.ours):
            planned.verdict = Verdict.CHANGED
        else:
            planned.verdict = Verdict.UNCHANGED


def how_sent(document: ParsedDocument, options: Options) -> str:
    """As the file says; else, when asked for, over the counter to a walk-in customer
    and handed over to others. Empty for what is not sent."""
    sendable = document.kind in (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)
    if document.sent_how or not options.mark_sent:
        return document.sent_how
    if not sendable or document.lifecycle != Lifecycle.APPROVED:
        return ""
    walk_in = document.contact == ParsedContact(name=options.walk_in)
    return (SentHow.COUNTER if walk_in else SentHow.HANDED_OVER).value


def _can_be_marked(document: Document) -> bool:
    sendable = document.kind in (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)
    is_approved = document.lifecycle == Lifecycle.APPROVED
    return sendable and is_approved and document.sent_at is None


def _party_problem(party: ParsedContact, directory: Directory) -> str:
    if party.key in directory.contacts:
        if party.name in directory.ambiguous and not party.code:
            return (
                f"Several contacts have the name {party.name!r}. Say which one by its"
                " code."
            )
        return ""
    if not party.name:
        return (
            f"There is no contact {party.code!r}. Correct the code, or give a name so"
            " that the contact is made."
        )
    return ""


def _code_problems(
    document: ParsedDocument, line: ParsedLine, directory: Directory
) -> Iterator[Finding]:
    if line.nominal and line.nominal not in directory.nominals:
        yield Finding(
            line.row,
            document.number,
            "nominal",
            f"There is no nominal code {line.nominal!r}. Add it under Nominal codes,"
            " or correct the row.",
        )
    if line.tax_rate and line.tax_rate not in directory.tax_rates:
        yield Finding(
            line.row,
            document.number,
            "tax_rate",
            f"There is no tax rate {line.tax_rate!r}. Add it under Tax rates, or"
            " correct the row.",
        )


def _twice(document: ParsedDocument) -> Finding:
    return Finding(
        document.row,
        document.number,
        "number",
        "The number stands in the file twice for the same contact, written in two"
        " ways. Name the contact the same way in all rows.",
    )


def _taken(document: ParsedDocument, taker: Document) -> Finding:
    origin = (
        f"came in by another way ({taker.source})" if taker.source else "was made here"
    )
    return Finding(
        document.row,
        document.number,
        "number",
        f"There is a {taker.get_kind_display().lower()} {taker.number} already, which"
        f" {origin}. Give the document another number, or leave it out.",
    )
