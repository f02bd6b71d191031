"""What Business Central tells: which records of a list changed, half a minute later.

Nothing signs a delivery. What proves it is the secret that the subscription was made
with, which each notification brings along.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.dynamics_365.mapping import NAMES
from connectors.errors import Unreadable
from connectors.webhooks import (
    Delivery,
    Notice,
    RecordName,
    Reply,
    Webhooks,
    What,
    is_secret,
)

_KINDS = {names.path: kind for kind, names in NAMES.items()}
_RESOURCE = re.compile(r"companies\(([^)]*)\)/(\w+)(?:\(([^)]*)\))?$")
# A list of more than a thousand changes is named as a whole.
_WHOLE = "collection"


class CentralWebhooks(Webhooks):
    makes_secret = True
    subscribes = True
    steps = (
        "Nothing has to be done in Business Central: FinSync subscribes, and renews "
        "that within the three days that it lasts.",
        "The address of FinSync must be reached from the internet by HTTPS, for "
        "Business Central asks it before it agrees.",
    )

    def handshake(self, delivery: Delivery) -> Reply | None:
        """It is asked for with each renewal too."""
        token = delivery.query.get("validationToken", "")
        return Reply(body=token) if token else None

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        rows = _rows(delivery)
        return bool(rows) and all(
            is_secret(row.get("clientState"), secrets) for row in rows
        )

    def read(self, delivery: Delivery) -> Notice:
        rows = _rows(delivery)
        if not rows:
            raise Unreadable("Business Central's delivery names no changes.")
        if any(row.get("changeType") == _WHOLE for row in rows):
            return Notice(anything=True)
        return Notice(names=tuple(filter(None, map(_name, rows))))


def _rows(delivery: Delivery) -> list[Mapping[str, Any]]:
    told = delivery.json()
    rows = told.get("value") if isinstance(told, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
        return []
    return rows


def _name(row: Mapping[str, Any]) -> RecordName | None:
    match = _RESOURCE.search(str(row.get("resource") or ""))
    if match is None:
        raise Unreadable("Business Central's delivery names no record.")
    company, path, id = match.groups()
    if path not in _KINDS or not id:
        return None
    return RecordName(
        what=What.DOCUMENT,
        id=id.lower(),
        kind=_KINDS[path],
        organisation_id=company,
        changed_at=_moment(row.get("lastModifiedDateTime")),
    )


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
