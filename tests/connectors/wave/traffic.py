"""Holds the connector's requests against Wave's schemas: the subset written down in
2026, and the vendor's own introspection of 2021, which is older than some of what is
used."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graphql import (
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_client_schema,
    build_schema,
    parse,
    type_from_ast,
    validate,
)
from graphql.utilities import coerce_input_value

from tests.connectors.spec_check.recorder import Sent

# Newer than the introspection; each is in the subset of 2026.
NEWER = (
    "invoicePatch",
    "InvoicePatchInput",
    "invoicePayment",
    "InvoicePayment",
    "paymentFields",
    "'payments'",
    "balanceInBusinessCurrency",
    "'invoiceDateStart'",
    "'invoiceDateEnd'",
    "'modifiedAtAfter'",
    "'invoiceNumber'",
    "'subtotal'",
    "'price'",
    "'unitPrice'",
    "Unknown argument 'sort'",
    "'isArchived'",
)


def today(folder: Path) -> GraphQLSchema:
    return build_schema((folder / "wave-public-subset.graphql").read_text())


def of_2021(folder: Path) -> GraphQLSchema:
    told = json.loads((folder / "wave_introspection_2021-08.json").read_text())
    return build_client_schema(told.get("data", told))


def findings(schema: GraphQLSchema, traffic: Iterable[Sent]) -> list[str]:
    """All that the schema refuses, once each."""
    return sorted({f for sent in traffic for f in _of_request(schema, sent)})


def older_findings(schema: GraphQLSchema, traffic: Iterable[Sent]) -> list[str]:
    """Without what is known to be newer than that schema."""
    return [
        each
        for each in findings(schema, traffic)
        if not any(name in each for name in NEWER)
    ]


def mutations_sent(traffic: Iterable[Sent]) -> set[str]:
    found = set()
    for sent in traffic:
        if not sent.url.endswith("/graphql/public"):
            continue
        text = str(json.loads(sent.body)["query"])
        if text.startswith("mutation"):
            found.add(text.partition("{ ")[2].partition("(")[0])
    return found


def _of_request(schema: GraphQLSchema, sent: Sent) -> Iterator[str]:
    if urlsplit(sent.url).path != "/graphql/public":
        return
    body = json.loads(sent.body)
    if set(body) != {"query", "variables"}:
        yield f"a body of {sorted(body)}"
    document = parse(body["query"])
    for error in validate(schema, document):
        yield error.message
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield from _of_variables(schema, definition, body["variables"])


def _of_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]
) -> Iterator[str]:
    told = {each.variable.name.value: each for each in operation.variable_definitions}
    for name in given.keys() - told.keys():
        yield f"${name} is not declared"
    for name, each in told.items():
        kind: Any = type_from_ast(schema, each.type)
        if kind is not None and given.get(name) is not None:
            yield from (f"${name}{problem}" for problem in _misfits(given[name], kind))


def _misfits(value: Any, kind: GraphQLInputType) -> list[str]:
    problems: list[str] = []

    def note(path: list[str | int], value: Any, error: GraphQLError) -> None:
        problems.append(f" at {'.'.join(map(str, path))}: {error.message}")

    coerce_input_value(value, kind, note)
    return problems
