"""An OpenAPI 3 or Swagger 2 document, and traffic held against it.

Stricter than a validator: what the document does not name is a finding, in bodies and
in addresses. A finding is `PLACE: what`, with places like `PUT /Invoices > Date`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from connectors.transport.json_codec import decode
from tests.connectors.spec_check.recorder import Sent

Node = Mapping[str, Any]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, Decimal),
    "integer": (int,),
    "boolean": (bool,),
}
FORMATS = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*"),
}


@dataclass(frozen=True)
class Operation:
    name: str
    node: Node
    parameters: tuple[Node, ...]


class Spec:
    """`base` is what stands before the document's paths in an address."""

    def __init__(self, document: Node, base: str) -> None:
        self.document = document
        self.base = base
        self._paths = [
            (_pattern(path), path, node) for path, node in document["paths"].items()
        ]

    def findings(self, sent: Sent, *, answers: bool) -> Iterator[str]:
        """Of the request, or of the answer of a request that succeeded."""
        path = urlsplit(sent.url).path
        if not path.startswith(self.base + "/"):
            return
        operation = self._operation(sent.method, path.removeprefix(self.base))
        if operation is None:
            yield f"{sent.method} {path}: unknown to the document"
        elif answers:
            yield from self._of_answer(operation, sent)
        else:
            yield from self._of_parameters(operation, sent)
            yield from self._of_body(operation, sent)

    def _operation(self, method: str, path: str) -> Operation | None:
        """Paths without names in braces come before those with them."""
        fitting = [each for each in self._paths if each[0].fullmatch(path)]
        for _, name, node in sorted(fitting, key=lambda each: each[1].count("{")):
            if method.lower() in node:
                own = node[method.lower()]
                listed = [*node.get("parameters", ()), *own.get("parameters", ())]
                found = tuple(self._resolved(each) for each in listed)
                return Operation(f"{method} {name}", own, found)
        return None

    def _of_parameters(self, operation: Operation, sent: Sent) -> Iterator[str]:
        known = {p["name"]: p for p in operation.parameters if p["in"] == "query"}
        pairs = parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)
        for name, _ in pairs:
            if name not in known:
                yield f"{operation.name} ?{name}: unknown"
        given = {name for name, _ in pairs}
        headers = {name.lower() for name in sent.headers}
        for parameter in operation.parameters:
            place, name = parameter["in"], parameter["name"]
            there = {"query": given, "header": headers}.get(place)
            shown = name.lower() if place == "header" else name
            if parameter.get("required") and there is not None and shown not in there:
                yield f"{operation.name} ({name}): missing"

    def _of_body(self, operation: Operation, sent: Sent) -> Iterator[str]:
        schema = self._request_schema(operation)
        if not sent.body:
            return
        if schema is None:
            yield f"{operation.name}: takes no body"
            return
        body = decode(sent.body)
        yield from self.check(schema, body, operation.name, writing=True)

    def _of_answer(self, operation: Operation, sent: Sent) -> Iterator[str]:
        if sent.status is None or not 200 <= sent.status < 300 or not sent.answer:
            return
        try:
            body = decode(sent.answer)
        except ValueError:  # spoilt on purpose
            return
        schema = self._answer_schema(operation, sent.status)
        if schema is None:
            yield f"{operation.name} {sent.status}: an answer that is not told of"
            return
        yield from self.check(schema, body, f"{operation.name} <", writing=False)

    def _request_schema(self, operation: Operation) -> Node | None:
        for parameter in operation.parameters:
            if parameter["in"] == "body":
                return dict(parameter["schema"])
        body = self._resolved(operation.node.get("requestBody") or {})
        return _json_schema(body)

    def _answer_schema(self, operation: Operation, status: int) -> Node | None:
        answers = operation.node["responses"]
        found = answers.get(str(status)) or answers.get(status)
        if found is None:
            return None
        resolved = self._resolved(found)
        return resolved.get("schema") or _json_schema(resolved)

    # --- values

    def check(
        self, schema: Node, value: Any, place: str, *, writing: bool
    ) -> Iterator[str]:
        node = self._merged(schema)
        if writing and node.get("readOnly"):
            yield f"{place}: read-only"
        elif value is None:
            return
        elif "properties" in node or node.get("type") == "object":
            yield from self._check_object(node, value, place, writing=writing)
        elif node.get("type") == "array":
            if not isinstance(value, list):
                yield f"{place}: no array"
                return
            for each in value:
                yield from self.check(node["items"], each, place, writing=writing)
        else:
            yield from _check_scalar(node, value, place)

    def _check_object(
        self, node: Node, value: Any, place: str, *, writing: bool
    ) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{place}: no object"
            return
        members = node.get("properties") or {}
        for name, inner in value.items():
            at = f"{place} > {name}"
            if name in members:
                yield from self.check(members[name], inner, at, writing=writing)
            elif members:
                yield f"{at}: unknown"
        for name in node.get("required", ()) if writing else ():
            if value.get(name) is None:
                yield f"{place} > {name}: missing"

    def _merged(self, schema: Node) -> dict[str, Any]:
        node = dict(self._resolved(schema))
        for part in node.pop("allOf", ()):
            other = self._merged(part)
            members = {**node.get("properties", {}), **other.pop("properties", {})}
            node = {**other, **node} | ({"properties": members} if members else {})
        return node

    def _resolved(self, node: Node) -> Node:
        while "$ref" in node:
            found: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[unquote(part).replace("~1", "/").replace("~0", "~")]
            node = found
        return node


def _check_scalar(node: Node, value: Any, place: str) -> Iterator[str]:
    kinds = TYPES.get(node.get("type", ""))
    is_flag = isinstance(value, bool) and kinds != (bool,)
    if kinds and (is_flag or not isinstance(value, kinds)):
        yield f"{place}: {value!r} is no {node['type']}"
        return
    if "enum" in node and value not in node["enum"]:
        yield f"{place}: {value!r} is none of its words"
    pattern = FORMATS.get(node.get("format", ""))
    if pattern and isinstance(value, str) and not pattern.fullmatch(value):
        yield f"{place}: {value!r} is no {node['format']}"
    if len(str(value)) > node.get("maxLength", 1_000_000):
        yield f"{place}: longer than {node['maxLength']}"


def _json_schema(node: Node) -> Node | None:
    content = node.get("content") or {}
    kinds = [kind for kind in content if kind.startswith("application/json")]
    return content[kinds[0]].get("schema") if kinds else None


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{[^}]*\\}|\{[^}]*\}", "[^/]+", re.escape(path)))


@cache
def load(file: Path, base: str) -> Spec:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        return Spec(json.loads(text), base)
    # The C loader is many times as fast over a document of a megabyte.
    return Spec(yaml.load(text, Loader=yaml.CSafeLoader), base)
