import pytest

from connectors.correctable import FieldNames, Paths, corrections
from connectors.errors import Reauthorise, Unsupported

TEMPLATES = {"invoices": "b/{business}/invoices", "invoice": "i/{id}", "taxes": ""}
KNOWN = {"invoice.rate", "invoice.lines", "invoice.lines.rate", "invoice.memo"}


def paths(text: str = "") -> Paths:
    return Paths.corrected(TEMPLATES, text, label="Vendor")


def names(text: str) -> FieldNames:
    return FieldNames.corrected(KNOWN, text, label="Vendor")


def test_a_path_is_filled_and_its_parts_are_quoted() -> None:
    assert paths().to("invoices", business="7/8") == "b/7%2F8/invoices"


def test_a_corrected_path_takes_the_place_of_the_guess() -> None:
    made = paths("invoices = /sales/{business}/\n\ntaxes= t")
    assert made.to("invoices", business="7") == "sales/7"
    assert made.to("taxes") == "t"


def test_a_path_that_is_not_known_is_told() -> None:
    with pytest.raises(Unsupported, match="Vendor"):
        paths().to("taxes")
    with pytest.raises(Unsupported):
        paths("invoice =").to("invoice", id="1")


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_what_is_meant_for_one_record_never_goes_to_its_list(id: str) -> None:
    with pytest.raises(Unsupported):
        paths().to("invoice", id=id)


@pytest.mark.parametrize("template", ["i/{nobody}", "i/{", "i/{id.x}", "i/{0}"])
def test_a_path_that_cannot_be_filled_is_told(template: str) -> None:
    with pytest.raises(Unsupported, match="asks for something"):
        paths(f"invoice = {template}").to("invoice", id="1")


@pytest.mark.parametrize("text", ["invoices", "wages = w", "= x"])
def test_a_line_that_corrects_nothing_is_shown(text: str) -> None:
    with pytest.raises(Reauthorise, match="corrects nothing"):
        corrections(text, TEMPLATES, label="Vendor")


def test_fields_are_renamed_where_they_stand() -> None:
    made = names("invoice.lines = rows\ninvoice.lines.rate = price\ninvoice.memo =")
    ours = {"rate": 2, "memo": "x", "lines": [{"rate": 95, "text": "a"}]}
    theirs = {"rate": 2, "rows": [{"price": 95, "text": "a"}]}
    assert made.outgoing("invoice", ours) == theirs
    assert made.incoming("invoice", theirs) == {
        "rate": 2,
        "lines": [{"rate": 95, "text": "a"}],
    }


def test_nothing_is_renamed_without_a_correction() -> None:
    ours = {"rate": 2, "party": {"id": 1}, "lines": []}
    assert names("").outgoing("invoice", ours) == ours
    assert names("").incoming("invoice", ours) == ours


def test_a_name_that_was_corrected_away_is_not_read() -> None:
    made = names("invoice.memo = note\ninvoice.rate =")
    assert made.incoming("invoice", {"memo": "x", "rate": 2}) == {}
    assert made.incoming("invoice", {"memo": "x", "note": "y"}) == {"memo": "y"}
