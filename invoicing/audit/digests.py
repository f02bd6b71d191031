"""What a seal is made of. Pure, and the same on every database."""

import datetime as dt
import hashlib
import json

from invoicing.models import Event

FORM = "1"
NO_CHAIN = 0


def chain_of(event: Event) -> int:
    return event.connection_id or NO_CHAIN


def content(event: Event) -> str:
    """Of all that it says, but for its place."""
    told = {
        "form": FORM,
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "verb": event.verb,
        "subject": event.subject,
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "document": event.document_id,
        "contact": event.contact_id,
        "connection": event.connection_id,
        "sentence": event.sentence,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
    }
    return _digest(told)


def link(former: str, *, chain: int, sequence: int, event_id: int, content: str) -> str:
    return _digest([FORM, former, chain, sequence, event_id, content])


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
