"""Filters of lists, as text: `name eq "Acme Ltd" or name eq 'The "A" Team'`. Pure."""

from collections.abc import Iterable
from datetime import date


def can_ask(text: str) -> bool:
    """A text that holds both quotes cannot be put between any."""
    return not ('"' in text and "'" in text)


def equals(field: str, text: str) -> str:
    quote = "'" if '"' in text else '"'
    return f"{field} eq {quote}{text}{quote}"


def either(terms: Iterable[str]) -> str:
    return " or ".join(terms)


def both(*terms: str) -> str:
    return " and ".join(filter(None, terms))


def on_days(field: str, start: date | None, end: date | None) -> str:
    """Both days included, whatever hour a date there has."""
    first = f'{field} ge "{moment(start)}"' if start else ""
    last = f'{field} le "{end.isoformat()}T23:59:59Z"' if end else ""
    return both(first, last)


def moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
