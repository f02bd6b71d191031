"""One business on Wave: queries, pages, mutations."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.auth.bearer import BearerTokens
from connectors.errors import ConnectorError, NotFound
from connectors.transport.answer import Answer
from connectors.transport.graphql import GraphQLClient
from connectors.transport.http import HttpTransport
from connectors.transport.json_codec import decode
from connectors.transport.retries import Effect
from connectors.wave.errors import UNAUTHENTICATED, call_error, code_in, input_error
from connectors.wave.graphql_texts import MUTATIONS

PAGE_SIZE = 200
API_URL = "https://gql.waveapps.com/graphql/public"

Node = dict[str, Any]


class WaveTokens(BearerTokens):
    """Wave says that a token has run out by HTTP 401, or by 200 and an error."""

    def refuses(self, answer: Answer) -> bool:
        if answer.status in (401, 403):
            return True
        try:
            return code_in(decode(answer.content)) == UNAUTHENTICATED
        except ValueError:
            return False


class WaveApi:
    """All errors are named; see `errors`. `page_size` is Wave's maximum."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, business_id: str) -> None:
        self.transport = transport
        self.business_id = business_id
        self._client = GraphQLClient(transport, API_URL, errors=call_error)

    def query(self, operation: str, document: str, **variables: Any) -> Node:
        return self._client.run(operation, document, variables)

    def business(self, operation: str, document: str, **variables: Any) -> Node:
        """What was asked of the business. Raises `NotFound`."""
        data = self.query(operation, document, business=self.business_id, **variables)
        found = data.get("business")
        if not isinstance(found, dict):
            raise NotFound(
                "Wave does not show this business to the connection.",
                where=self.transport.where(operation),
            )
        return found

    def pages(
        self, operation: str, document: str, name: str, **variables: Any
    ) -> Iterator[Node]:
        """All nodes of one of the business's lists."""
        page = 1
        while True:
            found = self.business(
                operation, document, page=page, size=self.page_size, **variables
            )
            listed = found.get(name) or {}
            yield from nodes(listed)
            if page >= int((listed.get("pageInfo") or {}).get("totalPages") or 0):
                return
            page += 1

    def mutate(self, operation: str, name: str, input: Mapping[str, Any]) -> Node:
        """What the mutation answered. Raises `Rejected` where it did not succeed."""
        data = self._client.run(
            operation, MUTATIONS[name], {"input": input}, effect=Effect.WRITE
        )
        done = data.get(name)
        if not isinstance(done, dict):
            raise self._unread(operation)
        if not done.get("didSucceed"):
            errors = done.get("inputErrors") or []
            raise input_error(errors, self.transport.where(operation))
        return done

    def _unread(self, operation: str) -> ConnectorError:
        return call_error(
            [{"message": "the answer is empty"}],
            Answer(
                status=200,
                headers={},
                content=b"",
                where=self.transport.where(operation),
                effect=Effect.WRITE,
            ),
        )


def nodes(listed: Mapping[str, Any]) -> list[Node]:
    edges = listed.get("edges") or ()
    return [edge["node"] for edge in edges if edge and edge.get("node")]
