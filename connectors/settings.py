"""What a platform needs to be told before it can be connected, as declarations.

Screens build their forms from these; what is `secret` is stored encrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SettingKind(StrEnum):
    TEXT = "text"
    URL = "url"
    CHOICE = "choice"
    SWITCH = "switch"
    NUMBER = "number"
    LONG_TEXT = "long_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`app` settings belong to FinSync's registration with the vendor (client id and
    secret), the rest to one connection. `find_it` says where the vendor shows it. What
    is `advanced` has a default that fits nearly everybody."""

    name: str
    label: str
    help: str = ""
    find_it: str = ""
    kind: SettingKind = SettingKind.TEXT
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    app: bool = False
    advanced: bool = False


class BadPairs(ValueError):
    """The message names the line that cannot be read."""


def pairs(text: str, *, like: str) -> dict[str, str]:
    """A setting of lines like `4000=FV001`, blank ones aside. Raises `BadPairs`."""
    found = {}
    for row in filter(None, map(str.strip, text.splitlines())):
        key, sign, value = row.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise BadPairs(f"{row!r} is no line like {like}.")
        found[key.strip()] = value.strip()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionConfig:
    """All that a connector is told about its connection; it reads no other settings.

    `values` holds the declared settings by name (switches as "true" or "false").
    `practice_url` is set for practice ledgers alone, and then takes the place of
    scheme, host and port of every address of the vendor. `allow_private_hosts` is the
    administrator's word that a self-hosted base URL may lie in a private range.
    `home_currency` is the business's own, empty where nobody said.
    """

    platform: str
    environment: str = "live"
    organisation_id: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    practice_url: str = ""
    allow_private_hosts: bool = False
    home_currency: str = ""

    def value(self, name: str) -> str:
        return self.values.get(name, "")
