from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import ConnectorError, InDoubt, Rejected, Unreadable
from connectors.transport.answer import Answer
from connectors.transport.graphql import GraphQLClient
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect
from tests.connectors.scripted_server import answer
from tests.connectors.transport.client_bench import URL, talking


def refused(errors: list[Mapping[str, Any]], answer: Answer) -> ConnectorError:
    return Rejected(str(errors[0]["message"]), where=answer.where)


def client(transport: HttpTransport) -> GraphQLClient:
    return GraphQLClient(transport, URL, errors=refused)


def test_it_answers_the_data() -> None:
    with talking(answer(200, b'{"data": {"total": 1.10}}')) as (transport, server):
        data = client(transport).run("q", "query($n: Int) {x}", {"n": 1})
        assert data == {"total": Decimal("1.10")}
        assert b'"variables":{"n":1}' in server.requests[0].body


def test_a_success_with_errors_is_a_refusal() -> None:
    body = b'{"data": null, "errors": [{"message": "No access"}]}'
    with talking(answer(200, body)) as (transport, _):
        with pytest.raises(Rejected, match="No access"):
            client(transport).run("q", "{x}")


def test_an_answer_without_data_is_unreadable() -> None:
    with talking(answer(200, b"{}")) as (transport, _), pytest.raises(Unreadable):
        client(transport).run("q", "{x}")


def test_a_mutation_without_data_is_in_doubt() -> None:
    with talking(answer(200, b"{}")) as (transport, _), pytest.raises(InDoubt):
        client(transport).run("m", "mutation {x}", effect=Effect.WRITE)
