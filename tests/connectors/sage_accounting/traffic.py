"""Holds what goes to and fro against Sage's Swagger documents: zero findings.

One thing is explained: the documents tell of lists as plain arrays, while the service
puts a frame around them (`$total`, `$page`, `$items`, ...), as its guide says.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from connectors.transport.json_codec import decode, encode
from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent

BASE = "/v3.1"
FRAME = {"$total", "$page", "$next", "$back", "$itemsPerPage", "$items"}


def findings(folder: Path, traffic: Iterable[Sent], *, answers: bool) -> list[str]:
    """Once each."""
    main = openapi.load(folder / "sage_accounting_v3.1_swagger.json", BASE)
    users = openapi.load(
        folder / "sage_accounting_v3.1_user_business_swagger.json", BASE
    )
    found: set[str] = set()
    for sent in traffic:
        spec = users if f"{BASE}/businesses" in sent.url else main
        found |= set(spec.findings(_unframed(sent), answers=answers))
    return sorted(found)


def _unframed(sent: Sent) -> Sent:
    try:
        body = decode(sent.answer)
    except ValueError:  # spoilt on purpose, or none
        return sent
    if not isinstance(body, dict) or "$items" not in body or body.keys() - FRAME:
        return sent
    return replace(sent, answer=encode(body["$items"]))


def operations(traffic: Iterable[Sent]) -> set[str]:
    """Verb and first part of each path that was called."""
    return {
        f"{sent.method} {sent.url.partition(BASE)[2].split('?')[0].split('/')[1]}"
        for sent in traffic
        if f"{BASE}/" in sent.url
    }
