"""Holds what the connector sends, and what our practice ledger answers, against the
$metadata of a real Service Layer."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.transport.json_codec import decode
from tests.connectors.spec_check.edmx import Edmx
from tests.connectors.spec_check.recorder import Sent

# Services that SAP's reference documents, and that were cut from the file.
OUTSIDE = {
    "Login",
    "Logout",
    "$batch",
    "CompanyService_GetCompanyInfo",
    "CompanyService_GetAdminInfo",
}
_PATH = re.compile(r"(\w+)(?:\([^)]*\))?(?:/(\w+))?")
_INNER = re.compile(
    rb"POST (\w+) HTTP/1\.1\r\n.*?\r\n\r\n(\{.*?\})\r\n--changeset", re.DOTALL
)
_ANSWERED = re.compile(rb"HTTP/1\.1 201.*?\r\n\r\n(\{.*?\})\r\n--", re.DOTALL)


def findings(schema: Edmx, traffic: Iterable[Sent]) -> list[str]:
    return sorted({finding for sent in traffic for finding in _of(schema, sent)})


def sets_sent(traffic: Iterable[Sent]) -> set[str]:
    return {name for sent in traffic for name, _ in _payloads(sent)}


def _of(schema: Edmx, sent: Sent) -> Iterator[str]:
    parts = urlsplit(sent.url)
    path = unquote(parts.path).removeprefix("/b1s/v2/")
    for name, payload in _payloads(sent):
        yield from schema.entity(name, payload)
    if path in OUTSIDE:
        return
    match = _PATH.fullmatch(path)
    if match is None or match[1] not in schema.sets:
        yield f"{path}: not in the service"
        return
    name, action = match[1], match[2]
    if action and (schema.sets[name], action) not in schema.actions:
        yield f"{path}: no such action"
    yield from schema.query(name, dict(parse_qsl(parts.query)))
    yield from _answers(schema, name, sent)


def _answers(schema: Edmx, name: str, sent: Sent) -> Iterator[str]:
    if sent.status not in (200, 201):
        return
    try:
        body = decode(sent.answer)
    except ValueError:
        return  # spoilt on purpose
    rows = body.get("value", [body]) if isinstance(body, dict) else []
    for row in rows:
        for finding in schema.entity(name, row):
            yield f"answered {finding}"


def _payloads(sent: Sent) -> Iterator[tuple[str, Any]]:
    path = urlsplit(sent.url).path.rpartition("/")[2]
    if path == "$batch":
        for name, body in _INNER.findall(sent.body):
            yield name.decode(), decode(body)
        for body in _ANSWERED.findall(sent.answer):
            row = decode(body)
            is_partner = "CardType" in row
            is_payment = "PaymentInvoices" in row
            kind = "BusinessPartners" if is_partner else "Invoices"
            yield ("IncomingPayments" if is_payment else kind), row
    elif sent.method == "POST" and sent.body and path not in OUTSIDE | {"Cancel"}:
        yield path, decode(sent.body)
