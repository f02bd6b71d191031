"""What Bill.com tells: one record in each delivery, signed. It has none for receipts,
credit memos and customers; those come with the next poll."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.errors import Unreadable
from connectors.records import DocumentKind, PartyRole
from connectors.webhooks import (
    Delivery,
    Notice,
    RecordName,
    Webhooks,
    What,
    signed_base64,
    signed_hex,
)

SIGNATURE = "x-bill-sha-signature"
_RECORDS = {
    "invoice": RecordName(what=What.DOCUMENT, id="", kind=DocumentKind.SALES_INVOICE),
    "bill": RecordName(what=What.DOCUMENT, id="", kind=DocumentKind.SUPPLIER_INVOICE),
    "payment": RecordName(what=What.PAYMENT, id=""),
    "vendor": RecordName(what=What.PARTY, id="", role=PartyRole.SUPPLIER),
}
_CHANGES = ("created", "updated", "archived", "restored")
EVENTS = (
    *(
        f"{name}.{change}"
        for name in ("invoice", "bill", "vendor")
        for change in _CHANGES
    ),
    "payment.updated",
    "payment.failed",
)


class BillWebhooks(Webhooks):
    subscribes = True
    # Each has an id of its own.
    repeats = False
    steps = ("Nothing has to be done in Bill.com: FinSync arranges it.",)

    def is_genuine(self, delivery: Delivery, secrets: Sequence[str]) -> bool:
        """In base64 or in hexadecimal digits: Bill.com does not say which."""
        given, body = delivery.header(SIGNATURE), delivery.body
        return any(
            signed_base64(body, given, secret) or signed_hex(body, given, secret)
            for secret in secrets
        )

    def identity(self, delivery: Delivery) -> str:
        return str(_told(delivery)["metadata"].get("eventId") or "")

    def read(self, delivery: Delivery) -> Notice:
        told = _told(delivery)
        metadata = told["metadata"]
        name = str(metadata.get("eventType")).partition(".")[0]
        if name not in _RECORDS:
            return Notice()
        try:
            record = told[name]
            named = replace(
                _RECORDS[name],
                id=str(record["id"]),
                organisation_id=str(metadata.get("organizationId") or ""),
                changed_at=_moment(record),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Unreadable("Bill.com's delivery names no record.") from error
        return Notice(names=(named,))


def _told(delivery: Delivery) -> dict[str, Any]:
    """Its samples are called unescaped, so it may come as a text of JSON in JSON."""
    told = delivery.json()
    try:
        told = json.loads(told) if isinstance(told, str) else told
    except ValueError as error:
        raise Unreadable("Bill.com's delivery is no JSON.") from error
    if not isinstance(told, dict) or not isinstance(told.get("metadata"), dict):
        raise Unreadable("Bill.com's delivery has another form.")
    return told


def _moment(record: Mapping[str, Any]) -> datetime | None:
    text = record.get("updatedTime") or record.get("createdTime")
    return datetime.fromisoformat(str(text)) if text else None
