"""The imports that Patriot has: customers and vendors. They only add, so that a file
that is imported twice makes everybody twice."""

import re
from collections.abc import Sequence

from ..books import Address, Party, Role
from ..errors import Invalid
from ..ledger import Ledger
from .tables import Record

MOST_ROWS, NAME, ADDRESS = 200, 50, 50
ZIP = re.compile(r"\d{5}(-\d{4})?")


def take_in(ledger: Ledger, rows: Sequence[Record], role: Role) -> None:
    """All rows or none: the screen shows what is wrong before it saves. Raises
    `Invalid`."""
    if len(rows) > MOST_ROWS:
        raise Invalid(f"No more than {MOST_ROWS} rows.")
    with ledger.store.change():
        for at, row in enumerate(rows, start=2):
            _check(row, role, at)
            ledger.parties.create(_party(row, role))


def _check(row: Record, role: Role, at: int) -> None:
    name = name_of(row, role)
    if not name:
        raise Invalid(f"Row {at}: a name is required.")
    if len(name) > NAME:
        raise Invalid(f"Row {at}: the name is longer than {NAME}.")
    for heading in ("Address 1", "Address 2"):
        if len(row.get(heading, "")) > ADDRESS:
            raise Invalid(f"Row {at}: {heading} is longer than {ADDRESS}.")
    if (code := row.get("Zip", "")) and not ZIP.fullmatch(code):
        raise Invalid(f"Row {at}: {code!r} is no zip code.")
    if not re.fullmatch(r"(\d{10})?", row.get("Phone", "")):
        raise Invalid(f"Row {at}: the phone number has ten digits.")


def name_of(row: Record, role: Role) -> str:
    if role is Role.SUPPLIER:
        return row.get("Vendor Name", "")
    person = f"{row.get('First Name', '')} {row.get('Last Name', '')}".strip()
    return row.get("Business Name", "") or person


def _party(row: Record, role: Role) -> Party:
    return Party(
        name=name_of(row, role),
        roles=(role,),
        email=row.get("Email", ""),
        phone=row.get("Phone", ""),
        extra={"notes": row.get("Notes", "")},
        address=Address(
            street=row.get("Address 1", ""),
            city=row.get("City", ""),
            region=row.get("State", ""),
            postcode=row.get("Zip", ""),
            country="US" if row.get("City") else "",
        ),
    )
