import re
from pathlib import Path

import pytest

from accounting_links.status_codes import StatusCode
from connectors import errors

PAGE = Path(__file__).parents[2] / "docs" / "status-codes.md"
SECTION = re.compile(r"^### (\w+)\n\n(.+?)\n\n(.*?)(?=^##|\Z)", re.M | re.S)


def sections() -> list[tuple[str, str, str]]:
    return SECTION.findall(PAGE.read_text(encoding="utf-8"))


def test_every_code_is_explained_once_in_order() -> None:
    assert [code for code, _, _ in sections()] == StatusCode.values


@pytest.mark.parametrize("code", StatusCode)
def test_the_page_and_the_product_say_the_same_sentence(code: StatusCode) -> None:
    [sentence] = [sentence for name, sentence, _ in sections() if name == code]
    assert sentence == code.label


@pytest.mark.parametrize("code", StatusCode)
def test_the_page_says_why_and_what_to_press(code: StatusCode) -> None:
    [rest] = [rest for name, _, rest in sections() if name == code]
    assert re.findall(r"^\*(\w+)\.\* \w", rest, re.M) == ["Why", "Press"]


def test_codes_fit_where_they_are_kept() -> None:
    assert max(map(len, StatusCode.values)) <= 30


NAMED = [
    errors.Rejected(""),
    errors.DuplicateNumber(""),
    errors.DuplicateParty(""),
    errors.StaleVersion(""),
    errors.NotFound(""),
    errors.Locked(""),
    errors.Unsupported(""),
]


@pytest.mark.parametrize("error", NAMED)
def test_what_platforms_refuse_has_a_code(error: errors.Rejected) -> None:
    assert error.status_code in StatusCode.values
