"""Which members a JSON object may carry, of what type, and which it must have.

    LINE = Shape({"Description": text(4000), "UnitAmount": number()}, needs=("...",))

`parsed` answers `str`, `Decimal`, `bool`, `date`, `dict` and `list`; null is absent.
What does not fit raises `Misfit`, which names the place; faces word it as their vendor.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

LARGEST = Decimal(99_999_999_999)
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Check = Callable[[Any, str], Any]


class Misfit(Exception):
    """`reason`: unknown, missing, type, long or word."""

    def __init__(self, path: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{path}: {detail or reason}")
        self.path = path
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Shape:
    """`members`: name -> check. `open`: members that are not named are passed over."""

    members: Mapping[str, Check]
    needs: Sequence[str] = ()
    open: bool = False

    def parsed(self, sent: Any, path: str = "") -> dict[str, Any]:
        if not isinstance(sent, dict):
            raise Misfit(path, "type", "an object is needed")
        given = {name: value for name, value in sent.items() if value is not None}
        found = {}
        for name, value in given.items():
            check = self.members.get(name)
            if check is not None:
                found[name] = check(value, _at(path, name))
            elif not self.open:
                raise Misfit(_at(path, name), "unknown")
        for name in self.needs:
            if found.get(name) in (None, "", []):
                raise Misfit(_at(path, name), "missing")
        return found


def text(limit: int = 0) -> Check:
    def check(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise Misfit(path, "type", "text is needed")
        if limit and len(value) > limit:
            raise Misfit(path, "long", f"at most {limit} characters")
        return value

    return check


def number(places: int = 0, *, quoted: bool = False) -> Check:
    """`quoted`: the vendor takes numbers as text too. `places`: more are refused."""

    def check(value: Any, path: str) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise Misfit(path, "type", "a number is needed")
        if isinstance(value, str) and not quoted:
            raise Misfit(path, "type", "a number is needed")
        try:
            found = Decimal(value)
        except InvalidOperation as error:
            raise Misfit(path, "type", "a number is needed") from error
        if not found.is_finite() or abs(found) > LARGEST:
            raise Misfit(path, "type", "a number is needed")
        if places and found != found.quantize(Decimal(1).scaleb(-places)):
            raise Misfit(path, "type", f"at most {places} places")
        return found

    return check


def flag(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise Misfit(path, "type", "true or false is needed")
    return value


def day(value: Any, path: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Misfit(path, "type", "YYYY-MM-DD is needed") from error


def guid(value: Any, path: str) -> str:
    if not isinstance(value, str) or not GUID.fullmatch(value):
        raise Misfit(path, "type", "an identifier is needed")
    return value.lower()


def word(*allowed: str) -> Check:
    def check(value: Any, path: str) -> str:
        if value not in allowed:
            raise Misfit(path, "word", f"one of {', '.join(allowed)}")
        return str(value)

    return check


def inner(shape: Shape) -> Check:
    return shape.parsed


def many(shape: Shape) -> Check:
    def check(value: Any, path: str) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise Misfit(path, "type", "an array is needed")
        return [shape.parsed(each, f"{path}[{i}]") for i, each in enumerate(value)]

    return check


def words(value: Any, path: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Misfit(path, "type", "an array of texts is needed")
    return value


def anything(value: Any, path: str) -> Any:
    """Kept and shown again, not looked into."""
    return value


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
