import pytest

from connectors.errors import Unreadable
from connectors.files import Report
from connectors.money_s3.connector import MoneyS3
from connectors.records import Document
from connectors.settings import ConnectionConfig
from tests.connectors.examples import wire
from tests.connectors.file_contract import MOMENT, document
from tests.connectors.money_s3 import schemas

FIRST, SECOND = document("1"), document("2")


def read(name: str, *documents: Document) -> Report:
    content = wire("money_s3", name)
    assert schemas.report_faults(content) == []
    return parse(content, *documents)


def parse(content: bytes, *documents: Document) -> Report:
    connector = MoneyS3(ConnectionConfig(platform="money_s3"))
    (file,) = connector.write(documents, moment=MOMENT)
    return connector.parse_report(content, file=file.content)


def test_entries_are_known_by_their_number_in_any_order() -> None:
    report = read("report_mixed.xml", FIRST, SECOND)
    told = {each.reference: each for each in report.results}
    assert told[FIRST.reference].accepted
    assert told[FIRST.reference].number == "1"
    assert not told[SECOND.reference].accepted
    assert told[SECOND.reference].message == "BusinessError: Období je uzavřeno."


def test_entries_of_other_files_are_counted_and_left_alone() -> None:
    assert read("report_mixed.xml", FIRST, SECOND).foreign == 1


def test_entries_without_ids_are_known_by_their_place() -> None:
    report = read("report_bare.xml", FIRST, SECOND)
    assert [each.reference for each in report.results] == [
        FIRST.reference,
        SECOND.reference,
    ]


def test_a_warning_is_accepted_and_kept_in_any_encoding() -> None:
    second = read("report_bare.xml", FIRST, SECOND).results[1]
    assert (second.accepted, second.message) == (True, "Upozornění: Žlutá řada")


def test_places_say_nothing_where_the_report_has_fewer_entries() -> None:
    report = read("report_bare.xml", FIRST, SECOND, document("3"))
    assert report.results == () and report.foreign == 2


def test_a_file_refused_as_a_whole_refuses_each_document() -> None:
    report = read("report_file_fault.xml", FIRST, SECOND)
    assert [each.accepted for each in report.results] == [False, False]
    assert report.results[0].message == "SystemError: Neplatný soubor."


@pytest.mark.parametrize(
    "content",
    [b"<MoneyData/>", b"<MoneyReport/>", b"<MoneyReport><Status>Maybe</Status>"],
)
def test_half_a_report_is_none(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(content, FIRST)


def test_an_export_file_is_no_report() -> None:
    with pytest.raises(Unreadable, match="begins with MoneyReport"):
        parse(b"<MoneyData><SeznamFaktVyd/></MoneyData>", FIRST)
