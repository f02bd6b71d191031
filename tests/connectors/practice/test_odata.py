import pytest

from connectors.practice.odata import BadQuery, filtered, ordered, selected

FIELDS = ("Name", "Number", "Day", "Gone")
ROWS = [
    {"Name": "O'Hara", "Number": 3, "Day": "2026-11-20T00:00:00Z", "Gone": None},
    {"Name": "Acme or more", "Number": 1, "Day": "2026-11-21T00:00:00Z", "Gone": "x"},
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [3, 1]),
        ("Name eq 'O''Hara'", [3]),
        ("Name eq 'Acme or more'", [1]),
        ("contains(Name,'cme')", [1]),
        ("Number ge 2 or Gone eq 'x'", [3, 1]),
        ("(Number eq 1 or Number eq 3) and Gone eq null", [3]),
        ("not (Number eq 1)", [3]),
        ("Day le 2026-11-20", [3]),
        ("Day ge '2026-11-21'", [1]),
    ],
)
def test_it_keeps_the_rows_that_fit(text: str, numbers: list[int]) -> None:
    test = filtered(text, FIELDS)
    assert [row["Number"] for row in ROWS if test(row)] == numbers


@pytest.mark.parametrize(
    "text", ["Nme eq 'x'", "Name is 'x'", "Name eq", "Name eq 'x' xor", "(Name eq 'x'"]
)
def test_it_refuses_what_it_does_not_know(text: str) -> None:
    with pytest.raises(BadQuery):
        filtered(text, FIELDS)


def test_it_orders_both_ways() -> None:
    assert [r["Number"] for r in ordered(ROWS, "Number", FIELDS)] == [1, 3]
    assert [r["Number"] for r in ordered(ROWS, "Number desc", FIELDS)] == [3, 1]


def test_it_answers_the_members_asked_for_and_annotations() -> None:
    row = {"@etag": "1", **ROWS[0]}
    assert selected(row, "Number", FIELDS) == {"@etag": "1", "Number": 3}
    with pytest.raises(BadQuery):
        selected(row, "Numbr", FIELDS)
