import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from connectors.practice.shape import (
    Misfit,
    Shape,
    day,
    flag,
    guid,
    many,
    number,
    text,
    word,
)

LINE = Shape({"amount": number(2)}, needs=("amount",))
SHAPE = Shape(
    {
        "name": text(5),
        "on": day,
        "ok": flag,
        "id": guid,
        "kind": word("a", "b"),
        "price": number(quoted=True),
        "lines": many(LINE),
    },
    needs=("name",),
)


def test_values_come_out_in_their_types() -> None:
    sent = {"name": "Tap", "on": "2026-11-02", "price": "1.50", "ok": None}
    assert SHAPE.parsed(sent) == {
        "name": "Tap",
        "on": dt.date(2026, 11, 2),
        "price": Decimal("1.50"),
    }


@pytest.mark.parametrize(
    ("sent", "path", "reason"),
    [
        ({}, "name", "missing"),
        ({"name": "x", "else": 1}, "else", "unknown"),
        ({"name": "too long"}, "name", "long"),
        ({"name": 5}, "name", "type"),
        ({"name": "x", "on": "2.11.2026"}, "on", "type"),
        ({"name": "x", "ok": "true"}, "ok", "type"),
        ({"name": "x", "id": "58"}, "id", "type"),
        ({"name": "x", "kind": "c"}, "kind", "word"),
        ({"name": "x", "lines": {}}, "lines", "type"),
        ({"name": "x", "lines": [{}]}, "lines[0].amount", "missing"),
        ({"name": "x", "lines": [{"amount": "1"}]}, "lines[0].amount", "type"),
        (
            {"name": "x", "lines": [{"amount": Decimal("1.001")}]},
            "lines[0].amount",
            "type",
        ),
    ],
)
def test_what_does_not_fit_is_named(sent: Any, path: str, reason: str) -> None:
    with pytest.raises(Misfit) as caught:
        SHAPE.parsed(sent)
    assert (caught.value.path, caught.value.reason) == (path, reason)


def test_an_open_shape_passes_others_over() -> None:
    assert Shape({"a": text()}, open=True).parsed({"a": "1", "b": 2}) == {"a": "1"}
