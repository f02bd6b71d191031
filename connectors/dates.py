"""Days from one to another, both included. Either end may be open."""

from datetime import date


def within(day: date | None, start: date | None, end: date | None) -> bool:
    """What bears no date is among all, and between no two days."""
    if day is None:
        return start is None and end is None
    return (start is None or day >= start) and (end is None or day <= end)


def asked_days(
    names: tuple[str, str], start: date | None, end: date | None
) -> dict[str, str]:
    """As query parameters of those `names`; an open end is left out."""
    ends = zip(names, (start, end), strict=True)
    return {name: day.isoformat() for name, day in ends if day}
