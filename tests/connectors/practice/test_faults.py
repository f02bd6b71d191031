from typing import Any

import pytest

from connectors.practice.dispatch import with_entities
from connectors.practice.faults import BadRule, Faults
from connectors.transport.xml import UnsafeXml, parse_xml


def fired(spec: dict[str, Any], times: int = 10, **asked: Any) -> list[int]:
    faults = Faults()
    faults.add(spec)
    method = asked.get("method", "POST")
    target = asked.get("target", "/v1/invoices?a=1")
    body, token = asked.get("body", b"{}"), asked.get("token", False)
    turns = range(1, times + 1)
    return [n for n in turns if faults.pick(method, target, body, token=token)]


@pytest.mark.parametrize(
    ("spec", "turns"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ({"nth": 3}, [3]),
        ({"every": 4}, [4, 8]),
        ({"every": 4, "count": 1}, [4]),
        ({"skip": 7}, [8, 9, 10]),
        ({"skip": 2, "nth": 3}, [5]),
        ({"count": 2}, [1, 2]),
        ({"method": "get"}, []),
        ({"path": "^/v1/inv"}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ({"path": "payments"}, []),
        ({"body": "INV-1"}, []),
    ],
)
def test_a_rule_fires_when_it_is_due(spec: dict[str, Any], turns: list[int]) -> None:
    assert fired({"kind": "cut_after", **spec}) == turns


def test_chance_is_the_same_for_the_same_seed() -> None:
    rule = {"kind": "cut_after", "probability": 0.3, "seed": 5}
    first, again = fired(rule, 200), fired(rule, 200)
    assert first == again
    assert 30 < len(first) < 90
    assert fired({**rule, "seed": 6}, 200) != first


def test_a_token_fault_keeps_to_the_token_end_point() -> None:
    assert fired({"kind": "token_error"}, 2) == []
    assert fired({"kind": "token_error"}, 2, token=True) == [1, 2]


def test_the_first_rule_that_is_due_fires_and_the_others_count() -> None:
    faults = Faults()
    faults.add({"kind": "cut_before", "nth": 2})
    faults.add({"kind": "latency", "every": 2})
    kinds = [faults.pick("GET", "/", b"", token=False).get("kind") for _ in range(4)]
    assert kinds == [None, "cut_before", None, "latency"]
    assert [rule["seen"] for rule in faults.as_json()] == [4, 4]
    assert [rule["fired"] for rule in faults.as_json()] == [1, 1]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"kind": "explode"},
        {"kind": "status", "nth": "2"},
        {"kind": "status", "nth": 0},
        {"kind": "status", "count": True},
        {"kind": "status", "path": "("},
        {"kind": "status", "whatever": 1},
    ],
)
def test_a_rule_that_cannot_work_is_refused(spec: dict[str, Any]) -> None:
    faults = Faults()
    with pytest.raises(BadRule):
        faults.add(spec)
    assert not faults


def test_entities_are_declared_after_the_xml_declaration() -> None:
    spoilt = with_entities(b'<?xml version="1.0"?>\n<answer>1</answer>')
    assert spoilt.startswith(b'<?xml version="1.0"?>\n<!DOCTYPE answer [')
    with pytest.raises(UnsafeXml, match="document type"):
        parse_xml(spoilt)
