import pytest

from connectors.transport.files import as_text, delimited
from connectors.transport.tables import NoTable, heading_key, read_table


def test_headings_are_known_by_their_letters() -> None:
    same = {heading_key(each) for each in ("Invoice #", "- invoice no.", "INVOICE NO")}
    assert same == {"invoiceno"}
    assert heading_key("- % Discount") != heading_key("Discount")


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    content = delimited([["Name", "Card ID"], ["Acme", "42"]], delimiter=delimiter)
    table = read_table(content)
    assert table.delimiter == delimiter
    assert list(table.records()) == [{"name": "Acme", "cardid": "42"}]


def test_blank_rows_are_no_records() -> None:
    table = read_table(b"Name,Amount\r\nAcme,1\r\n\r\n,\r\nBolt,2\r\n")
    assert [each["name"] for each in table.records()] == ["Acme", "Bolt"]
    assert len(table.rows) == 4


def test_of_two_columns_of_one_name_the_first_counts() -> None:
    table = read_table(b"Name\tCity\tCity\r\nAcme\tCanton\tAkron\r\n")
    assert list(table.records()) == [{"name": "Acme", "city": "Canton"}]


def test_a_quote_between_tabs_is_a_quote() -> None:
    table = read_table(b'Text\tAmount\r\n"12 inches\t1.00\r\n')
    assert table.rows == (('"12 inches', "1.00"),)


def test_old_encodings_are_read() -> None:
    content = delimited([["Name", "x"], ["Café", ""]], encoding="cp1252")
    assert read_table(content).rows[0][0] == "Café"
    marked = delimited([["Name", "x"], ["Łódź", ""]], encoding="utf-8-sig")
    assert read_table(marked).keys == ("name", "x")


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"one column\r\n", b"\x81,\x81"])
def test_what_is_no_table_is_said(content: bytes) -> None:
    with pytest.raises(NoTable):
        read_table(content)


@pytest.mark.parametrize("start", "=+-@")
def test_no_text_opens_a_formula(start: str) -> None:
    assert as_text(f"{start}cmd|x") == f"'{start}cmd|x"
    assert as_text(f"\t\r{start}1") == f"'{start}1"
    assert as_text(f"a {start}\n1") == f"a {start} 1"


def test_rows_without_quotes() -> None:
    rows = [['say "hi"', "1"], []]
    assert delimited(rows, delimiter="\t", quoted=False) == b'say "hi"\t1\r\n\r\n'
