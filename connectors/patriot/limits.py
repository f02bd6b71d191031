"""What Patriot cannot be told. A row is never changed in silence: a name that is too
long, or an address abroad, is for a person to settle."""

from collections.abc import Iterator

from connectors.errors import Rejected
from connectors.patriot.rows import HOME, is_foreign, street
from connectors.patriot.settings import Words
from connectors.records import Document, Party
from connectors.transport.files import opens_formula

NAME, ADDRESS, NUMBER = 50, 50, 20


def refusal(document: Document, words: Words, home: str) -> Rejected | None:
    return next(_refusals(document, words, home), None)


def _refusals(document: Document, words: Words, home: str) -> Iterator[Rejected]:
    if home and document.currency != home:
        yield Rejected(
            f"Patriot keeps one currency, which is {home}.",
            status_code="CURRENCY",
            field="currency",
        )
    yield from _number(document)
    yield from _letters(document.party_id or document.party_name)
    # One who is there already goes into no file of customers any more.
    if document.party_id:
        return
    yield from _name(document.party_name)
    if document.party is not None:
        yield from _address(document.party, words)


def _number(document: Document) -> Iterator[Rejected]:
    if len(document.number) > NUMBER:
        yield Rejected(
            f"The number {document.number} is longer than {NUMBER} characters."
            " Renumber it.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if _is_odd(document.number):
        yield Rejected(
            f"The number {document.number} begins like a formula of a spreadsheet."
            " Renumber it.",
            field="number",
        )


def _name(name: str) -> Iterator[Rejected]:
    if len(name) > NAME:
        yield Rejected(
            f"The name {name} is longer than the {NAME} characters that Patriot"
            " imports. Shorten it, or enter the customer there and link it by the name"
            " that it has there.",
            field="contact",
        )


def _letters(name: str) -> Iterator[Rejected]:
    if _is_odd(name):
        yield Rejected(
            f"The name {name} begins like a formula of a spreadsheet, or has a letter"
            " that cannot be seen. Change it on the contact's page.",
            field="contact",
        )


def _address(party: Party, words: Words) -> Iterator[Rejected]:
    if is_foreign(party):
        if not words.leaves_addresses_out:
            yield Rejected(
                f"{party.name} has an address in {party.address.country}, and Patriot"
                f" imports addresses in {HOME[1]} alone. Enter them there and link the"
                " contact by its name, or let the connection leave addresses out.",
                field="contact",
            )
        return
    for part in street(party):
        if len(part) > ADDRESS:
            yield Rejected(
                f"The address of {party.name} has a line of more than the {ADDRESS}"
                " characters that Patriot imports. Break it on the contact's page.",
                field="contact",
            )


def _is_odd(text: str) -> bool:
    return opens_formula(text) or not text.isprintable()
