"""The API v2.0 of one environment: pages, single records, actions, batches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from connectors.dynamics_365.errors import LABEL, answer_error
from connectors.errors import (
    ConnectorError,
    InDoubt,
    PlatformDown,
    Reauthorise,
    Retry,
)
from connectors.transport import odata
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.odata_json_batch import (
    Part,
    batch_answers,
    batch_payload,
    effect_of,
)
from connectors.transport.retries import Effect

# The vendor allows 100 calls in a batch and 20,000 rows in a page; each takes seconds
# there, and an answer is not waited for that long.
BATCH_SIZE = 10
PAGE_SIZE = 5000
Entity = dict[str, Any]
Outcome = Answer | ConnectorError


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one company, as it is asked for."""

    path: str
    options: Mapping[str, str]


class CentralApi:
    """All errors are named; see `errors`. Paths are relative to the company."""

    page_size = PAGE_SIZE

    def __init__(self, transport: HttpTransport, base: str, company: str) -> None:
        self.transport = transport
        self.base = base
        self.company = f"companies({company})"

    def root_rows(self, operation: str, path: str) -> Iterator[Entity]:
        """Of the environment, outside any company."""
        yield from self._pages(operation, f"{self.base}/{path}", {})

    def rows(
        self, operation: str, path: str, options: Mapping[str, str]
    ) -> Iterator[Entity]:
        """All pages, one after the other."""
        yield from self._pages(operation, f"{self.base}/{self.company}/{path}", options)

    def get(self, operation: str, path: str, options: Mapping[str, str]) -> Entity:
        answer = self.call(operation, "GET", path, params=options)
        return answer.json_object()

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        address = f"{self.base}/{self.company}/{path}"
        return self.send(
            operation, method, address, params=params, json=json, headers=headers
        )

    def send(
        self,
        operation: str,
        method: str,
        address: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """An answer of success."""
        answer = self.transport.call(
            operation, method, address, params=params, json=json, headers=headers
        )
        if not answer.ok:
            raise answer_error(answer)
        return answer

    def lists(
        self, operation: str, listings: Sequence[Listing]
    ) -> list[list[Entity] | ConnectorError]:
        """Several lists in one call, and one more for each further page of any. What
        keeps one of them back is answered in its place."""
        parts = [self._listing_part(each) for each in listings]
        found: list[list[Entity] | ConnectorError] = []
        for outcome in self.batch(operation, parts):
            if isinstance(outcome, ConnectorError):
                found.append(outcome)
                continue
            rows, link = odata.rows_of(outcome)
            more = self._pages(operation, self._address(link), {}) if link else ()
            found.append([*rows, *more])
        return found

    def batch(self, operation: str, parts: Sequence[Part]) -> list[Outcome]:
        """An answer of success or an error for each part, in order. Raises when the
        batch as a whole was not carried out, or may have been."""
        answer = self.transport.call(
            operation,
            "POST",
            f"{self.base}/$batch",
            json=batch_payload([self._inside(part) for part in parts]),
            headers={"Prefer": "odata.continue-on-error"},
            effect=effect_of(parts),
        )
        if not answer.ok:
            raise answer_error(answer)
        return [
            _missing(answer) if each is None else _outcome(each)
            for each in batch_answers(answer, parts)
        ]

    def writes(self, operation: str, parts: Sequence[Part]) -> list[Outcome]:
        """As `batch`, but raises only what kept all of them from being sent at all."""
        try:
            return self.batch(operation, parts)
        except (Retry, Reauthorise):
            raise
        except ConnectorError as error:
            return [error] * len(parts)

    def _inside(self, part: Part) -> Part:
        return Part(
            method=part.method,
            path=f"{self.company}/{part.path}",
            payload=part.payload,
            headers=part.headers,
        )

    def _listing_part(self, listing: Listing) -> Part:
        query = urlencode(listing.options, quote_via=quote, safe="$,()'")
        path = f"{listing.path}?{query}" if query else listing.path
        return Part(method="GET", path=path, headers=self._paging())

    def _pages(
        self, operation: str, address: str, options: Mapping[str, str]
    ) -> Iterator[Entity]:
        asked = dict(options)
        while address:
            answer = self.send(
                operation, "GET", address, params=asked, headers=self._paging()
            )
            rows, link = odata.rows_of(answer)
            yield from rows
            address, asked = self._address(link), {}

    def _paging(self) -> dict[str, str]:
        return {"Prefer": f"odata.maxpagesize={self.page_size}"}

    def _address(self, link: str) -> str:
        return odata.next_address(self.base, link) if link else ""


def told(found: list[Entity] | ConnectorError) -> list[Entity]:
    if isinstance(found, ConnectorError):
        raise found
    return found


def _outcome(answer: Answer) -> Outcome:
    return answer if answer.ok else answer_error(answer)


def _missing(answer: Answer) -> ConnectorError:
    if answer.effect is Effect.READ:
        return PlatformDown(f"{LABEL} left a question unanswered.", where=answer.where)
    return InDoubt(
        f"{LABEL} left one of the batch unanswered. FinSync checks whether it arrived.",
        where=answer.where,
    )
