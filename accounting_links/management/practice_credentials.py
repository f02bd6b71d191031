"""Where `connect` gets credentials from: a file, or a practice ledger itself."""

import json
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from invoicing.management.reporting import WrongUse

PATH = "/__practice__/credentials"
TIMEOUT = (5, 20)
LARGEST = 1_000_000


def from_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} cannot be read: {error}.") from error
    return _object(text, str(path))


def from_practice(url: str) -> dict[str, Any]:
    """Everything from the server at `url`: later calls go to its scheme, host and port,
    whatever the server believes its own address to be."""
    base = _base(url)
    try:
        answer = requests.get(f"{base}{PATH}", timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise WrongUse(f"No practice ledger answers at {url}.") from error
    if answer.status_code != 200 or len(answer.content) > LARGEST:
        raise WrongUse(f"{url} is no practice ledger (HTTP {answer.status_code}).")
    return {**_object(answer.text, url), "url": base}


def _base(url: str) -> str:
    parts = urlsplit(url if "//" in url else f"http://{url}")
    try:
        known = parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if parts.scheme not in ("http", "https") or not known:
        raise WrongUse(f"{url!r} is no address: write it as http://127.0.0.1:8001.")
    if not _is_near(parts.hostname or ""):
        raise WrongUse(f"{url} is not on this machine, as practice ledgers are.")
    return f"{parts.scheme}://{parts.netloc}"


def _is_near(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _object(text: str, source: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise WrongUse(f"{source} holds no JSON.") from error
    if not isinstance(found, Mapping):
        raise WrongUse(f"{source} holds no JSON object of credentials.")
    return dict(found)
