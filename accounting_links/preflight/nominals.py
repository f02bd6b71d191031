"""Where the lines are booked over there."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial

from accounting_links.preflight.base import Check, Finding, Fix
from accounting_links.preflight.batch import Batch
from accounting_links.preflight.words import have, lines_in_words
from accounting_links.status_codes import StatusCode
from connectors.records import Document, DocumentKind, Line

Fault = tuple[str, str]


class NominalIsKnown(Check):
    """Every line has a nominal code, and its account (or the item that carries it) is
    over there and active. The code is the line's own or the connection's default, as
    the record was built."""

    codes = (StatusCode.NO_NOMINAL,)

    def find(self, batch: Batch) -> Iterator[tuple[int, Finding]]:
        if not batch.capabilities.nominal_codes:
            return
        for document, record in batch.pairs():
            if not _takes_accounts(batch, record.kind):
                continue
            for (code, fault), positions in _faults(batch, record).items():
                yield document.pk, _finding(batch, code, fault, positions=positions)


def _takes_accounts(batch: Batch, kind: DocumentKind) -> bool:
    """Some platforms book all sales to one account of their own."""
    capabilities = batch.capabilities
    return (
        kind is DocumentKind.SUPPLIER_INVOICE
        or capabilities.sales_line_accounts
        or capabilities.items_carry_accounts
    )


def _faults(batch: Batch, record: Document) -> dict[Fault, list[int]]:
    """Positions of lines by nominal code and what is the matter with it."""
    faults: dict[Fault, list[int]] = defaultdict(list)
    for line in record.lines:
        if fault := _fault(batch, line):
            faults[line.nominal_code, fault].append(line.position)
    return faults


def _fault(batch: Batch, line: Line) -> str:
    if not line.nominal_code:
        return "none"
    if not line.account_id and not line.item_id:
        return "unmapped"
    if line.account_id and batch.known.lacks_account(line.account_id):
        return "account"
    if line.item_id and batch.known.lacks_item(line.item_id):
        return "item"
    return ""


SENTENCES: dict[str, Callable[..., str]] = {
    "unmapped": "Nominal code {code} is not mapped to an account in {label}.".format,
    "account": "Nominal code {code} is mapped to an account that {label} no longer"
    " has, or that is inactive there.".format,
    "item": "Nominal code {code} is mapped to an item that {label} no longer has, or"
    " that is inactive there.".format,
}


def _finding(batch: Batch, code: str, fault: str, *, positions: list[int]) -> Finding:
    finding = partial(Finding, code=StatusCode.NO_NOMINAL)
    has_default = batch.connection.default_nominal_id is not None
    if fault == "none":
        return finding(
            sentence=f"{lines_in_words(positions)} {have(positions)} no nominal code.",
            hint="Give the lines one, or choose a default for the connection.",
            fixes=(Fix.EDIT_DOCUMENT, Fix.USE_DEFAULT_NOMINAL),
            data={"lines": positions},
        )
    return finding(
        sentence=SENTENCES[fault](code=code, label=batch.label),
        hint=f"{lines_in_words(positions)} {have(positions)} that code.",
        fixes=(Fix.MAP_NOMINAL,) + ((Fix.USE_DEFAULT_NOMINAL,) if has_default else ()),
        subject=f"nominal:{code}",
        data={"nominal": code, "lines": positions},
    )
