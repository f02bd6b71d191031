"""Keeps what the documents say of platforms true to the declarations, and their links
alive. Generated parts stand between `<!-- generated: NAME -->` and `<!-- end -->`."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from connectors import card

PART = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.S)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def documents() -> list[Path]:
    root = Path(settings.BASE_DIR)
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]


def stale() -> dict[Path, str]:
    """The documents whose generated parts are out of date, with what they should say.

    Raises `KeyError` for a part that nothing generates."""
    parts = generated()
    found = {}
    for path in documents():
        text = path.read_text(encoding="utf-8")
        fresh = PART.sub(
            lambda match: f"{match[1]}{parts[match['name']]}{match[3]}", text
        )
        if fresh != text:
            found[path] = fresh
    return found


def generated() -> dict[str, str]:
    """Part's name -> Markdown: `platforms`, and `card-SLUG` for each platform."""
    platforms = card.registered()
    cards = {f"card-{each.platform}": card.card(each) for each in platforms}
    return {"platforms": card.table(platforms), **cards}


def faults() -> Iterator[str]:
    """Sentences: pages that are missing, and links that lead nowhere."""
    root = Path(settings.BASE_DIR)
    for each in card.registered():
        page = root / "docs" / "platforms" / f"{each.platform}.md"
        if not page.exists():
            yield f"{page.relative_to(root)} is missing."
        elif f"<!-- generated: card-{each.platform} -->" not in page.read_text("utf-8"):
            yield f"{page.relative_to(root)} has no generated card."
    for path in documents():
        for target in _dead_links(path):
            yield f"{path.relative_to(root)} links to {target}, which is not there."


def _dead_links(path: Path) -> Iterator[str]:
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        target = match["target"].split("#")[0]
        if not target or "://" in target or target.startswith("mailto:"):
            continue
        if not (path.parent / target).exists():
            yield target
