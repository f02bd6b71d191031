"""The import screens are as strict as the vendor says, and the person who keys
worksheets in leaves out what does not go."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from connectors.practice.books import Role
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.records import Address, DocumentKind, PartyRole, PaymentDirection
from connectors.transport.files import ExportFile
from tests.connectors.file_contract import line, paid
from tests.connectors.patriot.bench import acme, newcomer, sold, write

SUPPLIER = PartyRole.SUPPLIER
BILL = DocumentKind.SUPPLIER_INVOICE


@pytest.fixture
def books() -> Iterator[PracticeServer]:
    with serve("patriot", empty=True) as running:
        for file in write(parties=(newcomer(), newcomer(role=SUPPLIER))):
            assert hand_in(running, file).status_code == 204
        yield running


def hand_in(books: PracticeServer, file: ExportFile | bytes) -> requests.Response:
    content = file if isinstance(file, bytes) else file.content
    return requests.post(f"{books.url}/import", data=content, timeout=20)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "x" * 51}, "longer than 50"),
        ({"name": ""}, "a name is required"),
        ({"address": Address(street="x" * 51)}, "Address 1 is longer"),
        ({"address": Address(postcode="LS1 1AA")}, "no zip code"),
    ],
)
def test_the_import_refuses_what_patriot_refuses(
    books: PracticeServer, changes: dict[str, Any], words: str
) -> None:
    (file,) = write(parties=(newcomer(**changes),))
    answer = hand_in(books, file)
    assert answer.status_code == 422 and words in answer.text


def test_more_than_two_hundred_rows_are_refused(books: PracticeServer) -> None:
    files = write(parties=tuple(newcomer(number) for number in range(201)))
    _, _, rest = files[1].content.partition(b"\r\n")
    answer = hand_in(books, files[0].content + rest)
    assert answer.status_code == 422 and "200 rows" in answer.text


def test_a_second_import_makes_everybody_twice(books: PracticeServer) -> None:
    (file,) = write(parties=(newcomer(),))
    hand_in(books, file)
    names = [row.name for row in books.face.ledger.parties.in_role(Role.CUSTOMER)]
    assert names.count("Acme Ltd") == 2


def test_what_cannot_be_keyed_in_is_left_out(books: PracticeServer) -> None:
    unknown = sold("2", party_name="Nobody", party=acme(name="Nobody"))
    (file,) = write(sold("1"), unknown, sold("3"))
    hand_in(books, file)
    numbers = [row.number for row in books.face.ledger.documents.table]
    assert numbers == ["1", "3"]


def test_nobody_keys_our_reference_in(books: PracticeServer) -> None:
    (file,) = write(sold("1", line(1, "1.00", text="=1+1")))
    hand_in(books, file)
    (held,) = books.face.ledger.documents.table
    assert (held.reference, held.lines[0].description) == ("", "=1+1")


def test_a_bill_is_paid(books: PracticeServer) -> None:
    bill = sold("77", kind=BILL, party=acme(SUPPLIER))
    (file,) = write(bill)
    hand_in(books, file)
    money = paid("77", "120.00", direction=PaymentDirection.MADE, party_id="Acme Ltd")
    (file,) = write(payments=(money,))
    hand_in(books, file)
    (held,) = books.face.ledger.documents.table
    assert (held.gross, held.balance) == (Decimal(120), Decimal(0))


def test_a_payment_of_what_is_not_there_is_left_out(books: PracticeServer) -> None:
    money = replace(paid("9", "1.00", party_id="Acme Ltd"), numbers={"9": "9"})
    (file,) = write(payments=(money,))
    assert hand_in(books, file).status_code == 204
    assert list(books.face.ledger.settlements.payments) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"What,Ever\r\n1,2\r\n"])
def test_what_is_no_file_of_these_is_refused(
    books: PracticeServer, content: bytes
) -> None:
    assert hand_in(books, content).status_code == 422


def test_lists_that_it_lacks_are_not_there(books: PracticeServer) -> None:
    url = f"{books.url}/lists/"
    assert requests.get(url + "suppliers", timeout=20).status_code == 200
    assert requests.get(url + "accounts", timeout=20).status_code == 404
