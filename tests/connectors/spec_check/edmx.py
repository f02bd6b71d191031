"""A service's $metadata (OData 4), and what of a request or an answer is not in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

_WORD = re.compile(r"'(?:[^']|'')*'|[A-Za-z_]\w*(?:\(|\b)")
_OPERATORS = frozenset("eq ne gt ge lt le and or not null true false asc desc".split())
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
_WHOLE = frozenset({"Edm.Int16", "Edm.Int32", "Edm.Int64", "Edm.Byte"})
_NUMBERS = frozenset({"Edm.Double", "Edm.Decimal", "Edm.Single"})


@dataclass
class Edmx:
    """`sets`: entity set -> type; `types`: type -> member -> type; `actions`: bound
    actions of a type."""

    sets: dict[str, str] = field(default_factory=dict)
    types: dict[str, dict[str, str]] = field(default_factory=dict)
    enums: dict[str, set[str]] = field(default_factory=dict)
    actions: set[tuple[str, str]] = field(default_factory=set)

    def entity(self, name: str, payload: Any) -> Iterator[str]:
        """What does not fit of one entity of a set."""
        if name not in self.sets:
            yield f"{name}: no such entity set"
            return
        yield from self._object(self.sets[name], payload, name)

    def query(self, name: str, options: Mapping[str, str]) -> Iterator[str]:
        """The words of $filter, $select and $orderby that are no members."""
        known = self.types.get(self.sets.get(name, ""), {})
        for option in ("$filter", "$select", "$orderby"):
            for word in _WORD.findall(options.get(option, "")):
                is_name = not word.startswith("'") and not word.endswith("(")
                if is_name and word not in _OPERATORS and word not in known:
                    yield f"{name}?{option}: {word} is unknown"

    def _object(self, kind: str, payload: Any, place: str) -> Iterator[str]:
        if not isinstance(payload, Mapping):
            yield f"{place}: no object"
            return
        for name, value in payload.items():
            if name.startswith("@") or "@odata." in name:
                continue
            member = self.types[kind].get(name)
            if member is None:
                yield f"{place}.{name}: unknown to {kind}"
            elif value is not None:
                yield from self._value(member, value, f"{place}.{name}")

    def _value(self, kind: str, value: Any, place: str) -> Iterator[str]:
        if kind.startswith("Collection("):
            if not isinstance(value, list):
                yield f"{place}: no list"
                return
            for each in value:
                yield from self._value(kind[11:-1], each, place)
        elif kind in self.types:
            yield from self._object(kind, value, place)
        elif not self._fits(kind, value):
            yield f"{place}: {value!r} is no {kind}"

    def _fits(self, kind: str, value: Any) -> bool:
        if kind in self.enums:
            return value in self.enums[kind]
        if kind in _WHOLE:
            return isinstance(value, int) and not isinstance(value, bool)
        if kind in _NUMBERS:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        if kind == "Edm.Boolean":
            return isinstance(value, bool)
        if kind == "Edm.DateTimeOffset":
            return isinstance(value, str) and bool(_MOMENT.fullmatch(value))
        return isinstance(value, str)


@cache
def load(path: Path) -> Edmx:
    found = Edmx()
    for schema in etree.parse(path).getroot().iter("{*}Schema"):
        space = schema.get("Namespace", "")
        for element in _named(schema, "EntityType", "ComplexType"):
            members = _named(element, "Property", "NavigationProperty")
            found.types[f"{space}.{element.get('Name')}"] = {
                str(member.get("Name")): str(member.get("Type")) for member in members
            }
        for element in _named(schema, "EnumType"):
            words = {str(m.get("Name")) for m in _named(element, "Member")}
            found.enums[f"{space}.{element.get('Name')}"] = words
        for element in _named(schema, "Action"):
            first = next(iter(_named(element, "Parameter")), None)
            if first is not None:
                bound = (str(first.get("Type")), str(element.get("Name")))
                found.actions.add(bound)
        for element in schema.iter("{*}EntitySet"):
            name, kind = str(element.get("Name")), str(element.get("EntityType"))
            found.sets[name] = kind
    return found


def _named(element: etree._Element, *tags: str) -> Iterable[etree._Element]:
    return [
        child
        for child in element
        if isinstance(child.tag, str) and etree.QName(child).localname in tags
    ]
