"""The importer is as strict as the vendor's rules, and its log names what it left
out."""

from collections.abc import Iterator

import pytest
import requests

from connectors.accountedge.connector import ITEMS
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.records import DocumentKind, PartyRole, PaymentDirection
from connectors.transport.files import ExportFile
from tests.connectors.accountedge.bench import sale, sold, write
from tests.connectors.file_contract import newcomer, paid

SUPPLIER = PartyRole.SUPPLIER


@pytest.fixture
def books() -> Iterator[PracticeServer]:
    with serve("accountedge", empty=True) as running:
        for file in write(parties=(newcomer(), newcomer(SUPPLIER))):
            log = hand_in(running, file)
            assert "Records imported: 1" in log
        yield running


def hand_in(books: PracticeServer, file: ExportFile | bytes) -> str:
    content = file if isinstance(file, bytes) else file.content
    answer = requests.post(f"{books.url}/import", data=content, timeout=20)
    assert answer.status_code == 200
    return answer.content.decode("cp1252")


def sold_there(net: str = "100.00", **changes: object) -> bytes:
    mapped = {"account_id": "4000", "tax_code_id": "S"} | changes
    (file,) = write(sale("1", sold(net, **mapped)))
    return file.content


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"\tTax Code\t", b"\tTax Kind\t", "'Tax Kind' cannot be matched"),
        (b"\t4000\t", b"\t4999\t", "Account 4999 not found"),
        (b"\t4000\t", b"\t\t", "The Account # field is required for this import."),
        (b"\tS\tI", b"\tX\tI", "Tax code X not found"),
        (b"\t11/02/2026\t", b"\t2026-11-02\t", "Invalid Date"),
        (b"\t100.00\t", b"\t100,0x\t", "Invalid Amount"),
        (b"\t1\t11/", b"\t123456789\t11/", "Invalid Invoice #: longer than 8"),
        (b"\tI\t2", b"\tZ\t2", "Invalid Sale Status"),
        (b"\r\nNov", b"\r\nKov", "Card not found"),
        (b"Sale Status", b"Sale", "does not name the fields"),
    ],
)
def test_it_leaves_out_what_is_wrong(
    books: PracticeServer, before: bytes, after: bytes, words: str
) -> None:
    content = sold_there()
    assert before in content
    log = hand_in(books, content.replace(before, after, 1))
    assert words in log
    assert list(books.face.ledger.documents.table) == []


def test_a_card_that_is_there_is_a_duplicate(books: PracticeServer) -> None:
    (file,) = write(parties=(newcomer(code="OTHER"),))
    assert "Duplicate record rejected." in hand_in(books, file)


def test_a_number_is_taken_by_sales_of_either_sign(books: PracticeServer) -> None:
    hand_in(books, sold_there())
    log = hand_in(books, sold_there("-100.00"))
    assert "Duplicate record rejected." in log


def test_another_tax_than_the_code_makes_is_remarked_on(books: PracticeServer) -> None:
    content = sold_there().replace(b"\t120.00\t", b"\t120.01\t")
    assert "Warning: Tax is 20.01, and the codes make 20.00." in hand_in(books, content)


def test_lines_without_a_blank_one_are_one_transaction(books: PracticeServer) -> None:
    lines = [sold("1.00", account_id="4000", tax_code_id="S")]
    (file,) = write(sale("1", *lines), sale("2", *lines))
    joined = file.content.replace(b"\r\n\r\n", b"\r\n")
    assert "differ in Invoice #" in hand_in(books, joined)


def test_items_must_be_there_and_add_up(books: PracticeServer) -> None:
    known = sold("10.00", product_code="SALES", tax_code_id="S")
    (good,) = write(sale("1", known), variant=ITEMS)
    assert "Records imported: 1" in hand_in(books, good)
    bad = good.content.replace(b"\t1\t11", b"\t2\t11")
    assert "Item X not found" in hand_in(books, bad.replace(b"\tSALES\t", b"\tX\t"))
    wrong = bad.replace(b"\t10.00\t12.00\t", b"\t11.00\t13.20\t")
    assert "not quantity times price" in hand_in(books, wrong)


def test_a_bill_is_paid_by_its_number(books: PracticeServer) -> None:
    bought = sold("100.00", account_id="5000", tax_code_id="S")
    (bill,) = write(sale("SUP-1", bought, kind=DocumentKind.SUPPLIER_INVOICE))
    hand_in(books, bill)
    money = paid(
        "SUP-1",
        "120.00",
        direction=PaymentDirection.MADE,
        bank_account_id="1200",
    )
    (file,) = write(payments=(money,))
    assert "Records imported: 1" in hand_in(books, file)
    assert "Duplicate" in hand_in(books, file)
    (held,) = books.face.ledger.documents.table
    assert held.balance == 0


def test_an_invoice_of_nobody_cannot_be_paid(books: PracticeServer) -> None:
    (file,) = write(payments=(paid("9", "1.00", bank_account_id="1200"),))
    assert "Invoice # 9 not found" in hand_in(books, file)


def test_lists_that_it_lacks_are_not_there(books: PracticeServer) -> None:
    url = f"{books.url}/lists/"
    assert requests.get(url + "accounts", timeout=20).status_code == 200
    assert requests.get(url + "nothing", timeout=20).status_code == 404


def test_commas_are_read_as_well_as_tabs(books: PracticeServer) -> None:
    mapped = {"account_id": "4000", "tax_code_id": "S", "text": "Pump, big"}
    (file,) = write(sale("1", sold("1.00", **mapped)), file_style="comma")
    assert "Records imported: 1" in hand_in(books, file)
    (held,) = books.face.ledger.documents.table
    assert held.lines[0].description == "Pump, big"
