import re
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.practice.conditions import Conditions, Test


class Named(Conditions):
    """A comparison is a name: what the row says of it."""

    token = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<mark>[()])|(?P<word>\w+))")

    def comparison(self) -> Test:
        _, word = self.take()
        return lambda row: bool(row[word])

    def bad(self, what: str) -> ValueError:
        return ValueError(f"not understood: {what}")


ROW: Mapping[str, Any] = {"yes": True, "no": False, "'or'": True}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("yes", True),
        ("no", False),
        ("yes and no", False),
        ("no or yes", True),
        ("yes or no and no", True),
        ("(yes or no) and no", False),
        ("not no and yes", True),
        ("not (yes or no)", False),
        ("'or' and yes", True),
    ],
)
def test_and_binds_more_than_or(text: str, fits: bool) -> None:
    assert Named(text).whole()(ROW) is fits


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yes no", "not understood: no"),
        ("(yes", r"not understood: \) is missing"),
        ("yes and", "not understood: it ends too early"),
        ("yes ?", r"not understood: \?"),
    ],
)
def test_what_is_not_understood_is_told(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{told}$"):
        Named(text).whole()
