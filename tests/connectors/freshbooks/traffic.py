"""Holds what goes to and fro against the OpenAPI document on file. It is a third
party's, and covers half of what is used: clients, invoices, payments, taxes, expense
categories."""

import re
from collections.abc import Iterable
from pathlib import Path

from tests.connectors.spec_check import openapi
from tests.connectors.spec_check.recorder import Sent

FILE = "freshbooks-partial.openapi.yaml"
# Where the document is wrong or silent, and FreshBooks' own SDKs say otherwise.
EXPLAINED = {
    r"/(bills|bill_vendors|bill_payments|credit_notes|items|systems)/\S*: unknown to "
    "the document": "not in the document at all",
    r"/ledger_accounts/|/auth/": "not in the document at all",
    r"PUT \S+/payments/payments": "payments are deleted by PUT, as all else",
    r" \?(search\[|include|sort|page|per_page)": "the query language is not described",
    r"> qty: .* is no integer": "the service takes decimal text",
    r"> action_mark_as_sent: unknown": "in the vendor's SDKs",
    r"result > (page|pages|per_page|total): unknown": "paging is not described",
    r"> (ID|id): unknown": "written ID there, id on the wire",
    r"taxes > amount: .* is no number": "the service shows it as text",
}


def findings(folder: Path, traffic: Iterable[Sent], *, answers: bool) -> list[str]:
    """What is not explained, once each."""
    spec = openapi.load(folder / FILE, "")
    found = {f for sent in traffic for f in spec.findings(sent, answers=answers)}
    return sorted(f for f in found if not _explained(f))


def unused(folder: Path, traffic: Iterable[Sent]) -> list[str]:
    """Explanations that explain nothing."""
    spec = openapi.load(folder / FILE, "")
    found = [
        finding
        for sent in traffic
        for answers in (False, True)
        for finding in spec.findings(sent, answers=answers)
    ]
    return [p for p in EXPLAINED if not any(re.search(p, f) for f in found)]


def _explained(finding: str) -> bool:
    return any(re.search(pattern, finding) for pattern in EXPLAINED)
