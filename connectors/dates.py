"""Days and moments as ISO 8601 writes them, and days from one to another."""

from datetime import date, datetime


def day(value: object) -> date | None:
    """The day of a moment, too; None where nothing is told."""
    return date.fromisoformat(str(value)[:10]) if value else None


def moment(value: object) -> datetime | None:
    """As it is told, without a zone where none is."""
    return datetime.fromisoformat(str(value)) if value else None


def within(day: date | None, start: date | None, end: date | None) -> bool:
    """Both ends are included, and may be open. What bears no date is among all, and
    between no two days."""
    if day is None:
        return start is None and end is None
    return (start is None or day >= start) and (end is None or day <= end)


def asked_days(
    names: tuple[str, str], start: date | None, end: date | None
) -> dict[str, str]:
    """As query parameters of those `names`; an open end is left out."""
    ends = zip(names, (start, end), strict=True)
    return {name: day.isoformat() for name, day in ends if day}
