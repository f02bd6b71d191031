from datetime import date
from decimal import Decimal

import pytest

from connectors.errors import InDoubt, Unreadable, Where
from connectors.transport import odata
from connectors.transport.answer import Answer
from connectors.transport.odata_batch import Write, batch_answers, batch_body
from connectors.transport.retries import Effect

KIND = "multipart/mixed; boundary=b1"
SET = "Content-Type: multipart/mixed; boundary=c1\r\n\r\n--c1\r\n"
PART = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"


def answer(body: str, kind: str = KIND, effect: Effect = Effect.WRITE) -> Answer:
    return Answer(
        status=200,
        headers={"Content-Type": kind},
        content=body.encode(),
        where=Where(platform="x"),
        effect=effect,
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("O'Hara", "'O''Hara'"),
        (12, "12"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 11, 2), "2026-11-02"),
    ],
)
def test_literals_are_written_as_the_standard_has_them(
    value: str | int | Decimal | date, written: str
) -> None:
    assert odata.literal(value) == written


def test_several_values_stand_in_parentheses() -> None:
    found = odata.both(odata.among("A", ["x", "y"]), "", odata.equals("B", 1))
    assert found == "(A eq 'x' or A eq 'y') and B eq 1"


def test_an_open_end_has_no_condition() -> None:
    assert odata.dated("Day", date(2026, 1, 2), None) == "Day ge 2026-01-02"
    assert odata.dated("Day", None, None) == ""


def test_a_relative_link_leads_on_from_the_root() -> None:
    link = odata.next_address("https://x/b1s/v2", "Invoices?$skip=20")
    assert link == "https://x/b1s/v2/Invoices?$skip=20"


def test_a_page_without_rows_is_not_understood() -> None:
    with pytest.raises(Unreadable):
        odata.rows_of(answer('{"error": 1}', effect=Effect.READ))


def test_each_write_has_a_change_set_of_its_own() -> None:
    body = batch_body([Write("POST", "Invoices", {"Text": "é"})] * 2).decode()
    assert body.count("--batch_finsync\r\n") == 2
    assert body.count("POST Invoices HTTP/1.1\r\nContent-Type: application/json") == 2
    assert "Content-Length: 13\r\n" in body
    assert body.endswith("--batch_finsync--\r\n")


def test_answers_come_in_their_order_from_sets_and_outside() -> None:
    inside = f'--b1\r\n{SET}{PART}HTTP/1.1 201 Created\r\nX-A: 1\r\n\r\n{{"a":1}}'
    outside = f'--b1\r\n{PART}HTTP/1.1 400 Bad Request\r\n\r\n{{"error":2}}'
    body = f"{inside}\r\n--c1--\r\n{outside}\r\n--b1--\r\n"
    first, second = batch_answers(answer(body))
    assert (first.status, first.json(), first.headers["X-A"]) == (201, {"a": 1}, "1")
    assert (second.status, second.json()) == (400, {"error": 2})


def test_a_batch_that_breaks_off_answers_what_came() -> None:
    body = f"--b1\r\n{SET}{PART}HTTP/1.1 201 Created\r\n\r\n{{}}\r\n--c1--\r\n--b1\r\n"
    assert [a.status for a in batch_answers(answer(body))] == [201]


def test_what_is_no_batch_leaves_the_writes_in_doubt() -> None:
    with pytest.raises(InDoubt):
        batch_answers(answer("<html>", kind="text/html"))
