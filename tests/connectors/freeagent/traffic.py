"""Holds what is sent against FreeAgent's own Postman collection, the nearest thing to a
schema: verbs, paths, filters and the names around objects. Its bodies are samples, so
that their members cannot be held against it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.transport.json_codec import decode
from tests.connectors.spec_check.recorder import Sent

FILE = "freeagent_accounting.postman_collection.json"
# What the collection of 2022 lacks, each with its reason.
EXPLAINED = {
    r"\?(page|per_page): unknown": "paging is told of once, for all lists",
    r"GET /v2/contacts \?(view|sort|updated_since): unknown": "in the documentation's "
    "page on contacts; the collection shows no filter of contacts at all",
    r"GET /v2/bills \?nested_bill_items: unknown": "came with bill items in 2021",
}


@dataclass(frozen=True)
class Known:
    """`filters` and `names` by verb and path."""

    filters: dict[str, set[str]]
    names: dict[str, set[str]]


@cache
def load(folder: Path) -> Known:
    known = Known({}, {})
    document = json.loads((folder / FILE).read_text(encoding="utf-8"))
    for request in _requests(document["item"]):
        url = request["url"]
        raw = url if isinstance(url, str) else url["raw"]
        path = raw.partition("?")[0].replace("{{url}}", "")
        key = f"{request['method']} {path}"
        filters = [] if isinstance(url, str) else url.get("query", ())
        known.filters.setdefault(key, set()).update(each["key"] for each in filters)
        body = (request.get("body") or {}).get("raw") or "{}"
        known.names.setdefault(key, set()).update(json.loads(body))
    return known


def _requests(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield from _requests(item.get("item", ()))
        if "request" in item:
            yield item["request"]


def findings(folder: Path, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    known = load(folder)
    found = {f for sent in traffic for f in _of_request(known, sent)}
    return sorted(f for f in found if not any(re.search(p, f) for p in EXPLAINED))


def _of_request(known: Known, sent: Sent) -> Iterator[str]:
    url = urlsplit(sent.url)
    if not url.path.startswith("/v2/") or url.path == "/v2/token_endpoint":
        return
    key = _key(known, f"{sent.method} {url.path}")
    if key is None:
        yield f"{sent.method} {url.path}: unknown to the collection"
        return
    for name, _ in parse_qsl(url.query):
        if name not in known.filters[key]:
            yield f"{key} ?{name}: unknown"
    if sent.body:
        for name in decode(sent.body).keys() - known.names[key]:
            yield f"{key} > {name}: unknown"
    if "User-Agent" not in sent.headers or "python" in sent.headers["User-Agent"]:
        yield f"{key}: does not say who calls"


def _key(known: Known, call: str) -> str | None:
    """Names after a colon stand for any id."""
    for key in known.filters:
        if re.fullmatch(
            re.sub(r":\w+", "[^/]+", re.escape(key).replace(r"\:", ":")), call
        ):
            return key
    return None


def operations(traffic: Iterable[Sent]) -> set[str]:
    """Verb and first part of each path that was called."""
    return {
        f"{sent.method} {urlsplit(sent.url).path.split('/')[2]}"
        for sent in traffic
        if "/v2/" in sent.url
    }
