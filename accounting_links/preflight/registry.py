"""All checks, in the order in which the first that fails names the status code."""

from accounting_links.preflight.base import Check
from accounting_links.preflight.contacts import AccountOfCareOf, AccountOfContact
from accounting_links.preflight.documents import (
    Approved,
    HasLines,
    KindIsTaken,
    MarkedAsSent,
    NotVoid,
    OrderIsWon,
    ZeroValue,
)
from accounting_links.preflight.lines import LineHasText, NegativeLines
from accounting_links.preflight.nominals import NominalIsKnown
from accounting_links.preflight.numbers import NumberFits, NumberIsFree
from accounting_links.preflight.periods import CurrencyIsEnabled, PeriodIsOpen
from accounting_links.preflight.taxes import TaxResolves
from accounting_links.preflight.totals import TotalsAddUp, TotalsOfSource, TotalsThere

# What these find cannot be mended, so that nothing else is said of the document.
FINAL: tuple[Check, ...] = (KindIsTaken(), NotVoid())

CHECKS: tuple[Check, ...] = (
    MarkedAsSent(),
    Approved(),
    AccountOfContact(),
    AccountOfCareOf(),
    NumberIsFree(),
    NominalIsKnown(),
    TaxResolves(),
    LineHasText(),
    TotalsAddUp(),
    TotalsOfSource(),
    TotalsThere(),
    CurrencyIsEnabled(),
    PeriodIsOpen(),
    HasLines(),
    OrderIsWon(),
    NumberFits(),
    ZeroValue(),
    NegativeLines(),
)
