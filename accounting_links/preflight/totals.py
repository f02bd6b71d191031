"""Whether the figures hold, before the books have them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from accounting_links import rounding
from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.words import money
from accounting_links.status_codes import StatusCode
from connectors.errors import Rejected
from connectors.records import Document as Record
from invoicing.models import Document
from invoicing.services.totals import figures_of, work_out

Figures = tuple[Decimal, Decimal, Decimal]
NAMES = ("net", "tax", "total")


class TotalsAddUp(Check):
    """The document's totals are those of its lines."""

    codes = (StatusCode.TOTALS,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            ours = _ours(document)
            totals = work_out(
                map(figures_of, document.lines.all()),
                currency=document.currency,
                prices_include_tax=document.prices_include_tax,
                discount_percent=document.discount_percent,
                tax_override=document.tax_override,
            )
            made = (totals.net, totals.tax, totals.gross)
            if differ := _difference(made, ours, Decimal(0)):
                yield (
                    document.pk,
                    _finding(
                        document,
                        differ,
                        one="The lines make",
                        other="the document says",
                    ),
                )


class TotalsOfSource(Check):
    """What the document's source claimed agrees with what we make of it."""

    codes = (StatusCode.TOTALS,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        tolerance = batch.connection.tolerance
        for document in batch.documents:
            ours = _ours(document)
            claimed = tuple(
                mine if claim is None else claim
                for claim, mine in zip(_claims(document), ours, strict=True)
            )
            if differ := _difference(claimed, ours, tolerance):
                yield (
                    document.pk,
                    _finding(
                        document, differ, one="Its source says", other="the lines make"
                    ),
                )


class TotalsThere(Check):
    """What the platform will make of it, by its own rounding, agrees with ours."""

    codes = (StatusCode.TOTALS,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if batch.forecaster is None:
            return
        for document, record in batch.pairs():
            if record.kind in batch.capabilities.kinds:
                yield from self._of_record(batch, document, record)

    def _of_record(
        self, batch: Batch, document: Document, record: Record
    ) -> Iterator[tuple[int, Finding]]:
        assert batch.forecaster is not None  # noqa: S101  # looked at by the check
        try:
            theirs = batch.forecaster.forecast(record)
        except Rejected as error:
            yield document.pk, _refused(error)
            return
        forecast = (theirs.net, theirs.tax, theirs.gross)
        # As it travels: a record that was adjusted has other nets and taxes.
        ours = (record.net, record.tax, record.gross)
        if differ := _difference(forecast, ours, batch.connection.tolerance):
            one = f"{batch.label} would make"
            found = _finding(document, differ, one=one, other="ours is")
            policy = batch.connection.rounding_policy
            why = rounding.why_not(policy, batch.label, theirs, document)
            yield document.pk, replace(found, hint=f"{why} {found.hint}".strip())


def _ours(document: Document) -> Figures:
    return document.net, document.tax, document.gross


def _claims(document: Document) -> tuple[Decimal | None, ...]:
    return document.source_net, document.source_tax, document.source_gross


def _difference(
    theirs: tuple[Decimal, ...], ours: Figures, tolerance: Decimal
) -> tuple[str, Decimal, Decimal] | None:
    """The figure that differs, the total before the others: name, theirs, ours."""
    figures = list(zip(NAMES, theirs, ours, strict=True))
    for name, their, our in reversed(figures):
        if abs(their - our) > tolerance:
            return name, their, our
    return None


def _finding(
    document: Document, differ: tuple[str, Decimal, Decimal], *, one: str, other: str
) -> Finding:
    name, their, our = differ
    left = money(their, document.currency)
    right = money(our, document.currency)
    return Finding(
        code=StatusCode.TOTALS,
        sentence=f"The totals do not agree. {one} a {name} of {left}, {other} {right}.",
        hint="Correct a line, or override the tax of the document by the difference.",
        fixes=(Fix.EDIT_DOCUMENT, Fix.CHANGE_POLICY),
        data={
            "figure": name,
            "theirs": str(their),
            "ours": str(our),
            "difference": str(their - our),
        },
    )


def _refused(error: Rejected) -> Finding:
    known = error.status_code in StatusCode.values
    return Finding(
        code=StatusCode(error.status_code) if known else StatusCode.REJECTED,
        sentence=error.message,
        fixes=(Fix.EDIT_DOCUMENT,),
    )
