"""The generated parts of the documents."""

from pathlib import Path
from typing import Any

import pytest

from connectors import card, evidence
from finsync_site import documentation

KNOWN = "<!-- generated: platforms -->\nold\n<!-- end -->\n"
UNKNOWN = "<!-- generated: card-frogbooks -->\nold\n<!-- end -->\n"
COUNTS: dict[str, Any] = {"quickbooks_online": {"behaviours": {"Files": 3}}}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    settings.BASE_DIR = tmp_path
    told = {"platforms": "new\n"}
    monkeypatch.setattr(documentation, "counted", lambda: COUNTS)
    monkeypatch.setattr(documentation, "generated", lambda counts: told)
    monkeypatch.setattr(card, "registered", lambda: [])
    monkeypatch.setattr(evidence, "FILE", tmp_path / "evidence.json")
    return tmp_path / "page.md"


def test_a_generated_part_is_written_anew_and_the_rest_is_kept(page: Path) -> None:
    page.write_text(f"# Before\n{KNOWN}After\n")
    fresh = documentation.stale()[page]
    assert fresh == f"# Before\n{KNOWN.replace('old', 'new')}After\n"


def test_a_part_that_nothing_generates_is_left_alone_and_told(page: Path) -> None:
    page.write_text(UNKNOWN)
    assert page not in documentation.stale()
    assert list(documentation.faults()) == [
        "page.md: nothing generates card-frogbooks."
    ]


def test_counted_tests_are_kept_until_they_change(page: Path) -> None:
    told = documentation.stale()[evidence.FILE]
    evidence.FILE.write_text(told)
    assert documentation.stale() == {}


def test_a_link_that_leads_nowhere_is_told(page: Path) -> None:
    page.write_text("[there](page.md) [gone](gone.md) [far](https://x.example/y)\n")
    assert list(documentation.faults()) == [
        "page.md links to gone.md, which is not there."
    ]
