"""Refusals told apart by their words, where a platform has no codes that say enough."""

import re
from collections.abc import Callable

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    Rejected,
    Where,
)

Make = Callable[[str, Where], ConnectorError]


class Sentences:
    """`known`: patterns, whatever their case, and what each makes of a sentence. The
    first that fits decides; what fits none is refused without a field."""

    def __init__(self, label: str, *known: tuple[str, Make]) -> None:
        self._otherwise = refused(label)
        self._known = [(re.compile(text, re.IGNORECASE), make) for text, make in known]

    def error(
        self, said: str, where: Where, *, otherwise: Make | None = None
    ) -> ConnectorError:
        for pattern, make in self._known:
            if pattern.search(said):
                return make(said, where)
        return (otherwise or self._otherwise)(said, where)


def refused(label: str, status_code: str = "REJECTED", field: str = "") -> Make:
    def make(said: str, where: Where) -> ConnectorError:
        return Rejected(
            f"{label} refused it: {said[:300] or 'it does not say why.'}",
            status_code=status_code,
            field=field,
            vendor_message=said,
            where=where,
        )

    return make


def number_taken(label: str) -> Make:
    def make(said: str, where: Where) -> ConnectorError:
        return DuplicateNumber(
            f"The number is already used in {label}.", vendor_message=said, where=where
        )

    return make


def locked(sentence: str) -> Make:
    """`sentence` says in the platform's own terms that the date is closed."""

    def make(said: str, where: Where) -> ConnectorError:
        return Locked(sentence, vendor_message=said, where=where)

    return make
