"""A field called like a method of its form hides that method from every script."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("templates", "accounting_links", "invoicing", "finsync_site")
TEMPLATES = [each for name in FOLDERS for each in (PROJECT / name).rglob("*.html")]
HIDDEN = {"matches", "submit", "reset", "closest", "remove", "contains", "id"}
NAME = re.compile(r'<(?:input|select|textarea|button)\b[^>]*?\bname="([a-z_]+)"')


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_field_hides_a_method_of_its_form(template: Path) -> None:
    assert not HIDDEN & set(NAME.findall(template.read_text(encoding="utf-8")))
