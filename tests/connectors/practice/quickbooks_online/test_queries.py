import pytest

from tests.connectors.practice.client import Caller

ALL = [f"M-{number}" for number in (1001, 1002, 1003, 1004, 1005)]


def numbers(caller: Caller, condition: str) -> list[str]:
    found = caller.query(" ".join(("select DocNumber from Invoice", condition)))
    return [row["DocNumber"] for row in found.get("Invoice", [])]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("where DocNumber = 'M-1001'", ["M-1001"]),
        ("where DocNumber = 'm-1001'", ["M-1001"]),
        ("where DocNumber in ('M-1003', 'M-1001', 'X')", ["M-1001", "M-1003"]),
        ("where DocNumber = 'X'", []),
        ("WHERE DocNumber LIKE 'M-10%'", ALL),
        ("where DocNumber like '%5'", ["M-1005"]),
        ("where TotalAmt > '200' and Balance = '0'", ["M-1001"]),
        ("where TxnDate <= '2010-12-31'", ["M-0101", "M-0102"]),
        ("where TxnDate >= '2010-12-04' and TxnDate < '2011-01-01'", ["M-0102"]),
        ("where DocNumber like 'M-10%' orderby DocNumber desc", ALL[::-1]),
        ("where DocNumber like 'M-10%' order by TotalAmt maxresults 1", ["M-1002"]),
        ("where DocNumber like 'M-10%' startposition 4 maxresults 5", ALL[3:]),
        ("where MetaData.LastUpdatedTime > '2026-11-26T00:00:00Z'", []),
    ],
)
def test_it_selects(caller: Caller, condition: str, expected: list[str]) -> None:
    assert sorted(numbers(caller, condition)) == sorted(expected)
    if "order" in condition:
        assert numbers(caller, condition) == expected


def test_near_names_are_apart(caller: Caller) -> None:
    found = caller.query(
        "select * from Customer where DisplayName = 'Harbour Café Ltd'"
    )
    assert [row["DisplayName"] for row in found["Customer"]] == ["Harbour Café Ltd"]
    near = caller.query("select * from Customer where DisplayName like 'Harbour%'")
    assert len(near["Customer"]) == 2


def test_a_quote_is_escaped(caller: Caller) -> None:
    caller.post("customer", {"DisplayName": "O'Neill's"})
    found = caller.query(r"select * from Customer where DisplayName = 'O\'Neill\'s'")
    assert found["Customer"][0]["DisplayName"] == "O'Neill's"


def test_it_counts(caller: Caller) -> None:
    assert caller.query("select count(*) from Invoice") == {"totalCount": 7}


def test_chosen_columns_alone_are_shown(caller: Caller) -> None:
    found = caller.query("select Id, SyncToken from Invoice maxresults 1")
    assert found["Invoice"][0].keys() == {"domain", "sparse", "Id", "SyncToken"}
    assert (found["startPosition"], found["maxResults"]) == (1, 1)


def test_pages_hold_each_row_once(caller: Caller) -> None:
    text = "select Id from Account startposition {} maxresults 5"
    pages = [caller.query(text.format(start)) for start in (1, 6, 11, 16, 21)]
    ids = [row["Id"] for page in pages for row in page.get("Account", [])]
    assert len(ids) == len(set(ids)) == 16
    assert pages[-1] == {}


def test_a_query_may_be_posted(caller: Caller) -> None:
    headers = {"Content-Type": "application/text"}
    text = "select * from Invoice where DocNumber = 'M-1001'"
    answer = caller.call("POST", "query", data=text, headers=headers)
    assert answer.json()["QueryResponse"]["maxResults"] == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("select * from Poem", "4000"),
        ("select", "4000"),
        ("", "4000"),
        ("delete from Invoice", "4000"),
        ("select * from Invoice where Colour = 'red'", "4001"),
        ("select Colour from Invoice", "4001"),
        ("select * from Invoice where Id = 'a' or Id = 'b'", "4000"),
        ("select * from Invoice where DocNumber = 'a", "4000"),
        ("select * from Invoice where TotalAmt > 'much'", "4000"),
        ("select * from Invoice where MetaData.CreateTime > 'soon'", "4000"),
        ("select * from Invoice startposition 0", "4000"),
        ("select * from Invoice maxresults 1001", "4000"),
        ("select * from Invoice where DocNumber != 'a'", "4000"),
        ("select * from Payment where DocNumber = 'a'", "4001"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    caller: Caller, text: str, code: str
) -> None:
    answer = caller.call("GET", "query", params={"query": text})
    assert answer.status_code == 400
    assert answer.json()["Fault"]["Error"][0]["code"] == code
