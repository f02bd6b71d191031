"""Holds what the connector sends, and what our practice ledger answers, against the
names of API v2.0's entities and the actions of the vendor's OpenAPI file.

The vendor publishes no schema of version 2.0: the names are read off its pages, with
types where version 1.0 has a field of the same name.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.guids import is_guid
from connectors.transport.json_codec import decode
from tests.connectors.spec_check.recorder import Sent

SETS = {
    "companyInformation": "companyInformation",
    "currencies": "currency",
    "generalLedgerSetup": "generalLedgerSetup",
    "generalLedgerEntries": "generalLedgerEntry",
    **{
        f"{name}s": name
        for name in (
            *("customer", "vendor", "account", "taxGroup", "item"),
            *("salesInvoice", "salesCreditMemo", "purchaseInvoice"),
            *("salesInvoiceLine", "salesCreditMemoLine", "purchaseInvoiceLine"),
            *("customerPaymentJournal", "vendorPaymentJournal"),
            *("customerPayment", "vendorPayment", "journal"),
        )
    },
}
# What the lists lack or have otherwise, each with its reason.
EXPLAINED = {
    r"\.code: unknown": "names that the source puts in quotes are missing in the "
    "lists; version 1.0 has `code` on each of these",
    r"\?\$\w+: code is unknown": "as above",
    r"answered generalLedgerEntry\.id: .* is no int": "an entry's number in version "
    "1.0, the record's own id in version 2.0",
}
_WORD = re.compile(r"'(?:[^']|'')*'|\d{4}-\S+|[A-Za-z_]\w*")
_OPERATORS = frozenset("eq ne gt ge lt le and or true false asc desc".split())
_ACTION = re.compile(r"/(\w+)\(\{\w+\}\)/(Microsoft\.NAV\.\w+)")
_PATH = re.compile(
    r"companies\([^)]*\)/(?P<set>\w+)(?:\([^)]*\))?(?:/(?P<next>[\w.]+)(?:\([^)]*\))?)?"
)
_OUTSIDE = re.compile(r"(companies|subscriptions(\('[^']*'\))?)")


@dataclass(frozen=True)
class Schema:
    fields: Mapping[str, Mapping[str, str]]
    read_only: Mapping[str, list[str]]
    actions: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """One call, also where it travelled in a batch."""

    method: str
    path: str
    body: Any
    status: int | None
    answer: Any


@cache
def load(folder: Path) -> Schema:
    names = json.loads((folder / "fields_v2.json").read_text(encoding="utf-8"))
    fixed = json.loads((folder / "read_only_v2.json").read_text(encoding="utf-8"))
    document = (folder / "BCOAS1.0.yaml").read_text(encoding="utf-8")
    return Schema(names, fixed, frozenset(_ACTION.findall(document)))


def findings(folder: Path, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    found = {f for call in calls(traffic) for f in _of(load(folder), call)}
    return sorted(f for f in found if not any(re.search(p, f) for p in EXPLAINED))


def calls(traffic: Iterable[Sent]) -> Iterator[Call]:
    for sent in traffic:
        url = urlsplit(sent.url)
        if "/api/v2.0/" not in url.path:
            continue
        path = unquote(url.path).partition("/api/v2.0/")[2]
        body = _json(sent.body)
        answer = _json(sent.answer)
        if path == "$batch":
            yield from _inner(body, answer)
            continue
        asked = f"{path}?{url.query}" if url.query else path
        yield Call(sent.method, asked, body, sent.status, answer)


def _inner(body: Any, answer: Any) -> Iterator[Call]:
    rows = answer.get("responses", []) if isinstance(answer, dict) else []
    answers = {row["id"]: row for row in rows}
    for part in body["requests"]:
        row = answers.get(part["id"], {})
        yield Call(
            part["method"],
            part["url"],
            part.get("body"),
            row.get("status"),
            row.get("body"),
        )


def _of(schema: Schema, call: Call) -> Iterator[str]:
    path, _, query = call.path.partition("?")
    if _OUTSIDE.fullmatch(path):
        return
    match = _PATH.fullmatch(path)
    if match is None or match["set"] not in SETS:
        yield f"{path}: no such set"
        return
    name, following = match["set"], match["next"] or ""
    if following.startswith("Microsoft.NAV."):
        if (name, following) not in schema.actions:
            yield f"{name}/{following}: no such action"
        return
    entity = SETS.get(following or name, "")
    if entity not in schema.fields:
        yield f"{path}: no such set"
        return
    yield from _query(schema.fields[entity], entity, dict(parse_qsl(query)))
    if call.method in ("POST", "PATCH"):
        yield from _sent(schema, entity, call.body)
    if call.status in (200, 201):
        yield from _answered(schema, entity, call.answer)


def _query(
    known: Mapping[str, str], entity: str, options: Mapping[str, str]
) -> Iterator[str]:
    for option in ("$filter", "$select", "$orderby", "$expand"):
        for word in _WORD.findall(options.get(option, "")):
            is_name = not word.startswith("'") and not word[0].isdigit()
            if is_name and word not in _OPERATORS and word not in known:
                yield f"{entity}?{option}: {word} is unknown"


def _sent(schema: Schema, entity: str, body: Any) -> Iterator[str]:
    for name in body if isinstance(body, dict) else ():
        if name in schema.read_only.get(entity, ()):
            yield f"{entity}.{name}: read-only"
        kind = schema.fields[entity].get(name, "")
        if kind.startswith("list:"):
            for row in body[name]:
                yield from _sent(schema, kind[5:], row)
    yield from _members(schema, entity, body)


def _answered(schema: Schema, entity: str, answer: Any) -> Iterator[str]:
    if not isinstance(answer, dict):
        return
    rows = answer["value"] if "value" in answer else [answer]
    for row in rows:
        yield from (f"answered {f}" for f in _members(schema, entity, row))


def _members(schema: Schema, entity: str, row: Any) -> Iterator[str]:
    for name, value in row.items() if isinstance(row, dict) else ():
        if name.startswith("@"):
            continue
        kind = schema.fields[entity].get(name)
        if kind is None:
            yield f"{entity}.{name}: unknown"
        elif kind.startswith("list:"):
            for each in value:
                yield from _members(schema, kind[5:], each)
        elif not _fits(kind.removesuffix("?"), value):
            yield f"{entity}.{name}: {value!r} is no {kind}"


def _fits(kind: str, value: Any) -> bool:
    if value is None or kind == "any":
        return True
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return {
        "guid": isinstance(value, str) and is_guid(value),
        "decimal": is_number,
        "int": is_number,
        "bool": isinstance(value, bool),
        "date": isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\d", value)),
    }.get(kind, isinstance(value, str))


def _json(content: bytes) -> Any:
    """None where it was spoilt on purpose."""
    try:
        return decode(content) if content else None
    except ValueError:
        return None
