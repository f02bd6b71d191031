from collections.abc import Iterator

from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.words import have, lines_in_words
from accounting_links.status_codes import StatusCode
from invoicing.models import DocumentKind


class LineHasText(Check):
    codes = (StatusCode.BLANK_LINE,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        for document in batch.documents:
            blank = [
                line.position for line in document.lines.all() if not line.text.strip()
            ]
            if blank:
                yield (
                    document.pk,
                    Finding(
                        code=StatusCode.BLANK_LINE,
                        sentence=f"{lines_in_words(blank)} {have(blank)} no text.",
                        hint="Say what was done or sold.",
                        fixes=(Fix.EDIT_DOCUMENT,),
                        data={"lines": blank},
                    ),
                )


class NegativeLines(Check):
    """Sales alone: a credit among the lines of an invoice."""

    codes = (StatusCode.UNSUPPORTED,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if batch.capabilities.negative_lines:
            return
        for document in batch.documents:
            if document.kind == DocumentKind.SUPPLIER_INVOICE:
                continue
            below = [line.position for line in document.lines.all() if line.net < 0]
            if below:
                yield document.pk, self._finding(batch, below)

    def _finding(self, batch: Batch, below: list[int]) -> Finding:
        word = "is" if len(below) == 1 else "are"
        return Finding(
            code=StatusCode.UNSUPPORTED,
            sentence=f"{lines_in_words(below)} {word} negative, and {batch.label} does"
            " not take that.",
            hint=batch.capabilities.reasons.get("negative_lines", "")
            or "Make a credit note of the negative lines.",
            fixes=(Fix.EDIT_DOCUMENT,),
            data={"lines": below},
        )
