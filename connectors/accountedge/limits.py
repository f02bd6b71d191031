"""What cannot stand in a file. Free text is cut where it is written; names, codes and
numbers never are: a person has to decide."""

from collections.abc import Iterator

from connectors.accountedge.settings import Style, amount
from connectors.errors import Rejected
from connectors.records import Document, DocumentKind

NAME, CARD_ID, ITEM, AMOUNT = 50, 15, 30, 15
SUPPLIER_NUMBER = 20


def refusal(document: Document, style: Style, home: str) -> Rejected | None:
    return next(_refusals(document, style, home), None)


def _refusals(document: Document, style: Style, home: str) -> Iterator[Rejected]:
    if home and document.currency != home:
        yield Rejected(
            f"AccountEdge's files name no currency: it takes {home} alone.",
            status_code="CURRENCY",
            field="currency",
        )
    yield from _number(document, style)
    yield from _party(document, style)
    yield from _lines(document)


def _number(document: Document, style: Style) -> Iterator[Rejected]:
    is_bill = document.kind is DocumentKind.SUPPLIER_INVOICE
    longest = SUPPLIER_NUMBER if is_bill else style.longest_number
    if len(document.number) > longest:
        yield Rejected(
            f"The number {document.number} is longer than the {longest} characters"
            " that AccountEdge keeps. Renumber it.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if not style.can_hold(document.number):
        yield Rejected(
            f"The number {document.number} has a letter that AccountEdge does not"
            " read, or begins like a formula.",
            field="number",
        )


def _party(document: Document, style: Style) -> Iterator[Rejected]:
    code = document.party.code if document.party else ""
    for value, longest, what in (
        (document.party_name, NAME, "name"),
        (code, CARD_ID, "code"),
    ):
        if len(value) > longest:
            yield Rejected(
                f"The {what} {value} is longer than the {longest} characters of a card"
                " in AccountEdge. Shorten it on the contact's page.",
                field="contact",
            )
        if not style.can_hold(value):
            yield Rejected(
                f"The {what} {value} has a letter that AccountEdge does not read, or"
                " begins like a formula. Change it on the contact's page.",
                field="contact",
            )


def _lines(document: Document) -> Iterator[Rejected]:
    for line in document.lines:
        if len(amount(line.net + line.tax)) > AMOUNT:
            yield Rejected(
                f"Line {line.position} has an amount of more than {AMOUNT}"
                " characters, which is more than a file can hold.",
                field=f"lines.{line.position}",
            )
        if len(line.product_code) > ITEM:
            yield Rejected(
                f"The product code {line.product_code} is longer than the {ITEM}"
                " characters of an item number.",
                field=f"lines.{line.position}",
            )
