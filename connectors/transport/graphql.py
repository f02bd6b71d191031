"""GraphQL over our transport. An answer with HTTP 200 may be a refusal."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.errors import ConnectorError
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.retries import Effect

GraphQLError = Mapping[str, Any]
ErrorOf = Callable[[list[GraphQLError], Answer], ConnectorError]


class GraphQLClient:
    """One endpoint. `errors` turns the vendor's list into the named error to raise;
    errors that a mutation answers inside its data are the connector's matter."""

    def __init__(self, transport: HttpTransport, url: str, *, errors: ErrorOf) -> None:
        self.transport = transport
        self.url = url
        self._errors = errors

    def run(
        self,
        operation: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        effect: Effect = Effect.READ,
        cost: int = 1,
    ) -> dict[str, Any]:
        """The `data` of the answer. Mutations are told as such by `effect`."""
        answer = self.transport.call(
            operation,
            "POST",
            self.url,
            json={"query": document, "variables": dict(variables or {})},
            effect=effect,
            cost=cost,
        )
        body = answer.json_object()
        errors = body.get("errors")
        if errors:
            raise self._errors([e for e in errors if isinstance(e, dict)], answer)
        data = body.get("data")
        if not isinstance(data, dict):
            raise answer.unreadable("holds no data")
        return data
