"""Holds the connector's requests against Intuit's schema."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.transport.json_codec import decode
from tests.connectors.quickbooks_online.xsd import Schema
from tests.connectors.spec_check.recorder import Sent

# Names that the XSD writes otherwise than the wire does, each with its reason.
EXPLAINED: dict[str, str] = {}

ENTITIES = {
    name.lower(): name
    for name in (
        "Invoice",
        "CreditMemo",
        "Bill",
        "Payment",
        "BillPayment",
        "Customer",
        "Vendor",
        "Item",
    )
}
_IN_BATCH = {"bId", "operation", "optionsData", "Query"}


def findings(schema: Schema, traffic: Iterable[Sent]) -> list[str]:
    """What is not explained, once each."""
    found = {f for sent in traffic for f in _of_request(schema, sent)}
    return sorted(f for f in found if _without_place(f) not in EXPLAINED)


def entities_sent(traffic: Iterable[Sent]) -> set[str]:
    return {name for sent in traffic for name, _ in _payloads(sent)}


def _of_request(schema: Schema, sent: Sent) -> Iterator[str]:
    path = urlsplit(sent.url)
    if not path.path.startswith("/v3/"):
        return
    query = parse_qs(path.query)
    if query.get("minorversion") != ["75"]:
        yield f"{path.path}: no minor version"
    if len(query.get("requestid", [""])[0]) > (36 if "batch" in path.path else 50):
        yield f"{path.path}: the request id is too long"
    for name, payload in _payloads(sent):
        yield from schema.findings(name, payload, name)
    for item in _batch_items(sent):
        yield from _of_item(schema, item)


def _of_item(schema: Schema, item: dict[str, Any]) -> Iterator[str]:
    if not 0 < len(str(item.get("bId", ""))) <= 10:
        yield "BatchItemRequest.bId: not of 1 to 10 characters"
    if "operation" in item:
        yield from schema.findings(
            "OperationEnum", item["operation"], "BatchItemRequest.operation"
        )
    for name in item.keys() - _IN_BATCH - set(ENTITIES.values()):
        yield f"BatchItemRequest.{name}: unknown"


def _payloads(sent: Sent) -> Iterator[tuple[str, Any]]:
    last = urlsplit(sent.url).path.rpartition("/")[2]
    if sent.method == "POST" and last in ENTITIES:
        yield ENTITIES[last], decode(sent.body)
    for item in _batch_items(sent):
        for name in item.keys() & set(ENTITIES.values()):
            yield name, item[name]


def _batch_items(sent: Sent) -> list[dict[str, Any]]:
    if not urlsplit(sent.url).path.endswith("/batch"):
        return []
    return list(decode(sent.body)["BatchItemRequest"])


def _without_place(finding: str) -> str:
    return finding.partition(":")[0]
