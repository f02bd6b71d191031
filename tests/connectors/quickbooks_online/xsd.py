"""Intuit's XSDs as a table of names and types, and JSON held against it.

The JSON uses the same names as the XML; repeated elements are arrays, a reference is
`{"value": id, "name": label}`, attributes are members like all others.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
FILES = (
    "IntuitBaseTypes.xsd",
    "IntuitNamesTypes.xsd",
    "Finance.xsd",
    "IntuitRestServiceDef.xsd",
)
SIMPLE = {
    "decimal": (int, Decimal),
    "boolean": (bool,),
    "integer": (int,),
    "int": (int,),
    "positiveInteger": (int,),
    "nonNegativeInteger": (int,),
}
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Member:
    type: str
    many: bool


@dataclass
class Schema:
    complex: dict[str, dict[str, Member]] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    words: dict[str, set[str]] = field(default_factory=dict)
    simple_bases: dict[str, str] = field(default_factory=dict)

    def members(self, name: str) -> dict[str, Member]:
        base = self.bases.get(name, "")
        inherited = self.members(base) if base in self.complex else {}
        return inherited | self.complex.get(name, {})

    def findings(self, name: str, value: Any, at: str) -> Iterator[str]:
        """What in a decoded JSON value the schema does not know or types otherwise."""
        if name == "ReferenceType":
            yield from self._reference(value, at)
        elif name in self.complex:
            yield from self._object(name, value, at)
        elif problem := self._plain(name, value):
            yield f"{at}: {value!r} is {problem}"

    def _object(self, name: str, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: not an object"
            return
        members = self.members(name)
        for key, part in value.items():
            member = members.get(key)
            if member is None:
                yield f"{at}.{key}: unknown to {name}"
            elif member.many != isinstance(part, list):
                yield f"{at}.{key}: {'one' if member.many else 'many'} given"
            else:
                for each in part if member.many else [part]:
                    yield from self.findings(member.type, each, f"{at}.{key}")

    def _reference(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict) or not isinstance(value.get("value"), str):
            yield f"{at}: not a reference"
        elif value.keys() - {"value", "name", "type"}:
            yield f"{at}: more than a reference"

    def _plain(self, name: str, value: Any) -> str:
        if name in self.words and value not in self.words[name]:
            return f"no word of {name}"
        if name in self.simple_bases:
            return self._plain(self.simple_bases[name], value)
        if name == "date":
            return "" if DATE.fullmatch(str(value)) else "no date"
        wanted = SIMPLE.get(name, (str,))
        right = isinstance(value, wanted) and isinstance(value, bool) == (
            name == "boolean"
        )
        return "" if right else f"no {name}"


@cache
def load(folder: Path) -> Schema:
    schema = Schema()
    for name in FILES:
        root = etree.parse(folder / name).getroot()
        for kind in root.iter(f"{XS}complexType"):
            if kind.get("name"):
                _complex(schema, kind)
        for kind in root.iter(f"{XS}simpleType"):
            if kind.get("name"):
                _simple(schema, kind)
    return schema


def _complex(schema: Schema, kind: etree._Element) -> None:
    name = str(kind.get("name"))
    members = schema.complex.setdefault(name, {})
    for extension in kind.iter(f"{XS}extension"):
        schema.bases[name] = _local(extension.get("base"))
    for element in kind.iter(f"{XS}element"):
        key = _local(element.get("name") or element.get("ref"))
        many = element.get("maxOccurs", "1") != "1"
        members[key] = Member(_local(element.get("type") or key), many)
    for attribute in kind.iter(f"{XS}attribute"):
        members[str(attribute.get("name"))] = Member(
            _local(attribute.get("type")), many=False
        )


def _simple(schema: Schema, kind: etree._Element) -> None:
    name = str(kind.get("name"))
    words = {str(e.get("value")) for e in kind.iter(f"{XS}enumeration")}
    if words:
        schema.words[name] = words
    for restriction in kind.iter(f"{XS}restriction"):
        schema.simple_bases[name] = _local(restriction.get("base"))


def _local(name: str | None) -> str:
    return (name or "string").rpartition(":")[2]
