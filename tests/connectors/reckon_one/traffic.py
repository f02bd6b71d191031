"""Holds what goes to and fro against Reckon's OpenAPI document of version 2. Version 1,
by which bills go, has none on file."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent

FILE = "reckon-one-v2-accounting.openapi.json"
BASE = "/r1/v2"
# Where the document is wrong or silent, each with its reason.
EXPLAINED = {
    r" \?(filter|orderby): unknown": "told of in words, for all lists",
    r"payments .* > transactionType: 'Bill' is none": "of the time before bills",
    r" \?perpage: unknown": "the vendor's examples spell it so, the document perPage",
}


def findings(folder: Path, traffic: Iterable[Sent], *, answers: bool) -> list[str]:
    """What is not explained, once each."""
    found = _all(folder, traffic, answers=answers)
    return sorted(f for f in found if not any(re.search(p, f) for p in EXPLAINED))


def unused(folder: Path, traffic: Iterable[Sent]) -> list[str]:
    """Explanations that explain nothing."""
    sent = list(traffic)
    found = [f for way in (False, True) for f in _all(folder, sent, answers=way)]
    return [p for p in EXPLAINED if not any(re.search(p, f) for f in found)]


def _all(folder: Path, traffic: Iterable[Sent], *, answers: bool) -> set[str]:
    spec = openapi.load(folder / FILE, BASE)
    return {f for sent in traffic for f in spec.findings(sent, answers=answers)}


def operations(traffic: Iterable[Sent]) -> set[str]:
    """Verb and path of each call, ids and days left out."""
    return {
        f"{sent.method} {_bare(path)}"
        for sent in traffic
        if (path := urlsplit(sent.url).path).startswith("/r1/")
    }


def _bare(path: str) -> str:
    known = re.sub(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "/*", path)
    return re.sub(r"/\d{4}-\d\d-\d\d", "/*", known).removeprefix("/r1/")
