"""How findings say things."""

from collections.abc import Sequence
from decimal import Decimal

from invoicing.currencies import smallest_unit

MOST_NAMED = 6


def lines_in_words(positions: Sequence[int]) -> str:
    """ "Line 2", "Lines 2, 5 and 7": to begin a sentence with."""
    if len(positions) == 1:
        return f"Line {positions[0]}"
    named = [str(position) for position in positions[:MOST_NAMED]]
    more = len(positions) - len(named)
    if more:
        return f"Lines {', '.join(named)} and {more} more"
    return f"Lines {', '.join(named[:-1])} and {named[-1]}"


def have(positions: Sequence[int]) -> str:
    return "has" if len(positions) == 1 else "have"


def money(amount: Decimal, currency: str) -> str:
    return f"{amount.quantize(smallest_unit(currency))} {currency}"
