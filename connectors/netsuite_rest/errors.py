"""NetSuite's REST errors by name: `o:errorDetails` of the body, else the status."""

from dataclasses import replace
from typing import Any

from connectors.errors import ConnectorError, NotFound, Rejected, StaleVersion
from connectors.netsuite.errors import LABEL, Refusal, named
from connectors.transport.answer import Answer


def answer_error(answer: Answer) -> ConnectorError:
    """Of an answer below 500 that is no success."""
    refusal = refusal_in(answer)
    where = replace(answer.where, vendor_code=refusal.code if refusal else "")
    if answer.status == 404:
        return NotFound(f"{LABEL} does not have it (any more).", where=where)
    if answer.status == 409:
        return StaleVersion(f"It was changed in {LABEL} meanwhile.", where=where)
    if refusal is not None:
        return named(refusal, where)
    if answer.status in (400, 403):
        return Rejected(f"{LABEL} refuses it (HTTP {answer.status}).", where=where)
    return answer.unreadable(f"refuses with HTTP {answer.status}")


def refusal_in(answer: Answer) -> Refusal | None:
    try:
        details = answer.json_object().get("o:errorDetails")
    except ConnectorError:
        return None
    first: Any = details[0] if isinstance(details, list) and details else None
    if not isinstance(first, dict):
        return None
    return Refusal(
        code=str(first.get("o:errorCode") or ""),
        message=str(first.get("detail") or ""),
        path=str(first.get("o:errorPath") or ""),
    )
