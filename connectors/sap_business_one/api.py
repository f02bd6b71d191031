"""The Service Layer of one company: calls, pages, batches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.errors import ConnectorError, InDoubt, Reauthorise, Retry
from connectors.sap_business_one.errors import LABEL, answer_error
from connectors.transport import odata
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.odata_batch import (
    CONTENT_TYPE,
    Write,
    batch_answers,
    batch_body,
)
from connectors.transport.retries import Effect

BATCH_SIZE = 20
PAGE_SIZE = 100
Entity = dict[str, Any]
Outcome = Entity | ConnectorError


class ServiceLayer:
    """All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, root: str) -> None:
        self.transport = transport
        self.root = root

    def get(self, operation: str, path: str, params: Mapping[str, str]) -> Entity:
        answer = self.transport.call(
            operation, "GET", f"{self.root}/{path}", params=params
        )
        return _success(answer).json_object()

    def ask(self, operation: str, service: str) -> Entity:
        """A service that tells something; it travels by POST."""
        answer = self.transport.call(
            operation, "POST", f"{self.root}/{service}", effect=Effect.READ
        )
        return _success(answer).json_object()

    def rows(
        self, operation: str, path: str, params: Mapping[str, str]
    ) -> Iterator[Entity]:
        """All pages, one after the other."""
        address, asked = f"{self.root}/{path}", dict(params)
        while address:
            answer = self.transport.call(
                operation,
                "GET",
                address,
                params=asked,
                headers={"Prefer": f"odata.maxpagesize={self.page_size}"},
            )
            rows, link = odata.rows_of(_success(answer))
            yield from rows
            address, asked = odata.next_address(self.root, link) if link else "", {}

    def post(self, operation: str, path: str, payload: Mapping[str, Any]) -> Answer:
        answer = self.transport.call(
            operation, "POST", f"{self.root}/{path}", json=payload
        )
        return _success(answer)

    def create(self, operation: str, writes: Sequence[Write]) -> list[Outcome]:
        """One entity or error each, in order. Raises only when nothing was sent."""
        if len(writes) == 1:
            return [self._create_one(operation, writes[0])]
        try:
            answer = self.transport.call(
                operation,
                "POST",
                f"{self.root}/$batch",
                content=batch_body(writes),
                headers={
                    "Content-Type": CONTENT_TYPE,
                    "Prefer": "odata.continue-on-error",
                },
            )
            answers = batch_answers(_success(answer))
        except ConnectorError as error:
            return [_of_one(error)] * len(writes)
        lost = InDoubt(
            f"{LABEL} left one of the batch unanswered. FinSync checks whether it "
            "arrived.",
            where=answer.where,
        )
        outcomes = [_outcome(each) for each in answers[: len(writes)]]
        return outcomes + [lost] * (len(writes) - len(outcomes))

    def _create_one(self, operation: str, write: Write) -> Outcome:
        try:
            answer = self.transport.call(
                operation, write.method, f"{self.root}/{write.path}", json=write.payload
            )
        except ConnectorError as error:
            return _of_one(error)
        outcome = _outcome(answer)
        return _of_one(outcome) if isinstance(outcome, ConnectorError) else outcome


def _success(answer: Answer) -> Answer:
    if not answer.ok:
        raise answer_error(answer)
    return answer


def _outcome(answer: Answer) -> Outcome:
    try:
        return _success(answer).json_object()
    except ConnectorError as error:
        return error


def _of_one(error: ConnectorError) -> ConnectorError:
    """Answers the errors that concern one record, raises those of the connection."""
    if isinstance(error, Retry | Reauthorise):
        raise error
    return error
