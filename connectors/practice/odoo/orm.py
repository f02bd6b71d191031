"""Models with typed fields, searched, read and written as Odoo does it.

A field's getter answers text, numbers, dates, `(id, name)` for a many2one, or a list of
ids; None and "" are shown as False. Unknown fields and values of a wrong type are
refused, as Odoo refuses them.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from . import trouble

Json = dict[str, Any]
Method = Callable[[Sequence[int] | None, "Call"], Any]
LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: Odoo's type. `relation`: the model of a many2one or a list of ids."""

    kind: str
    get: Callable[[Any], Any]
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What came with a method: by place, by name, and the context."""

    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    begin: Callable[[int], bool] = lambda index: True

    def given(self, place: int, name: str, default: Any = None) -> Any:
        """A parameter, by its place or its name."""
        if len(self.args) > place:
            return self.args[place]
        return self.kwargs.get(name, default)


class Model:
    """`rows`: all records; `create` and `write` take checked values."""

    def __init__(
        self,
        name: str,
        rows: Callable[[], Iterable[Any]],
        fields: Mapping[str, Field],
        *,
        methods: Mapping[str, Method] | None = None,
        create: Callable[[Json], int] | None = None,
        write: Callable[[int, Json], None] | None = None,
        find: Callable[[int], Any] | None = None,
        writable: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.rows = rows
        self.fields = dict(fields)
        self.writable = dict(writable or {})
        self._create = create
        self._write = write
        self._find = find
        self._methods: dict[str, Method] = {
            "search": self.search,
            "search_read": self.search_read,
            "search_count": self.search_count,
            "read": self.read,
            "fields_get": self.fields_get,
            "create": self.create,
            "write": self.write,
            **(methods or {}),
        }

    def run(self, method: str, ids: Sequence[int] | None, call: Call) -> Any:
        if method.startswith("_"):
            raise trouble.Trouble(
                trouble.NO_RIGHTS,
                f"Private methods (such as '{self.name}.{method}') cannot be called "
                "remotely.",
            )
        if method not in self._methods:
            raise trouble.Trouble(
                trouble.APPLICATION,
                f"{trouble.TRACEBACK}AttributeError: The method '{self.name}.{method}' "
                "does not exist",
                "builtins.AttributeError",
            )
        return self._methods[method](ids, call)

    # --- reading

    def search(self, ids: Sequence[int] | None, call: Call) -> Any:
        found = self._found(call.given(0, "domain", []))
        offset, limit = int(call.given(1, "offset", 0)), call.given(2, "limit")
        return [self._id(row) for row in self._sorted(found, call.given(3, "order"))][
            offset : offset + limit if limit else None
        ]

    def search_count(self, ids: Sequence[int] | None, call: Call) -> Any:
        return len(self._found(call.given(0, "domain", [])))

    def search_read(self, ids: Sequence[int] | None, call: Call) -> Any:
        found = self._sorted(
            self._found(call.given(0, "domain", [])), call.given(4, "order")
        )
        offset, limit = int(call.given(2, "offset") or 0), call.given(3, "limit")
        some = found[offset : offset + limit if limit else None]
        return [self._shown(row, call.given(1, "fields")) for row in some]

    def read(self, ids: Sequence[int] | None, call: Call) -> Any:
        """Unknown ids are left out."""
        names = call.given(0, "fields")
        rows = [row for each in ids or () if (row := self.row(each)) is not None]
        return [self._shown(row, names) for row in rows]

    def fields_get(self, ids: Sequence[int] | None, call: Call) -> Any:
        return {
            name: {"type": each.kind, "string": name}
            | ({"relation": each.relation} if each.relation else {})
            for name, each in self.fields.items()
        }

    def row(self, record_id: int) -> Any:
        if self._find:
            return self._find(record_id)
        return next((row for row in self.rows() if self._id(row) == record_id), None)

    def _id(self, row: Any) -> int:
        return int(self.fields["id"].get(row))

    def _shown(self, row: Any, names: Sequence[str] | None) -> Json:
        chosen = names or list(self.fields)
        return {
            "id": self._id(row),
            **{name: shown(self.field(name), row) for name in chosen},
        }

    def field(self, name: str) -> Field:
        if name not in self.fields:
            raise trouble.bug(f"Invalid field {name!r} on model {self.name!r}")
        return self.fields[name]

    # --- domains

    def _found(self, domain: Any) -> list[Any]:
        if not isinstance(domain, list):
            raise trouble.bug(f"Domain {domain!r} is no list")
        terms = list(domain)
        if "active" in self.fields and not _names(terms, "active"):
            terms.append(["active", "=", True])
        fits = self._compiled(terms)
        return [row for row in self.rows() if fits(row)]

    def _compiled(self, terms: list[Any]) -> Callable[[Any], bool]:
        """Prefix notation, "and" where nothing is said."""
        rest = list(terms)
        parts = []
        while rest:
            parts.append(self._part(rest))
        return lambda row: all(part(row) for part in parts)

    def _part(self, rest: list[Any]) -> Callable[[Any], bool]:
        term = rest.pop(0) if rest else None
        if term in ("&", "|"):
            left, right = self._part(rest), self._part(rest)
            if term == "&":
                return lambda row: left(row) and right(row)
            return lambda row: left(row) or right(row)
        if term == "!":
            inner = self._part(rest)
            return lambda row: not inner(row)
        if not isinstance(term, list | tuple) or len(term) != 3:
            raise trouble.bug(f"Invalid leaf {term!r}")
        name, operator, value = term
        compare = _OPERATORS.get(operator)
        if compare is None:
            raise trouble.bug(f"Invalid operator {operator!r}")
        each = self.field(str(name))
        return lambda row: compare(_comparable(each.get(row)), value)

    def _sorted(self, rows: list[Any], order: Any) -> list[Any]:
        for part in reversed(str(order or "id asc").split(",")):
            name, _, direction = part.strip().partition(" ")
            key = partial(_key_of, self.field(name))
            rows = sorted(rows, key=key, reverse=direction.strip().lower() == "desc")
        return rows

    # --- writing

    def create(self, ids: Sequence[int] | None, call: Call) -> Any:
        """One id for one record, a list for a list. All or none."""
        sent = call.given(0, "vals_list", {})
        many = sent if isinstance(sent, list) else [sent]
        made = []
        for index, values in enumerate(many):
            if not call.begin(index):
                raise trouble.user_error("A fault of the practice ledger.")
            made.append(self._made(self.checked(values)))
        return made if isinstance(sent, list) else made[0]

    def _made(self, values: Json) -> int:
        if self._create is None:
            raise trouble.Trouble(
                trouble.NO_RIGHTS,
                f"You are not allowed to create records of {self.name}.",
            )
        return self._create(values)

    def write(self, ids: Sequence[int] | None, call: Call) -> Any:
        values = self.checked(call.given(0, "vals", {}))
        for each in ids or ():
            if self.row(each) is None:
                raise trouble.missing(self.name, each)
            if self._write is None:
                raise trouble.Trouble(trouble.NO_RIGHTS, "You may not write this.")
            self._write(each, values)
        return True

    def checked(self, values: Any) -> Json:
        if not isinstance(values, Mapping):
            raise trouble.bug(f"{values!r} is no record")
        for name, value in values.items():
            kind = self.writable.get(name)
            if kind is None:
                raise trouble.bug(f"Invalid field {name!r} on model {self.name!r}")
            if value is not False and not _FITS[kind](value):
                raise trouble.bug(f"Wrong value for {self.name}.{name}: {value!r}")
        return dict(values)


def shown(each: Field, row: Any) -> Any:
    value = each.get(row)
    if each.kind in ("one2many", "many2many"):
        return list(value)
    if each.kind in ("integer", "boolean"):
        return value
    if value is None or value == "":
        return 0.0 if each.kind in ("float", "monetary") else False
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def is_day(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_integer(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and abs(value) < LARGEST


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_commands(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, list) and len(each) == 3 and each[0] in (0, 1, 2, 4, 6)
        for each in value
    )


_FITS: dict[str, Callable[[Any], bool]] = {
    "char": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "many2one": _is_integer,
    "float": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "date": is_day,
    "commands": _is_commands,
}


def _names(terms: Sequence[Any], name: str) -> bool:
    return any(isinstance(t, list | tuple) and t and t[0] == name for t in terms)


def _comparable(value: Any) -> Any:
    if isinstance(value, tuple):
        return value[0]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date):
        return value.isoformat()
    return False if value is None or value == "" else value


def _key_of(each: Field, row: Any) -> tuple[bool, Any]:
    found = _comparable(each.get(row))
    return found is not False, 0 if found is False else found


def _less(value: Any, other: Any, compare: Callable[[Any, Any], bool]) -> bool:
    """Nothing is neither more nor less than anything."""
    if value is False or isinstance(other, str) != isinstance(value, str):
        return False
    return compare(value, other)


def _within(value: Any, other: Any) -> bool:
    if isinstance(value, list):
        return any(each in other for each in value)
    return value in other


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, other: value == other,
    "!=": lambda value, other: value != other,
    "in": _within,
    "not in": lambda value, other: not _within(value, other),
    ">": lambda value, other: _less(value, other, lambda a, b: a > b),
    ">=": lambda value, other: _less(value, other, lambda a, b: a >= b),
    "<": lambda value, other: _less(value, other, lambda a, b: a < b),
    "<=": lambda value, other: _less(value, other, lambda a, b: a <= b),
    "ilike": lambda value, other: str(other).casefold() in str(value or "").casefold(),
    "=ilike": lambda value, other: str(other).casefold() == str(value or "").casefold(),
}
