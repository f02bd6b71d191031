"""Holds what goes to and fro against Acumatica's OpenAPI document.

Two things are explained. A record's keys are one part of the address in the document,
and several parts on the wire. Where an action's progress is asked for is told by the
answer that started it, and by no document.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent

BASE = "/Practice/entity/Default/24.200.001"
_PROGRESS = re.compile(r"/\w+/\w+/status/[-\w]+$")
_KEYS = re.compile(rf"({re.escape(BASE)}/\w+/[^/?]+)/([^/?]+)")


def findings(folder: Path, traffic: Iterable[Sent], *, answers: bool) -> list[str]:
    """Once each."""
    spec = openapi.load(folder / "default-24.200.001-accounting.openapi.json", BASE)
    found: set[str] = set()
    for sent in traffic:
        if not _PROGRESS.search(sent.url):
            url = _KEYS.sub(r"\1,\2", sent.url)
            found |= set(spec.findings(replace(sent, url=url), answers=answers))
    return sorted(found)


def operations(traffic: Iterable[Sent]) -> set[str]:
    """Verb and entity of each call."""
    return {
        f"{sent.method} {sent.url.partition(f'{BASE}/')[2].split('?')[0].split('/')[0]}"
        for sent in traffic
        if BASE in sent.url
    }
