"""Refusals of a platform whose errors are not documented: told apart by HTTP status,
then by the words in what it says, which staff see as they come."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from connectors.errors import (
    ConnectorError,
    DuplicateNumber,
    Locked,
    NotFound,
    Reauthorise,
    Rejected,
    Where,
)
from connectors.transport.answer import Answer

LONGEST = 500
Say = Callable[[Any], str]


def refusal_of(answer: Answer, *, label: str, said_in: Say) -> ConnectorError:
    """The named error of an answer that is no success. `said_in` finds the sentence in
    its JSON; text that is none is taken as it is."""
    said = _sentence(answer, said_in)
    if answer.status in (401, 402, 403):
        return Reauthorise(
            f"{label} does not let this connection do it (HTTP {answer.status}): look "
            f"at the user's rights and the subscription there. {said}".strip(),
            where=answer.where,
        )
    if answer.status == 409:
        return duplicate(said, label, answer.where)
    worded = in_words(said, label, answer.where)
    if answer.status == 404 and worded.status_code == "REJECTED":
        return NotFound(
            f"{label} does not have this record, or the path is another one there.",
            where=answer.where,
        )
    return worded


@contextmanager
def no_place(label: str, what: str) -> Iterator[None]:
    """Where nothing is asked for by its id, "not found" is the path's fault, or that of
    a record that is named. `what` begins the sentence."""
    try:
        yield
    except NotFound as error:
        raise Rejected(
            f"{what} in {label}: the path may be another one there, or something that "
            "was named is gone.",
            where=error.where,
        ) from error


def in_words(said: str, label: str, where: Where) -> Rejected:
    for pattern, code, field in _KNOWN:
        if not pattern.search(said):
            continue
        if code == "DUPLICATE_NUMBER":
            return duplicate(said, label, where)
        if code == "PERIOD_LOCKED":
            return Locked(
                f"The books of {label} are locked for this date: {said}",
                vendor_message=said,
                where=where,
            )
        return _refused(said, label, where, code=code, field=field)
    return _refused(said, label, where, code="REJECTED", field="")


def duplicate(said: str, label: str, where: Where) -> DuplicateNumber:
    return DuplicateNumber(
        f"The number is already used in {label}.", vendor_message=said, where=where
    )


def _refused(said: str, label: str, where: Where, *, code: str, field: str) -> Rejected:
    return Rejected(
        f"{label} refused it: {said or 'it does not say why.'}",
        status_code=code,
        field=field,
        vendor_message=said,
        where=where,
    )


def _sentence(answer: Answer, said_in: Say) -> str:
    try:
        found = said_in(answer.json()) if answer.content else ""
    except ConnectorError:
        found = ""
    return " ".join((found or answer.text).split())[:LONGEST]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# The first that fits counts.
_KNOWN: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_pattern(r"already|duplicate|taken|not unique"), "DUPLICATE_NUMBER", "number"),
    (_pattern(r"closed|locked"), "PERIOD_LOCKED", "date"),
    (_pattern(r"contact|customer|vendor"), "ACCOUNT_WRONG", "party_id"),
    (_pattern(r"bank|deposit"), "NO_BANK", "bank_account_id"),
    (_pattern(r"\baccount|\bitem"), "NO_NOMINAL", "lines"),
    (_pattern(r"\btax"), "NO_TAX", "lines"),
    (_pattern(r"currency"), "CURRENCY", "currency"),
    (_pattern(r"balance|amount"), "REJECTED", "amount"),
)
