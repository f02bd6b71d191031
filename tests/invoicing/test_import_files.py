import datetime as dt
import gzip
import zipfile
from pathlib import Path

import pytest

from invoicing.importing.errors import FileRefused
from invoicing.importing.files import read_rows
from invoicing.importing.limits import Limits
from invoicing.models import Document
from tests.invoicing.importing import own, packed, sale, take, workbook, written

SMALL = Limits(
    file_bytes=100_000, unpacked_bytes=50_000, workbook_bytes=50_000, rows=100
)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("cp1252", ","),
    ],
)
def test_csv_is_read_however_it_was_saved(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [own(contact_name='Café "Zoë", Ltd', text="two\nlines")]
    path = written(tmp_path / "a", rows, encoding=encoding, delimiter=delimiter)
    (row,) = read_rows(path)
    assert row.number == 2
    assert row.text("contact_name") == 'Café "Zoë", Ltd'
    assert row.text("text") == "two\nlines"


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = packed(written(tmp_path / "a.csv", [own(), own("A-2")]))
    assert [row.text("number") for row in read_rows(path)] == ["A-1", "A-2"]


def test_a_workbook_reads_like_its_csv(tmp_path: Path) -> None:
    rows = [own(date=dt.datetime(2026, 11, 2), quantity=2, unit_price=9.95)]
    (row,) = read_rows(workbook(tmp_path / "a.xlsx", rows))
    assert row.text("date") == "2026-11-02"
    assert (row.text("quantity"), row.text("unit_price")) == ("2", "9.95")


def test_empty_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("number,text\n1,a\n\n,,\n2,b\n")
    assert [(row.number, row.text("number")) for row in read_rows(path)] == [
        (2, "1"),
        (5, "2"),
    ]


def bomb(path: Path) -> Path:
    path.write_bytes(gzip.compress(b"number,text\n" + b"1,aaaaaaaa\n" * 500_000))
    return path


def zip_bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed_file:
        packed_file.writestr("xl/worksheets/sheet1.xml", b" " * 5_000_000)
    return path


def entity_workbook(path: Path) -> Path:
    """An XML part that declares an entity."""
    good = workbook(path.with_name("good.xlsx"), [own()])
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename.startswith("xl/worksheets"):
                data = data.replace(
                    b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1
                )
            target.writestr(part.filename, data)
    return path


def bytes_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: bytes_file(path, b""), "is empty"),
        (lambda path: bytes_file(path, b"\n1,2\n"), "first row is empty"),
        (lambda path: bytes_file(path, b"a,b\n" + b"x" * 100_001), "MB are taken"),
        (
            lambda path: bytes_file(path, b"a,b\n" + b"1,2\n" * 101),
            "more than 100 rows",
        ),
        (lambda path: bytes_file(path, b"a,b,a\n1,2,3\n"), "stands there twice"),
        (lambda path: bytes_file(path, b'a,b\n1,"open\n'), "no readable CSV"),
        (lambda path: bytes_file(path, b"a,b\n1,\0\n"), "binary data"),
        (lambda path: bytes_file(path, b"a,b\n\x81\x8d\xff\n"), "unknown encoding"),
        (lambda path: bytes_file(path, b"\xd0\xcf\x11\xe0rest"), "old Excel file"),
        (lambda path: bytes_file(path, b"PK\x03\x04rest"), "no readable XLSX"),
        (lambda path: bytes_file(path, b"\x1f\x8b\x08rest"), "damaged"),
        (
            lambda path: bytes_file(path, gzip.compress(b"a,b\n" * 9)[:-6]),
            "damaged",
        ),
        (bomb, "Unpacked, the file is larger"),
        (zip_bomb, "Unpacked, the workbook has"),
        (entity_workbook, "no readable XLSX"),
        (lambda path: bytes_file(path, ",".join("abc" * 99).encode()), "columns"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(  # type: ignore[no-untyped-def]  # a table
    tmp_path: Path, make, sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence):
        list(read_rows(make(tmp_path / "file"), SMALL))


@pytest.mark.django_db
def test_a_file_that_ends_badly_writes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [own(f"A-{n}") for n in range(500)])
    with path.open("a") as file:
        file.write('A-999,2026-11-02,C1,"never closed')
    with pytest.raises(FileRefused):
        take(path)
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_a_missing_column_is_named(tmp_path: Path) -> None:
    rows = [sale()]
    del rows[0]["UnitPrice"]
    path = written(tmp_path / "a.csv", rows)
    with pytest.raises(FileRefused, match="lacks the column UnitPrice"):
        take(path, "online-retail")
