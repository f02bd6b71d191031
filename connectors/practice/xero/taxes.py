"""The tax types of a British organisation over the tax codes of the books."""

from dataclasses import dataclass

from ..books import Line, TaxCode
from ..ledger import Ledger


@dataclass(frozen=True, slots=True)
class TaxType:
    """`code`: the books' code, empty for no tax at all."""

    type: str
    name: str
    code: str
    sales: bool
    purchases: bool


TYPES = (
    TaxType("OUTPUT2", "20% (VAT on Income)", "S", True, False),
    TaxType("INPUT2", "20% (VAT on Expenses)", "S", False, True),
    TaxType("RROUTPUT", "5% (VAT on Income)", "R", True, False),
    TaxType("RRINPUT", "5% (VAT on Expenses)", "R", False, True),
    TaxType("ZERORATEDOUTPUT", "Zero Rated Income", "Z", True, False),
    TaxType("ZERORATEDINPUT", "Zero Rated Expenses", "Z", False, True),
    TaxType("EXEMPTOUTPUT", "Exempt Income", "E", True, False),
    TaxType("EXEMPTINPUT", "Exempt Expenses", "E", False, True),
    TaxType("NONE", "No VAT", "", True, True),
)
BY_TYPE = {each.type: each for each in TYPES}


def code_of(ledger: Ledger, each: TaxType) -> TaxCode | None:
    return ledger.tax_codes.coded(each.code) if each.code else None


def type_of(ledger: Ledger, line: Line, *, purchase: bool) -> str:
    """As it was sent, or as it follows from the books' code."""
    if told := line.extra.get("tax_type"):
        return str(told)
    code = ledger.tax_codes.find(line.tax_code) if line.tax_code else None
    for each in TYPES:
        on_this_side = each.purchases if purchase else each.sales
        if on_this_side and code is not None and each.code == code.code:
            return each.type
    return "NONE"
