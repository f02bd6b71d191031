import pytest

from connectors.references import marked, reference_in


@pytest.mark.parametrize("note", ["", "Ring first", "Two\nlines"])
def test_a_reference_is_found_below_any_note(note: str) -> None:
    assert reference_in(marked(note, "FS-77")) == "FS-77"


@pytest.mark.parametrize("note", ["Reference: FS-77\nPaid by phone", "Thanks", ""])
def test_what_is_not_the_last_line_is_no_reference(note: str) -> None:
    assert reference_in(note) == ""
