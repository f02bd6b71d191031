"""Ids of platforms that know their records by numbers, and want them told as such."""

from connectors.errors import Rejected


def numeric_id(value: str, *, label: str, code: str, field: str) -> int:
    """Raises `Rejected` with that status code where it is no number, or none at all."""
    if value.isdecimal():
        return int(value)
    raise Rejected(
        f"{label} knows it by a number, and “{value[:40]}” is none."
        if value
        else f"Something on this document has no counterpart in {label} ({field}).",
        status_code=code,
        field=field,
    )
