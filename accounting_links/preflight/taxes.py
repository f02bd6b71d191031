"""Which tax the lines carry over there."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.words import have, lines_in_words
from accounting_links.status_codes import StatusCode
from connectors.capabilities import TaxModel
from connectors.records import Document as Record
from connectors.records import Line
from invoicing.models import Document, TaxRate

WITH_CODES = (TaxModel.CODE_PER_LINE, TaxModel.CODE_PER_DOCUMENT)


@dataclass(frozen=True, slots=True)
class Fault:
    what: str
    rate: TaxRate | None


class TaxResolves(Check):
    """Every line's tax is one that the platform can be told, as far as it needs one. A
    line that has tax is never sent without."""

    codes = (StatusCode.NO_TAX,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if batch.capabilities.tax_model is TaxModel.NONE:
            return
        for document, record in batch.pairs():
            for fault, positions in _faults(batch, document, record).items():
                yield document.pk, _finding(batch, fault, positions)
            if _mixes_codes(batch, record):
                yield document.pk, _mixed(batch)


def _faults(batch: Batch, document: Document, record: Record) -> dict[Fault, list[int]]:
    rates = {line.position: line.tax_rate for line in document.lines.all()}
    faults: dict[Fault, list[int]] = defaultdict(list)
    for line in record.lines:
        if line.position not in rates:
            continue  # a line of the rounding alone
        rate = rates[line.position]
        if what := _fault(batch, line, rate):
            faults[Fault(what, rate)].append(line.position)
    return faults


def _fault(batch: Batch, line: Line, rate: TaxRate | None) -> str:
    if batch.capabilities.tax_model not in WITH_CODES:
        return "none" if rate is None and batch.capabilities.tax_required else ""
    if line.tax_code_id:
        return "gone" if batch.known.lacks_tax_code(line.tax_code_id) else ""
    if not batch.capabilities.tax_required and not line.tax:
        return ""
    return "none" if rate is None else "unmapped"


def _mixes_codes(batch: Batch, record: Record) -> bool:
    """Where lines may go without a tax, those that bear none say nothing of it."""
    able = batch.capabilities
    if able.tax_model is not TaxModel.CODE_PER_DOCUMENT:
        return False
    codes = {
        line.tax_code_id
        for line in record.lines
        if able.tax_required or line.tax_rate or line.tax
    }
    return len(codes - {""}) > 1


def _finding(batch: Batch, fault: Fault, positions: list[int]) -> Finding:
    lines = f"{lines_in_words(positions)} {have(positions)}"
    if fault.rate is None:
        return Finding(
            code=StatusCode.NO_TAX,
            sentence=f"{lines} no tax rate.",
            hint="Give the lines a tax rate: zero rated and exempt are rates too.",
            fixes=(Fix.EDIT_DOCUMENT,),
            data={"lines": positions},
        )
    sentence = f"The tax rate {fault.rate} is not mapped to a tax in {batch.label}."
    if fault.what == "gone":
        sentence = (
            f"The tax rate {fault.rate} is mapped to a tax that {batch.label} no longer"
            " has, or that is inactive there."
        )
    return Finding(
        code=StatusCode.NO_TAX,
        sentence=sentence,
        hint=f"{lines} that rate.",
        fixes=(Fix.MAP_TAX,),
        subject=f"tax:{fault.rate.code}",
        data={"tax_rate": fault.rate.code, "lines": positions},
    )


def _mixed(batch: Batch) -> Finding:
    return Finding(
        code=StatusCode.NO_TAX,
        sentence=f"{batch.label} takes one tax for a whole document; the lines have"
        " several.",
        hint="Split the document, one for each tax.",
        fixes=(Fix.EDIT_DOCUMENT,),
    )
