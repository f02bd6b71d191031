"""Holds the practice ledger's answers against Wave's schemas: every field that was
asked for and no other, null only where a type allows it, each value of its scalar or
enum."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)

from tests.connectors.spec_check.recorder import Sent

_BODY = {"data", "errors", "extensions"}
_ERROR = {"message", "locations", "path", "extensions"}


# What the introspection of 2021 does not know, and why it is answered all the same.
_LATER = "Newer; it is in the subset of 2026, and unconfirmed but by that."
EXPLAINED_2021 = {
    "Mutation has no field invoicePatch": _LATER,
    "Mutation has no field invoicePaymentCreateManual": _LATER,
    "Mutation has no field invoicePaymentDelete": _LATER,
    "Invoice has no field payments": _LATER,
}


def findings(schema: GraphQLSchema, traffic: Iterable[Sent]) -> list[str]:
    """All that does not fit, once each."""
    return sorted({f for sent in traffic for f in of_answer(schema, sent)})


def of_answer(schema: GraphQLSchema, sent: Sent) -> Iterator[str]:
    if urlsplit(sent.url).path != "/graphql/public" or sent.status != 200:
        return
    body = _json(sent.answer)
    if not isinstance(body, dict):
        return  # what a fault made of it
    if unknown := body.keys() - _BODY:
        yield f"an answer of {sorted(unknown)}"
    yield from _of_errors(body.get("errors"), data="data" in body)
    if body.get("data") is not None:
        document = parse(json.loads(sent.body)["query"])
        yield from _Walk(schema, document).of_data(body["data"])


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _of_errors(errors: object, *, data: bool) -> Iterator[str]:
    if errors is None:
        if not data:
            yield "neither data nor errors"
        return
    if not isinstance(errors, list) or not errors:
        yield "errors is no list, or an empty one"
        return
    for error in errors:
        if not isinstance(error.get("message"), str) or error.keys() - _ERROR:
            yield f"an error of {sorted(error)}"


class _Walk:
    """Goes through data and selection side by side."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        [self._operation] = [
            each
            for each in document.definitions
            if isinstance(each, OperationDefinitionNode)
        ]

    def of_data(self, data: object) -> Iterator[str]:
        root = self._schema.get_root_type(self._operation.operation)
        assert root is not None
        yield from self._object(root, self._operation.selection_set, data)

    def _object(
        self, kind: GraphQLObjectType, chosen: SelectionSetNode, value: object
    ) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{kind.name} is no object"
            return
        asked = dict(self._fields(chosen))
        for name in asked.keys() - value.keys():
            yield f"{kind.name}.{name} was asked for, and is missing"
        for name in value.keys() - asked.keys():
            yield f"{kind.name}.{name} is there, and was not asked for"
        for name in asked.keys() & value.keys():
            field = asked[name]
            known = kind.fields.get(field.name.value)
            if known is None:
                yield f"{kind.name} has no field {field.name.value}"
                continue
            where = f"{kind.name}.{name}"
            yield from self._value(where, known.type, field, value[name])

    def _fields(self, chosen: SelectionSetNode) -> Iterator[tuple[str, FieldNode]]:
        """By the name that the answer gives them."""
        for each in chosen.selections:
            if isinstance(each, FieldNode):
                yield (each.alias or each.name).value, each
            elif isinstance(each, FragmentSpreadNode):
                inner = self._fragments[each.name.value]
                yield from self._fields(inner.selection_set)
            else:
                raise TypeError(f"{each} is not used by the connector.")

    def _value(
        self, where: str, kind: Any, field: FieldNode, value: object
    ) -> Iterator[str]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield f"{where} is null, and may not be"
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                yield f"{where} is no list"
                return
            for each in value:
                yield from self._value(where, kind.of_type, field, each)
        elif isinstance(kind, GraphQLObjectType):
            assert field.selection_set is not None
            yield from self._object(kind, field.selection_set, value)
        elif not _is_of(kind, value):
            yield f"{where} is {value!r}, no {get_named_type(kind).name}"


def _is_of(kind: Any, value: object) -> bool:
    if isinstance(kind, GraphQLEnumType):
        return value in kind.values
    return _SCALARS[kind.name](value)


def _is_text_of(pattern: str, value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(pattern, value))


_SCALARS: Mapping[str, Callable[[object], bool]] = {
    "ID": partial(_is_text_of, ".+"),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "Int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    # As the introspection describes them: decimals travel as texts, times in UTC.
    "URL": partial(_is_text_of, r"https?://\S+"),
    "Date": partial(_is_text_of, r"\d{4}-\d\d-\d\d"),
    "DateTime": partial(_is_text_of, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "Decimal": partial(_is_text_of, r"-?\d+(\.\d+)?"),
}
