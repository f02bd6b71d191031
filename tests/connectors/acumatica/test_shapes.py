from typing import Any

import pytest

from connectors.practice.acumatica.shapes import DOCUMENTS
from connectors.practice.shape import Misfit

INVOICE = {
    "Customer": {"value": "BP00001"},
    "Details": [{"Qty": {"value": 1}, "CalculateDiscountsOnImport": {"value": False}}],
}


@pytest.mark.parametrize("idle", [[], {"value": False}])
def test_members_that_ask_for_nothing_are_passed_over(idle: Any) -> None:
    parsed = DOCUMENTS["Invoice"].parsed(INVOICE | {"TaxDetails": idle})
    assert parsed["Customer"] == "BP00001" and not parsed["TaxDetails"]


@pytest.mark.parametrize("asked", [[{"TaxID": {"value": "S"}}], {"value": True}])
def test_what_they_would_ask_for_is_refused(asked: Any) -> None:
    with pytest.raises(Misfit):
        DOCUMENTS["Invoice"].parsed(INVOICE | {"TaxDetails": asked})
