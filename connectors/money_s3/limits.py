"""What cannot stand in a file. Free text is cut where it is written; names, codes and
numbers never are: a person has to decide. Lengths: the vendor's XML schemas."""

from collections.abc import Iterator

from connectors.errors import Rejected
from connectors.money_s3.parties import (
    CZECHOSLOVAK,
    company_number,
    is_company_number,
    tax_number,
)
from connectors.money_s3.settings import OURS, Shortcuts
from connectors.records import ZERO, Document, DocumentKind, Party

DOCUMENT_NUMBER = 10
CATALOGUE = 20
OTHER_RATES = 6


def refusal(document: Document, shortcuts: Shortcuts) -> Rejected | None:
    return next(_refusals(document, shortcuts), None)


def _refusals(document: Document, shortcuts: Shortcuts) -> Iterator[Rejected]:
    yield from _number(document, shortcuts)
    if document.party is not None:
        yield from _party(document.party_name, document.party)
    yield from _lines(document, shortcuts)


def _number(document: Document, shortcuts: Shortcuts) -> Iterator[Rejected]:
    is_sale = document.kind in (DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE)
    ours = is_sale and shortcuts["numbering"] == OURS
    if ours and len(document.number) > DOCUMENT_NUMBER:
        yield Rejected(
            f"The number {document.number} is longer than the {DOCUMENT_NUMBER}"
            " characters of a Money S3 document. Renumber it, or let Money S3 number"
            " invoices by its series.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )


def _party(name: str, party: Party) -> Iterator[Rejected]:
    address = party.address
    for value, longest, what in (
        (name or party.name, 50, "name"),
        (party.code, 20, "code"),
        (tax_number(party), 20, "tax number"),
        (" ".join(address.street.split()), 50, "street"),
        (address.city, 40, "city"),
        (address.postcode, 10, "postcode"),
    ):
        if len(value) > longest:
            yield Rejected(
                f"The {what} of {name or party.name} is longer than the {longest}"
                " characters that Money S3 keeps. Shorten it on the contact's page.",
                field="contact",
            )
    number = company_number(party)
    known = address.country.upper() in CZECHOSLOVAK
    if number and known and not is_company_number(number):
        yield Rejected(
            f"{number} is no IC: it has eight digits, of which the last checks the"
            f" others. Correct the company number of {name or party.name}.",
            field="contact",
        )


def _lines(document: Document, shortcuts: Shortcuts) -> Iterator[Rejected]:
    for line in document.lines:
        if len(line.product_code) > CATALOGUE:
            yield Rejected(
                f"The product code {line.product_code} is longer than the {CATALOGUE}"
                " characters of a catalogue number (Katalog).",
                field=f"lines.{line.position}",
            )
    others = {line.tax_rate.normalize() for line in document.lines} - {
        ZERO,
        shortcuts.reduced,
        shortcuts.standard,
    }
    if len(others) > OTHER_RATES:
        yield Rejected(
            f"The document has more than {OTHER_RATES} tax rates beside those of the"
            " company, which is more than a file can hold.",
            status_code="NO_TAX",
        )
