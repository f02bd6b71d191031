"""The gateway of one company: functions, queries by page."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from connectors.batching import chunks
from connectors.errors import ConnectorError, Reauthorise, Retry
from connectors.sage_intacct.connection import GATEWAY, Company
from connectors.sage_intacct.envelope import Element, Result, element, results_of
from connectors.sage_intacct.record import Record, record_of
from connectors.transport.retries import Effect

BATCH_SIZE = 20
PAGE_SIZE = 1000
_READ_AT_ONCE = 100
Condition = Element


class Gateway:
    """All errors are named; see `errors`."""

    page_size = PAGE_SIZE

    def __init__(self, company: Company) -> None:
        self.company = company

    def query(
        self,
        operation: str,
        object: str,
        fields: Sequence[str],
        condition: Condition | None = None,
        *,
        order: str = "RECORDNO",
    ) -> Iterator[Record]:
        """All pages, one after the other."""
        offset = 0
        while True:
            asked = element("query", element("object", object))
            asked.append(element("select", *(element("field", f) for f in fields)))
            if condition is not None:
                asked.append(element("filter", condition))
            asked.append(_ordered(order))
            asked.append(element("pagesize", str(self.page_size)))
            asked.append(element("offset", str(offset)))
            [result] = self._call(operation, [asked], Effect.READ)
            rows = _rows(result)
            yield from rows
            offset += len(rows)
            if not rows or not result.left():
                return

    def read(
        self, operation: str, object: str, keys: Sequence[str]
    ) -> Iterator[Record]:
        """Whole records, with their lines."""
        for some in chunks(keys, _READ_AT_ONCE):
            asked = element(
                "read",
                element("object", object),
                element("keys", ",".join(some)),
                element("fields", "*"),
            )
            [result] = self._call(operation, [asked], Effect.READ)
            yield from _rows(result)

    def ask(self, operation: str, function: Element) -> list[Record]:
        [result] = self._call(operation, [function], Effect.READ)
        return _rows(result)

    def write(self, operation: str, function: Element, *, key: str = "") -> Result:
        [outcome] = self.write_all(operation, [(key, function)])
        if outcome.error:
            raise outcome.error
        return outcome

    def write_all(
        self, operation: str, keyed: Sequence[tuple[str, Element]]
    ) -> list[Result]:
        """One result each, in order. Raises only when nothing was sent. The request's
        control id is made from all keys, so that the same records again are the same
        request."""
        functions = [function for _, function in keyed]
        control_id = control_id_of([key for key, _ in keyed])
        try:
            results = self._call(operation, functions, Effect.WRITE, control_id)
        except (Retry, Reauthorise):
            raise
        except ConnectorError as error:
            return [Result(error=error)] * len(keyed)
        if len(results) == 1 and isinstance(results[0].error, Retry | Reauthorise):
            raise results[0].error
        return results

    def _call(
        self,
        operation: str,
        functions: Sequence[Element],
        effect: Effect,
        control_id: str = "",
    ) -> list[Result]:
        """The envelope is written anew for each attempt, with the session of then."""
        answer = self.company.transport.call(
            operation,
            "POST",
            GATEWAY,
            content=lambda: self.company.envelope.written(
                functions, self.company.session(), control_id=control_id
            ),
            effect=effect,
            cost=len(functions),
        )
        return results_of(answer, len(functions))


def control_id_of(keys: Sequence[str]) -> str:
    """Empty where a record has no key."""
    if not all(keys):
        return ""
    return f"finsync-{sha256(chr(10).join(sorted(keys)).encode()).hexdigest()[:40]}"


def equals(field: str, value: str) -> Condition:
    return _compared("equalto", field, value)


def at_least(field: str, value: str) -> Condition:
    return _compared("greaterthanorequalto", field, value)


def at_most(field: str, value: str) -> Condition:
    return _compared("lessthanorequalto", field, value)


def among(field: str, values: Sequence[str]) -> Condition:
    if len(values) == 1:
        return equals(field, values[0])
    told = (element("value", value) for value in values)
    return element("in", element("field", field), *told)


def both(*conditions: Condition | None) -> Condition | None:
    told = [condition for condition in conditions if condition is not None]
    if len(told) < 2:
        return told[0] if told else None
    return element("and", *told)


def _compared(operator: str, field: str, value: str) -> Condition:
    return element(operator, element("field", field), element("value", value))


def _ordered(field: str) -> Element:
    order = element("order", element("field", field), element("ascending"))
    return element("orderby", order)


def _rows(result: Result) -> list[Record]:
    if result.error:
        raise result.error
    return [record_of(row) for row in result.rows()]
