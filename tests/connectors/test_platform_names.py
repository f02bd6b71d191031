"""No platform's name stands outside its own folders and the registry: everything else
asks a capability."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("accounting_links", "invoicing", "templates", "finsync_site")
CORE = ("connectors", "connectors/auth", "connectors/transport", "connectors/practice")
KINDS = {".py", ".html", ".js", ".css", ".txt"}
# Words of labels that are no names.
PLAIN = {
    *("accounting", "bill", "books", "business", "central", "cloud", "com", "money"),
    *("online", "one", "soap"),
}
ALLOWED = {
    "connectors/registry.py": "it is the registry",
    "finsync_site/demo/environment.py": "the demo's practice ledger is one of them",
}


def names() -> set[str]:
    """Slugs, labels, and each word of a label that is a name."""
    found = set(registry.slugs())
    for slug in registry.slugs():
        label = registry.label(slug).casefold()
        found.add(label)
        found |= set(re.findall(r"[a-z][a-z0-9/]+", label)) - PLAIN
    return found


def texts() -> Iterator[tuple[str, str]]:
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*")):
            if path.suffix in KINDS:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for folder in CORE:
        for path in sorted((ROOT / folder).glob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def pattern() -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, names()), key=len, reverse=True)
    return re.compile(rf"(?<![\w/])({'|'.join(longest_first)})(?![\w/])", re.I)


def test_no_platform_is_named_outside_its_own_folders() -> None:
    wanted = pattern()
    found = {
        name: sorted({match[0] for match in wanted.finditer(text)})
        for name, text in texts()
        if name not in ALLOWED and wanted.search(text)
    }
    assert found == {}


def test_what_is_allowed_is_still_needed() -> None:
    told = dict(texts())
    wanted = pattern()
    assert [name for name in ALLOWED if not wanted.search(told.get(name, ""))] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("if platform == 'xero':", True),
        ("Sage does not take this.", True),
        ("the books of the business", False),
        ("a message about waves", False),
    ],
)
def test_a_name_is_seen_and_a_word_is_not(text: str, named: bool) -> None:
    assert bool(pattern().search(text)) is named
