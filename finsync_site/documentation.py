"""Keeps what the documents say of platforms true to the declarations, and their links
alive. Generated parts stand between `<!-- generated: NAME -->` and `<!-- end -->`."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings

from connectors import card, conformance, evidence

PART = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.S)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


def documents() -> list[Path]:
    root = Path(settings.BASE_DIR)
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]


def stale() -> dict[Path, str]:
    """What is out of date, with what it should say: documents with generated parts, and
    the counted tests. A part that nothing generates is left alone, and is a fault."""
    counts = counted()
    parts = generated(counts)
    told = json.dumps(counts, indent=1) + "\n"
    is_fresh = evidence.FILE.exists() and evidence.FILE.read_text("utf-8") == told
    found = {} if is_fresh else {evidence.FILE: told}
    for path in documents():
        text = path.read_text(encoding="utf-8")
        fresh = PART.sub(partial(_renewed, parts), text)
        if fresh != text:
            found[path] = fresh
    return found


def _renewed(parts: Mapping[str, str], match: re.Match[str]) -> str:
    if match["name"] not in parts:
        return match[0]
    return f"{match[1]}{parts[match['name']]}{match[3]}"


def counted() -> dict[str, dict[str, Any]]:
    """What the tests of each platform prove. They stand beside the code, in a checkout
    alone: nothing but this command reads them."""
    found: dict[str, dict[str, Any]] = import_module("tests.conformance").counted()
    return found


def generated(counts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Part's name -> Markdown: `platforms`, `card-SLUG` for each platform, and the
    parts of the conformance card."""
    platforms = card.registered()
    found = {slug: evidence.from_counts(told) for slug, told in counts.items()}
    cards = {f"card-{each.platform}": card.card(each) for each in platforms}
    return {
        "platforms": card.table(platforms),
        "conformance-overview": conformance.overview(platforms, found),
        "conformance-behaviours": conformance.behaviours(platforms, found),
        "conformance-gaps": conformance.gaps(platforms),
        **cards,
    }


def faults() -> Iterator[str]:
    """Sentences: pages that are missing, and links that lead nowhere."""
    root = Path(settings.BASE_DIR)
    for each in card.registered():
        page = root / "docs" / "platforms" / f"{each.platform}.md"
        if not page.exists():
            yield f"{page.relative_to(root)} is missing."
        elif f"<!-- generated: card-{each.platform} -->" not in page.read_text("utf-8"):
            yield f"{page.relative_to(root)} has no generated card."
    known = generated(counted())
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for match in PART.finditer(text):
            if match["name"] not in known:
                yield f"{path.relative_to(root)}: nothing generates {match['name']}."
        for target in _dead_links(path):
            yield f"{path.relative_to(root)} links to {target}, which is not there."


def _dead_links(path: Path) -> Iterator[str]:
    for match in LINK.finditer(path.read_text(encoding="utf-8")):
        target = match["target"].split("#")[0]
        if not target or "://" in target or target.startswith("mailto:"):
            continue
        if not (path.parent / target).exists():
            yield target
