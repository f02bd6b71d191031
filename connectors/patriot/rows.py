"""Parties, documents and payments as rows of Patriot's tables: by heading, one row a
line. Money is plain, with two places; credit memos alone are negative."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from connectors.amounts import quantity_and_price
from connectors.files import FileParty, FilePayment
from connectors.patriot.settings import Words
from connectors.records import (
    Document,
    DocumentKind,
    Line,
    Party,
    PaymentDirection,
)
from connectors.transport.files import as_text

Row = dict[str, str]
HOME = ("", "US", "USA")
LONGEST_TEXT = 255


def customer(given: FileParty, words: Words) -> Row:
    return {
        "Business Name": given.party.name,
        **_contact(given.party, words),
        "Notes": _note(given),
    }


def vendor(given: FileParty, words: Words) -> Row:
    """Tax ids are not ours to keep."""
    return {
        "Vendor Name": given.party.name,
        **_contact(given.party, words),
        "Notes": _note(given),
    }


def is_foreign(party: Party) -> bool:
    return party.address.country.upper() not in HOME


def street(party: Party) -> tuple[str, str]:
    """In two lines, the second with all that is left."""
    lines = [each for each in map(str.strip, party.address.street.splitlines()) if each]
    return as_text(lines[0]) if lines else "", as_text(", ".join(lines[1:]))


def _contact(party: Party, words: Words) -> Row:
    found = {"Email": as_text(party.email), "Phone": _phone(party.phone)}
    if is_foreign(party) and words.leaves_addresses_out:
        return found
    first, second = street(party)
    return found | {
        "Address 1": first,
        "Address 2": second,
        "City": as_text(party.address.city),
        "State": as_text(party.address.region),
        "Zip": as_text(party.address.postcode),
    }


def _phone(text: str) -> str:
    """Ten digits, without an extension; other countries' stay out."""
    digits = re.sub(r"\D", "", re.split(r"(?i)ext|x", text)[0])
    digits = digits.removeprefix("1") if len(digits) == 11 else digits
    return digits if len(digits) == 10 else ""


def _note(given: FileParty) -> str:
    return as_text(f"{given.party.code} {given.reference}")


def invoice(document: Document, words: Words) -> Iterator[Row]:
    """A row for each line, each with the document's head and totals, so that a person
    can compare them while typing."""
    is_credit = document.kind is DocumentKind.CREDIT_NOTE
    sign = -1 if is_credit else 1
    head = {
        "Type": "Credit memo" if is_credit else "Invoice",
        "Our Number": document.number,
        "Customer": _known(document),
        "Invoice Date": day(document.date),
        "Due Date": day(document.due_date),
        "Terms": _terms(document),
        "Memo": as_text(_memo(document))[:LONGEST_TEXT],
        "Our Total": money(sign * document.gross),
        "Our Tax": money(sign * document.tax),
        "FinSync": document.reference,
    }
    for at, line in enumerate(document.lines, start=1):
        yield head | _line(at, line, words, sign=sign)


def _line(at: int, line: Line, words: Words, *, sign: int) -> Row:
    quantity, price = quantity_and_price(line, price_places=4)
    return {
        "Line": str(at),
        "Product/Service": as_text(line.product_code),
        "Description": as_text(line.text)[:LONGEST_TEXT],
        "Quantity": f"{quantity.normalize():f}",
        "Rate": f"{sign * price:f}",
        "Amount": money(sign * line.net),
        "Taxable": "Y" if line.tax else "N",
        "Account": as_text(words.account(line.nominal_code)),
    }


def bill(document: Document, words: Words) -> Iterator[Row]:
    """Bills there have no tax of their own: it is part of what was bought."""
    head = {
        "Vendor": _known(document),
        "Bill Number": document.number,
        "Bill Date": day(document.date),
        "Due Date": day(document.due_date),
        "Memo": as_text(_memo(document))[:LONGEST_TEXT],
        "Our Total": money(document.gross),
        "FinSync": document.reference,
    }
    for at, line in enumerate(document.lines, start=1):
        yield head | {
            "Line": str(at),
            "Description": as_text(line.text)[:LONGEST_TEXT],
            "Amount": money(line.net + line.tax),
            "Account": as_text(words.account(line.nominal_code)),
        }


def payment(paid: FilePayment, words: Words) -> Iterator[Row]:
    """A row for each document that it settles, and one for what is left."""
    given = paid.payment
    head = {
        "Direction": "In" if given.direction is PaymentDirection.RECEIVED else "Out",
        "Customer or Vendor": given.party_id or (paid.party.name if paid.party else ""),
        "Our Payment Id": paid.reference,
        "Date": day(given.date),
        "Method": as_text(words.method(given.method)),
        "Account": as_text(given.bank_account_id),
        "Amount": money(given.amount),
        "Reference": as_text(given.reference),
    }
    left = given.amount
    for each in given.allocations:
        left -= each.amount
        number = paid.numbers.get(each.document_id, each.document_id)
        yield head | {
            "Applies To": paid.numbers_there.get(each.document_id, number),
            "Amount Applied": money(each.amount),
        }
    if left > 0:
        yield head | {"Applies To": "", "Amount Applied": money(left)}


def _known(document: Document) -> str:
    """One who is there already may have another name there."""
    return document.party_id or document.party_name


def _memo(document: Document) -> str:
    credited = document.credited_number
    parts = (document.job_code, f"Credit of {credited}" if credited else "")
    return " ".join(filter(None, (*parts, document.note)))


def _terms(document: Document) -> str:
    if document.due_date is None:
        return ""
    days = (document.due_date - document.date).days
    return f"Net {days}" if days > 0 else "Due on receipt"


def day(value: date | None) -> str:
    return value.strftime("%m/%d/%Y") if value else ""


def money(value: Decimal) -> str:
    return f"{value:.2f}"
