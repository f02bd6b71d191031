"""What a thinly documented platform calls things, where staff may correct a guess.

A path is a template ("records/invoices/{id}") by a name of ours; a field is named by
its way through the record that we send or read ("invoice.lineItems.rate"). Corrections
come as text, one a line, `name = what it is there`; nothing behind the sign takes the
path or the field away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from connectors.errors import Reauthorise, Unsupported, Where
from connectors.settings import Setting, SettingKind

PATHS, FIELDS = "paths", "field_names"
_HOW = "One correction a line, as “{example}”. Nothing behind the sign takes it away. "
# An address that ends there would be that of the list, or of what is above it.
_NOWHERE = ("", ".", "..")
_LISTED = "The page of this platform in the documentation lists all of them."


def paths_setting(example: str) -> Setting:
    return Setting(
        name=PATHS,
        label="Corrected paths",
        help=_HOW.format(example=example) + _LISTED,
        kind=SettingKind.LONG_TEXT,
        required=False,
        advanced=True,
    )


def fields_setting(example: str) -> Setting:
    return Setting(
        name=FIELDS,
        label="Corrected names of fields",
        help=_HOW.format(example=example) + _LISTED,
        kind=SettingKind.LONG_TEXT,
        required=False,
        advanced=True,
    )


def corrections(text: str, known: Iterable[str], *, label: str) -> dict[str, str]:
    """By name. Raises `Reauthorise` for a line that corrects nothing: the setting has
    to be entered anew."""
    names, found = set(known), {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, told = (part.strip() for part in line.partition("="))
        if not sign or name not in names:
            raise Reauthorise(
                f"“{line[:80]}” corrects nothing that FinSync asks of {label}. Look at "
                "the corrected paths and names of this connection.",
                where=Where(operation="settings"),
            )
        found[name] = told
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Raises `Unsupported` for a path that was taken away, or that asks for a part that
    is empty: what is meant for one record never goes to its list."""

    templates: Mapping[str, str]
    label: str

    @classmethod
    def corrected(
        cls, templates: Mapping[str, str], text: str, *, label: str
    ) -> "Paths":
        changed = corrections(text, templates, label=label)
        return cls(templates={**templates, **changed}, label=label)

    def has(self, name: str) -> bool:
        return bool(self.templates.get(name))

    def to(self, name: str, **parts: str) -> str:
        if not self.has(name):
            raise Unsupported(
                f"No path for this is known in {self.label} ({name}). Enter it under "
                "the corrected paths of the connection once it is.",
                where=Where(operation=name),
            )
        whole = {part: quote(value, safe="") for part, value in parts.items()}
        named = {part: value for part, value in whole.items() if value not in _NOWHERE}
        try:
            return self.templates[name].format_map(named).strip("/")
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise Unsupported(
                f"The path of “{name}” in {self.label} asks for something that is not "
                "known here. Look at the corrected paths of the connection.",
                where=Where(operation=name),
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """Renames the members of a record, and of what is inside it, both ways."""

    changed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def corrected(cls, known: Iterable[str], text: str, *, label: str) -> "FieldNames":
        return cls(changed=corrections(text, known, label=label))

    def outgoing(self, record: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """As the platform calls it; what was taken away is left out."""
        sent = {}
        for name, value in payload.items():
            way = f"{record}.{name}"
            told = self.changed.get(way, name)
            if told:
                sent[told] = self._inside(way, value)
        return sent

    def incoming(self, record: str, entity: Mapping[str, Any]) -> dict[str, Any]:
        """As we call it. A name that was corrected away says nothing any more."""
        ours: dict[str, str] = {}
        replaced: set[str] = set()
        for way, told in self.changed.items():
            parent, _, name = way.rpartition(".")
            if parent == record:
                replaced.add(name)
                ours |= {told: name} if told else {}
        found = {}
        for told, value in entity.items():
            if told not in ours and told in replaced:
                continue
            name = ours.get(told, told)
            found[name] = self._back(f"{record}.{name}", value)
        return found

    def _inside(self, way: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.outgoing(way, value)
        if isinstance(value, list):
            return [self._inside(way, each) for each in value]
        return value

    def _back(self, way: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self.incoming(way, value)
        if isinstance(value, list):
            return [self._back(way, each) for each in value]
        return value
