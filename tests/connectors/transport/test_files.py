from datetime import datetime

import pytest

from connectors.transport.files import ExportFile, delimited, file_name

MOMENT = datetime(2026, 11, 25, 10, 15)


def test_names_hold_plain_letters_alone() -> None:
    name = file_name("Money S3", "Došlé/../faktury", moment=MOMENT, extension="xml")
    assert name == "Money-S3_Do-l-faktury_20261125-101500.xml"


def test_the_same_content_has_the_same_checksum() -> None:
    one = ExportFile(name="a", content=b"x", media_type="text/plain")
    two = ExportFile(name="b", content=b"x", media_type="text/plain")
    assert one.checksum == two.checksum


def test_cells_are_quoted_where_needed() -> None:
    rows = [["a,b", 'say "hi"'], ["two\nlines", ""]]
    assert delimited(rows) == b'"a,b","say ""hi"""\r\n"two\nlines",\r\n'


def test_tabs_and_old_encodings() -> None:
    assert delimited([["é", "x"]], delimiter="\t", encoding="cp1252") == b"\xe9\tx\r\n"


def test_what_an_encoding_lacks_is_not_replaced() -> None:
    with pytest.raises(UnicodeEncodeError):
        delimited([["修理"]], encoding="cp1252")
