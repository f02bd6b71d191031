"""Kashoo's refusals. Their shape is not documented: a message, an error, or text."""

from typing import Any

from connectors.errors import ConnectorError
from connectors.kashoo.names import LABEL
from connectors.transport.answer import Answer
from connectors.worded_refusals import refusal_of

THROTTLED_SECONDS = 60


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    return refusal_of(answer, label=LABEL, said_in=said_in)


def said_in(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    return str(body.get("message") or body.get("error") or "")
