"""Counts what the contract proves of each platform, without running it.

`manage.py docs` keeps the figures in `connectors/evidence.json`. Nothing in the
contract may skip, so what is collected is what runs.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path
from typing import Any

from connectors import registry
from tests.connectors.contract import ConnectorContract
from tests.connectors.contract_parts.access import AccessContract
from tests.connectors.contract_parts.documents import DocumentsContract
from tests.connectors.contract_parts.edges import EdgesContract
from tests.connectors.contract_parts.failures import FailuresContract
from tests.connectors.contract_parts.parties import PartiesContract
from tests.connectors.contract_parts.settling import SettlingContract
from tests.connectors.contract_parts.trust import TrustContract
from tests.connectors.file_contract import FileContract

TESTS = Path(__file__).parent
PAGES = TESTS.parent / "docs" / "platforms"
BEHAVIOURS: Mapping[str, type] = {
    "Getting in, keeping secrets": AccessContract,
    "Customers and suppliers": PartiesContract,
    "Documents and payments": DocumentsContract,
    "Credits, refunds, payments moved": SettlingContract,
    "Odd values, and what changed": EdgesContract,
    "Failures on the way": FailuresContract,
    "Whom it trusts": TrustContract,
    "Files written and reports read": FileContract,
}
_CHECK = re.compile(r"^## Check on a real account\n(.*?)(?=^## |\Z)", re.M | re.S)
_POINT = re.compile(r"^(?:[-*]|\d+\.) (.+)$", re.M)


def counted() -> dict[str, dict[str, Any]]:
    return {slug: of_platform(slug) for slug in registry.slugs()}


def of_platform(slug: str) -> dict[str, Any]:
    suites = suites_of(slug)
    folder = TESTS / "connectors" / slug
    checked = ConnectorContract.check_traffic
    held = [s for s in suites if getattr(s, "check_traffic", checked) is not checked]
    return {
        "behaviours": behaviours(suites),
        "schema": bool(held) or (folder / "test_schema.py").exists(),
        "client": (TESTS / "clients" / f"test_{slug}.py").exists(),
        "samples": sum(1 for p in (folder / "wire").glob("*") if p.suffix != ".txt"),
        "unproven": unproven(slug),
    }


def suites_of(slug: str) -> list[type]:
    if not (TESTS / "connectors" / slug / "test_contract.py").exists():
        return []
    module = import_module(f"tests.connectors.{slug}.test_contract")
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and getattr(value, "slug", "") == slug
    ]


def behaviours(suites: list[type]) -> dict[str, int]:
    found = {
        name: sum(tests_in(suite, part) for suite in suites if issubclass(suite, part))
        for name, part in BEHAVIOURS.items()
    }
    return {name: number for name, number in found.items() if number}


def tests_in(suite: type, part: type) -> int:
    """Those that the part asks for, as the suite has them."""
    named = (name for name, _ in getmembers(part, isfunction))
    return sum(
        cases(getattr(suite, name)) for name in named if name.startswith("test_")
    )


def cases(test: Any) -> int:
    found = 1
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            found *= len(list(mark.args[1]))
    return found


def unproven(slug: str) -> list[str]:
    page = PAGES / f"{slug}.md"
    return list(_points(page.read_text(encoding="utf-8"))) if page.exists() else []


def _points(page: str) -> Iterator[str]:
    for section in _CHECK.findall(page):
        yield from map(_plain, _POINT.findall(section))


def _plain(point: str) -> str:
    """Without Markdown, as a sentence of its own."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", point)
    text = re.sub(r"[`*]", "", text).strip().rstrip(";,.")
    return f"{text[:1].upper()}{text[1:]}."
