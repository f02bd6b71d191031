"""What came back, already read to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from connectors.errors import ConnectorError, InDoubt, Unreadable, Where
from connectors.transport.json_codec import decode
from connectors.transport.retries import Effect
from connectors.transport.storable import storable_text
from connectors.transport.xml import UnsafeXml, parse_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`headers` ignore case. `doubted`: an earlier attempt of this same call may have
    been carried out, so that a "duplicate" may be our own doing."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    where: Where
    effect: Effect = Effect.READ
    label: str = ""
    doubted: bool = False

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return storable_text(self.content.decode("utf-8", "replace"))

    @property
    def is_page(self) -> bool:
        """A web page: a proxy's or gateway's word, and not that of an API."""
        start = self.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html"))

    def json(self) -> Any:
        """Numbers with a fraction are `Decimal`. Raises as `unreadable` says."""
        try:
            return decode(self.content)
        except ValueError as error:
            raise self.unreadable("is not JSON") from error

    def json_object(self) -> dict[str, Any]:
        value = self.json()
        if not isinstance(value, dict):
            raise self.unreadable("is not a JSON object")
        return value

    def xml(self) -> etree._Element:
        """The root. Raises as `unreadable` says."""
        try:
            return parse_xml(self.content)
        except UnsafeXml as error:
            raise self.unreadable("is not XML") from error

    def unreadable(self, what: str) -> ConnectorError:
        """`Unreadable`; but `InDoubt` where a write was answered with success, for then
        it may well have been carried out."""
        sentence = (
            f"{self.label or self.where.platform} answered something that FinSync does "
            f"not understand: it {what} (exchange {self.where.exchange})."
        )
        if self.ok and self.effect is not Effect.READ:
            return InDoubt(sentence, where=self.where)
        return Unreadable(sentence, where=self.where)
