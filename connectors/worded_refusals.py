"""Refusals of a platform whose errors are not documented: told apart by HTTP status,
then by the words in what it says, which staff see as they come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from connectors.errors import (
    ConnectorError,
    NotFound,
    Reauthorise,
    Rejected,
)
from connectors.sentences import Sentences, locked, number_taken, refused
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
        return number_taken(label)(said, answer.where)
    worded = in_words(label).error(said, answer.where)
    if answer.status == 404 and _says_nothing(worded):
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


def _says_nothing(error: ConnectorError) -> bool:
    return isinstance(error, Rejected) and error.status_code == "REJECTED"


def _sentence(answer: Answer, said_in: Say) -> str:
    try:
        found = said_in(answer.json()) if answer.content else ""
    except ConnectorError:
        found = ""
    return " ".join((found or answer.text).split())[:LONGEST]


@cache
def in_words(label: str) -> Sentences:
    return Sentences(
        label,
        (r"already|duplicate|taken|not unique", number_taken(label)),
        (r"closed|locked", locked(f"The books of {label} are locked for this date.")),
        (r"contact|customer|vendor", refused(label, "ACCOUNT_WRONG", "party_id")),
        (r"bank|deposit", refused(label, "NO_BANK", "bank_account_id")),
        (r"\baccount|\bitem", refused(label, "NO_NOMINAL", "lines")),
        (r"\btax", refused(label, "NO_TAX", "lines")),
        (r"currency", refused(label, "CURRENCY", "currency")),
        (r"balance|amount", refused(label, "REJECTED", "amount")),
    )
