"""What a practice ledger tells of itself, so that nobody has to type it."""

from typing import Any
from urllib.parse import urlsplit

import requests

from accounting_links.connection_errors import Refused, WrongMode
from accounting_links.models import Connection, Environment
from connectors import registry

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECONDS = (3.05, 10)


def credentials(url: str) -> dict[str, Any]:
    """As the credentials file of the ledger at `url`. Raises `Refused` when nothing
    answers there, `WrongMode` for an address that is not of this machine."""
    parts = urlsplit(url)
    if parts.hostname not in LOOPBACK or parts.scheme != "http":
        raise WrongMode(f"{url} is not a practice ledger of this machine.")
    address = f"http://{parts.netloc}/__practice__/credentials"
    try:
        answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Refused(
            f"No practice ledger answers at {url}. `make demo` starts one, and so does"
            " `manage.py practice`."
        ) from error
    if not isinstance(found, dict):
        raise Refused(f"What answers at {url} is not a practice ledger.")
    return found


def learn_settings(connection: Connection) -> None:
    """Fills in what the platform declares that it must be told (the client that asks
    for consent, say), for practice connections alone."""
    if connection.environment != Environment.PRACTICE or not connection.practice_url:
        return
    told = credentials(connection.practice_url)
    secrets = dict(connection.credentials.get("values") or {})
    values = dict(connection.values)
    for setting in registry.connector_class(connection.platform).settings:
        if told.get(setting.name):
            kept = secrets if setting.secret else values
            kept[setting.name] = str(told[setting.name])
    connection.values = values
    connection.credentials = {**connection.credentials, "values": secrets}
    connection.save(update_fields=("values", "credentials"))
