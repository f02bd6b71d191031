import pytest

from connectors.errors import Rejected
from connectors.numeric_ids import numeric_id


def test_a_number_is_told_as_one() -> None:
    assert numeric_id("58", label="Vendor", code="ACCOUNT_WRONG", field="lines") == 58


@pytest.mark.parametrize("value", ["", "C-58", "5.8", "-1", "²"])
def test_what_is_no_number_is_refused_by_its_field(value: str) -> None:
    with pytest.raises(Rejected, match="Vendor") as caught:
        numeric_id(value, label="Vendor", code="NO_TAX", field="lines")
    assert (caught.value.status_code, caught.value.field) == ("NO_TAX", "lines")
