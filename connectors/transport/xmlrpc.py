"""XML-RPC over our transport. Amounts are `Decimal` both ways; no float, no DTD."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape
from xmlrpc.client import ExpatParser, Fault, Marshaller, ResponseError, Unmarshaller

from connectors.errors import ConnectorError
from connectors.transport.answer import Answer
from connectors.transport.http import HttpTransport
from connectors.transport.json_codec import plain
from connectors.transport.retries import Effect
from connectors.transport.xml import printable

FaultError = Callable[[Fault, Answer], ConnectorError]


class XmlRpcClient:
    """One endpoint. `fault` turns a fault into the named error to raise."""

    def __init__(
        self, transport: HttpTransport, url: str, *, fault: FaultError
    ) -> None:
        self.transport = transport
        self.url = url
        self._fault = fault

    def call(
        self,
        operation: str,
        method: str,
        arguments: Sequence[Any],
        *,
        effect: Effect = Effect.WRITE,
    ) -> Any:
        """What the method returns. Raises `TypeError` for a float among `arguments`."""
        answer = self.transport.call(
            operation,
            "POST",
            self.url,
            content=encode_call(method, arguments),
            headers={"Content-Type": "text/xml; charset=utf-8"},
            effect=effect,
        )
        if not answer.ok:
            raise answer.unreadable(f"refuses with HTTP {answer.status}")
        answer.xml()  # refuses document types before the parser below sees any
        try:
            return decode_answer(answer.content)
        except Fault as fault:
            raise self._fault(fault, answer) from fault
        except (ResponseError, ExpatError, ValueError) as error:
            raise answer.unreadable("is not an XML-RPC answer") from error


def encode_call(method: str, arguments: Sequence[Any]) -> bytes:
    parameters = _Marshaller("utf-8", allow_none=True).dumps(tuple(arguments))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<methodCall>'
        f"<methodName>{method}</methodName>{parameters}</methodCall>"
    ).encode()


def decode_answer(content: bytes) -> Any:
    """Raises `Fault`. The content must hold no document type."""
    reader = _Unmarshaller(use_builtin_types=True)
    parser = ExpatParser(reader)
    parser.feed(content)
    parser.close()
    values = reader.close()
    if len(values) != 1:
        raise ResponseError
    return values[0]


class _Marshaller(Marshaller):
    """Knows Decimal, and refuses floats."""


class _Unmarshaller(Unmarshaller):
    """Reads doubles as Decimal."""


def _dump_decimal(out: Marshaller, value: Any, write: Callable[[str], object]) -> None:
    write(f"<value><double>{plain(value)}</double></value>\n")


def _dump_text(out: Marshaller, value: Any, write: Callable[[str], object]) -> None:
    write(f"<value><string>{escape(printable(value))}</string></value>\n")


def _refuse(out: Marshaller, value: Any, write: Callable[[str], object]) -> None:
    raise TypeError("A float is not exact: use Decimal.")


def _end_decimal(reader: Any, data: str) -> None:
    reader.append(Decimal(data.strip()))
    reader._value = 0  # as the parents' own end_* methods do


# The tables of the standard library are typed for its own kinds of value alone.
_dumps: dict[Any, Any] = {
    **Marshaller.dispatch,
    Decimal: _dump_decimal,
    float: _refuse,
    str: _dump_text,
}
_ends: dict[str, Any] = {**Unmarshaller.dispatch, "double": _end_decimal}
_Marshaller.dispatch = _dumps
_Unmarshaller.dispatch = _ends
