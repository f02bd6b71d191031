"""The importer is as strict as the vendor's schema, and keeps the vendor's rules."""

import pytest
import requests

from connectors.money_s3.connector import STOCK, MoneyS3
from connectors.practice.runner import serve
from connectors.practice.server import PracticeServer
from connectors.records import Document, DocumentKind
from connectors.settings import ConnectionConfig
from tests.connectors.file_contract import MOMENT, document, line, party
from tests.connectors.money_s3 import schemas

ORDER = DocumentKind.SALES_ORDER


@pytest.fixture
def books() -> PracticeServer:
    return serve("money_s3", empty=True)


@pytest.fixture(autouse=True)
def running(books: PracticeServer):  # type: ignore[no-untyped-def]  # a generator fixture
    with books:
        yield


def content(given: Document, *, variant: str = "") -> bytes:
    connector = MoneyS3(ConnectionConfig(platform="money_s3", home_currency="GBP"))
    (file,) = connector.write([given], moment=MOMENT, variant=variant)
    return file.content


def hand_in(books: PracticeServer, sent: bytes) -> str:
    answer = requests.post(f"{books.url}/import", data=sent, timeout=20)
    assert answer.status_code == 200
    assert schemas.report_faults(answer.content) == []
    return answer.text


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"<Druh>N</Druh>", b"<Druh>NN</Druh>", "longer than 1"),
        (b"<Celkem>120</Celkem>", b"", "Celkem is missing"),
        (b"<Celkem>120</Celkem>", b"<Celkem>1,20</Celkem>", "is no number"),
        (b"<Dobropis>0</Dobropis>", b"<Dobropis>no</Dobropis>", "neither 0 nor 1"),
        (b"<Vystaveno>2026-", b"<Vystaveno>26-", "is no date"),
        (b"<Druh>N</Druh>", b"<Storno>1</Storno>", "Storno is not expected"),
        (b"<Doklad>1</Doklad>", b"<Splatno>2026-11-02</Splatno>", "at this place"),
    ],
)
def test_it_refuses_what_the_schema_refuses(
    books: PracticeServer, before: bytes, after: bytes, words: str
) -> None:
    broken = content(document("1")).replace(before, after, 1)
    assert not schemas.import_schema() or schemas.faults(broken)
    report = hand_in(books, broken)
    assert "SystemError" in report and words in report
    assert list(books.face.ledger.documents.table) == []


def test_a_company_is_found_by_its_number_and_keeps_its_address(
    books: PracticeServer,
) -> None:
    hand_in(books, content(document("1")))
    moved = party(name="Another Name", code="OTHER")
    hand_in(books, content(document("2", party_name="Another Name", party=moved)))
    names = [row.name for row in books.face.ledger.parties.table]
    assert names.count("Novák & syn s.r.o.") == 1 and "Another Name" not in names


def test_an_unknown_company_is_made(books: PracticeServer) -> None:
    hand_in(books, content(document("1")))
    made = [row for row in books.face.ledger.parties.table if row.code == "NOVAK"]
    assert made[0].address.city == "Praha 14"


def test_an_unknown_stock_card_is_a_warning_on_its_line(books: PracticeServer) -> None:
    known = line(1, "1.00", product_code="SALES")
    given = document("1", known, line(2, "2.00", product_code="X-1"), kind=ORDER)
    report = hand_in(books, content(given, variant=STOCK))
    assert "<Status>WarningError</Status>" in report
    assert "'X-1'" in report and "'SALES'" not in report


def test_a_closed_period_is_refused(books: PracticeServer) -> None:
    books.face.ledger.change_company(closed_until=document("1").date)
    assert "BusinessError" in hand_in(books, content(document("1")))


@pytest.mark.parametrize(
    "sent", [b"", b"<x>", b"<Other/>", b"<MoneyData><Nic/></MoneyData>"]
)
def test_what_is_no_exchange_file_is_refused_as_a_whole(
    books: PracticeServer, sent: bytes
) -> None:
    assert "<Status>FatalError</Status>" in hand_in(books, sent)
