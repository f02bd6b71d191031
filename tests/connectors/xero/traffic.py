"""Holds what goes to and fro against Xero's OpenAPI documents."""

import re
from collections.abc import Iterable
from pathlib import Path

from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent

BASE = "/api.xro/2.0"
# What the documents lack and the service is known to send, each with its reason.
EXPLAINED = {
    r"< > (Id|Status|ProviderName|DateTimeUTC): unknown": "the frame of each answer "
    "stands in the documents' examples, not in their schemas",
    r"> (Due)?DateString: unknown": "sent beside Date, as the examples show",
}


def findings(folder: Path, traffic: Iterable[Sent], *, answers: bool) -> list[str]:
    """What is not explained, once each."""
    specs = (
        openapi.load(folder / "xero_accounting.yaml", BASE),
        openapi.load(folder / "xero-identity.yaml", ""),
    )
    found: set[str] = set()
    for sent in traffic:
        accounting = BASE in sent.url
        if accounting:
            found |= set(specs[0].findings(sent, answers=answers))
        elif "/connections" in sent.url:
            # The document writes it with a capital, the service in small letters.
            named = _renamed(sent)
            found |= set(specs[1].findings(named, answers=answers))
    return sorted(f for f in found if not _explained(f))


def _renamed(sent: Sent) -> Sent:
    url = sent.url.replace("/connections", "/Connections")
    return Sent(
        method=sent.method,
        url=url,
        body=sent.body,
        status=sent.status,
        answer=sent.answer,
        headers=sent.headers,
    )


def _explained(finding: str) -> bool:
    return any(re.search(pattern, finding) for pattern in EXPLAINED)


def operations(traffic: Iterable[Sent]) -> set[str]:
    """Verb and first part of each path that was called."""
    return {
        f"{sent.method} {sent.url.partition(BASE)[2].split('?')[0].split('/')[1]}"
        for sent in traffic
        if BASE in sent.url
    }
