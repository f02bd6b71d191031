"""A connector with settings, and what it makes of documents."""

from typing import Any

from connectors.files import FileParty, FilePayment
from connectors.patriot.connector import Patriot
from connectors.records import Address, Document, Line, Party, PartyRole
from connectors.settings import ConnectionConfig
from connectors.transport.files import ExportFile
from connectors.transport.tables import read_table
from tests.connectors.file_contract import MOMENT, document, party

HOME = Address(
    street="1 Main St", city="Canton", region="OH", postcode="44702", country="US"
)


def connector(**values: str) -> Patriot:
    return Patriot(
        ConnectionConfig(platform="patriot", values=values, home_currency="USD")
    )


def acme(role: PartyRole = PartyRole.CUSTOMER, **changes: Any) -> Party:
    known = {"name": "Acme Ltd", "address": HOME, "phone": "(330) 555-0100 ext. 7"}
    return party(role, **(known | changes))


def newcomer(number: int = 7, **changes: Any) -> FileParty:
    given = acme(**changes)
    letter = given.role.value[0].upper()
    return FileParty(party=given, reference=f"FinSync-{letter}{number}")


def sold(number: str, *lines: Line, **changes: Any) -> Document:
    known = {"party_name": "Acme Ltd", "party": acme(), "currency": "USD"}
    return document(number, *lines, **(known | changes))


def write(
    *documents: Document,
    payments: tuple[FilePayment, ...] = (),
    parties: tuple[FileParty, ...] = (),
    **values: str,
) -> list[ExportFile]:
    return connector(**values).write(documents, payments, parties, moment=MOMENT)


def records(file: ExportFile) -> list[dict[str, str]]:
    table = read_table(file.content)
    return [dict(zip(table.headings, row, strict=True)) for row in table.rows]
