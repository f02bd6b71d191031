"""Reads the environment. What is wrong is refused by name, with the remedy."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

TRUE = {"true", "yes", "on", "1"}
FALSE = {"false", "no", "off", "0"}


def refuse(name: str, problem: str, remedy: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {problem}. {remedy}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def secret(name: str) -> str:
    """NAME itself, or the contents of the file that NAME_FILE names."""
    value, path = text(name), text(f"{name}_FILE")
    if value and path:
        raise refuse(name, f"and {name}_FILE are both set", "Keep one of the two")
    if not path:
        return value
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Name a text file that FinSync's user may read"
        raise refuse(f"{name}_FILE", f"cannot be read: {path}", remedy) from error


def boolean(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise refuse(name, f"is neither true nor false: {value!r}", "Say true or false")
    return value in TRUE


def whole_number(name: str, *, default: int, least: int, most: int) -> int:
    value = text(name)
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        remedy = f"Give a whole number from {least} to {most}"
        raise refuse(name, f"is out of range: {value!r}", remedy)
    return int(value)


def choice(name: str, options: tuple[str, ...], *, default: str) -> str:
    value = text(name, default)
    if value not in options:
        remedy = "Use one of: " + ", ".join(options)
        raise refuse(name, f"is unknown: {value!r}", remedy)
    return value


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def ledgers(name: str) -> dict[str, str]:
    """Practice ledgers by platform: `platform=http://127.0.0.1:8801,...`."""
    found = dict(word.partition("=")[::2] for word in words(name))
    for address in found.values():
        if urlsplit(address).hostname not in {"127.0.0.1", "localhost", "::1"}:
            remedy = "Give platform=http://127.0.0.1:PORT, separated by commas"
            raise refuse(name, f"is no ledger of this machine: {address!r}", remedy)
    return found


def folder(name: str, default: Path) -> Path:
    """An absolute path to a folder that exists and that can be written."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        remedy = "Name a folder that FinSync's user may make and write"
        raise refuse(name, f"cannot be made: {path} ({error})", remedy) from error
    if not os.access(path, os.W_OK | os.X_OK):
        remedy = "Let FinSync's user write there, or name another folder"
        raise refuse(name, f"cannot be written: {path}", remedy)
    return path


def subfolder(parent: Path, name: str) -> Path:
    path = parent / name
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def base_url(name: str, default: str) -> str:
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        remedy = "Give scheme and host alone, such as https://finsync.example.com"
        raise refuse(name, f"is no base address: {value!r}", remedy)
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        remedy = "Use a name such as Europe/London"
        raise refuse(name, f"is no time zone: {value!r}", remedy) from error
    return value


def currency(name: str, default: str) -> str:
    value = text(name, default)
    if not re.fullmatch(r"[A-Z]{3}", value):
        remedy = "Use three capital letters such as GBP"
        raise refuse(name, f"is no currency code: {value!r}", remedy)
    return value
