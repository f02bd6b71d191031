"""OneUp's refusals: `{"error": {"code", "message", "reason"}}`. Few codes are known, so
the words decide."""

from typing import Any

from connectors.errors import ConnectorError
from connectors.oneup.names import LABEL
from connectors.transport.answer import Answer
from connectors.worded_refusals import refusal_of

THROTTLED_SECONDS = 60


def answer_error(answer: Answer) -> ConnectorError:
    """The named error of an answer that is no success."""
    return refusal_of(answer, label=LABEL, said_in=said_in)


def said_in(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return str(error or "")
    told = (error.get("message"), error.get("reason"))
    return " ".join(str(each) for each in told if each)
