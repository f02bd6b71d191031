from dataclasses import replace
from typing import Any

import pytest

from tests.connectors.practice.client import Caller
from tests.connectors.practice.shop import Clock


def feed(caller: Caller, entities: str, since: str) -> dict[str, list[dict[str, Any]]]:
    answer = caller.get("cdc", entities=entities, changedSince=since)
    found: dict[str, list[dict[str, Any]]] = {}
    for part in answer["CDCResponse"][0]["QueryResponse"]:
        for name in entities.split(","):
            if name in part:
                found[name] = part[name]
    return found


def items(caller: Caller, *numbers: str) -> list[dict[str, Any]]:
    return [
        {"bId": f"b{n}", "operation": "create", "Invoice": caller.invoice(number)}
        for n, number in enumerate(numbers)
    ]


def sent(caller: Caller, items: list[dict[str, Any]], key: str = "") -> list[Any]:
    path = f"batch?requestid={key}" if key else "batch"
    answer: list[Any] = caller.post(path, {"BatchItemRequest": items})[
        "BatchItemResponse"
    ]
    return answer


# --- change feed


def test_the_feed_tells_what_changed_since(caller: Caller, clock: Clock) -> None:
    clock.advance(hours=1)
    since = clock.now.isoformat()
    made = caller.post("invoice", caller.invoice())["Invoice"]
    body = {"CustomerRef": made["CustomerRef"], "TotalAmt": 5}
    caller.post("payment", body)
    found = feed(caller, "Invoice,Payment,Bill", since)
    assert [row["DocNumber"] for row in found["Invoice"]] == ["INV-1"]
    assert len(found["Payment"]) == 1
    assert "Bill" not in found


def test_a_paid_invoice_is_in_the_feed(caller: Caller, clock: Clock) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    clock.advance(hours=1)
    linked = [{"TxnId": made["Id"], "TxnType": "Invoice"}]
    line = {"Amount": 120, "LinkedTxn": linked}
    body = {"CustomerRef": made["CustomerRef"], "TotalAmt": 120, "Line": [line]}
    caller.post("payment", body)
    found = feed(caller, "Invoice", clock.now.isoformat())
    assert [row["Balance"] for row in found["Invoice"]] == [0]


def test_deleted_ones_are_marked(caller: Caller, clock: Clock) -> None:
    made = caller.post("invoice", caller.invoice())["Invoice"]
    body = {"Id": made["Id"], "SyncToken": "0"}
    caller.post("invoice?operation=delete", body)
    rows = feed(caller, "Invoice", "2026-11-25T00:00:00-08:00")["Invoice"]
    row = next(row for row in rows if row["Id"] == made["Id"])
    assert row.keys() == {"domain", "status", "Id", "MetaData"}


def test_the_feed_holds_a_thousand_at_most(caller: Caller, clock: Clock) -> None:
    clock.advance(hours=1)
    ledger = caller.server.face.ledger
    sample = ledger.documents.get(caller.documents()["M-1001"]["id"])
    with ledger.store.change():
        for number in range(1100):
            fresh = replace(sample, id="", number=f"F{number}")
            ledger.documents.insert(fresh)
    rows = feed(caller, "Invoice", clock.now.isoformat())["Invoice"]
    assert len(rows) == 1000
    assert rows[0]["DocNumber"] == "F0"


@pytest.mark.parametrize(
    ("entities", "since", "code"),
    [
        ("Invoice", "2026-10-01T00:00:00Z", "2110"),
        ("Invoice", "soon", "2110"),
        ("Poem", "2026-11-25T00:00:00Z", "2170"),
        ("", "2026-11-25T00:00:00Z", "2020"),
    ],
)
def test_a_bad_feed_request_is_refused(
    caller: Caller, entities: str, since: str, code: str
) -> None:
    params = {"entities": entities, "changedSince": since}
    answer = caller.call("GET", "cdc", params=params)
    assert answer.json()["Fault"]["Error"][0]["code"] == code


# --- batch


def test_items_are_answered_each_for_itself(caller: Caller) -> None:
    batch = items(caller, "A", "A", "B")
    batch[2]["Invoice"]["Foo"] = 1
    batch.append({"bId": "q", "Query": "select Id from Invoice where DocNumber = 'A'"})
    answers = sent(caller, batch)
    assert [item["bId"] for item in answers] == ["b0", "b1", "b2", "q"]
    assert answers[0]["Invoice"]["DocNumber"] == "A"
    codes = [item["Fault"]["Error"][0]["code"] for item in answers[1:3]]
    assert codes == ["6140", "2010"]
    assert answers[3]["QueryResponse"]["maxResults"] == 1


def test_a_batch_is_answered_as_at_first(caller: Caller) -> None:
    first = sent(caller, items(caller, "A", "B"), "r-1")
    assert sent(caller, items(caller, "A", "B"), "r-1") == first
    other = sent(caller, items(caller, "A", "B"), "r-2")
    assert all("Fault" in item for item in other)


def test_a_batch_updates_voids_and_deletes(caller: Caller) -> None:
    made = [item["Invoice"] for item in sent(caller, items(caller, "A", "B", "C"))]
    versions = [{"Id": m["Id"], "SyncToken": "0", "sparse": True} for m in made]
    answers = sent(
        caller,
        [
            {
                "bId": "1",
                "operation": "update",
                "Invoice": {**versions[0], "PrivateNote": "x"},
            },
            {
                "bId": "2",
                "operation": "update",
                "optionsData": "void",
                "Invoice": versions[1],
            },
            {"bId": "3", "operation": "delete", "Invoice": versions[2]},
        ],
    )
    assert answers[0]["Invoice"]["PrivateNote"] == "x"
    assert answers[1]["Invoice"]["TotalAmt"] == 0
    assert answers[2]["Invoice"]["status"] == "Deleted"


def test_a_number_may_be_taken_twice_on_request(caller: Caller) -> None:
    batch = items(caller, "A", "A")
    batch[1]["optionsData"] = "allowduplicatedocnum"
    assert all("Invoice" in item for item in sent(caller, batch))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "2020"),
        ({"BatchItemRequest": []}, "2020"),
        ({"BatchItemRequest": [{"operation": "create"}]}, "2020"),
        ([], "2020"),
    ],
)
def test_a_bad_batch_is_refused(caller: Caller, body: Any, code: str) -> None:
    assert caller.error("batch", body)["code"] == code


def test_more_than_thirty_items_are_refused_whole(caller: Caller) -> None:
    batch = items(caller, *(f"N{n}" for n in range(31)))
    assert caller.error("batch", {"BatchItemRequest": batch})
    assert not any(number.startswith("N") for number in caller.documents())


def test_keys_have_their_lengths(caller: Caller) -> None:
    batch = {"BatchItemRequest": items(caller, "A")}
    assert caller.error(f"batch?requestid={'k' * 37}", batch)["code"] == "2050"
    batch["BatchItemRequest"][0]["bId"] = "b" * 11
    item = sent(caller, batch["BatchItemRequest"], "r")[0]
    assert item["Fault"]["Error"][0]["code"] == "2050"
