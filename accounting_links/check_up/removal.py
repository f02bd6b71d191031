"""Taking the document of a check-up away again."""

from collections.abc import Mapping
from typing import Any

from accounting_links.check_up import draft as drafts
from accounting_links.check_up.steps import Step
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import ConnectorError, NotFound
from connectors.records import Document, DocumentKind, RemoteStatus

NAME = "Taken away"


def can_remove(able: Capabilities) -> bool:
    return able.delete or able.void


def taken_away(
    connector: Connector, draft: Mapping[str, Any], *, by_hand: bool
) -> Step:
    """Failed where it is still there. `by_hand`: a person says that they did it."""
    kind = DocumentKind(draft["kind"])
    try:
        there = connector.get_document(kind, draft["id"])
        if there.status is RemoteStatus.VOID:
            return _step(passed=True, sentence="It is void.")
        if by_hand or not can_remove(connector.capabilities):
            return _step(passed=False, sentence="It is still there.")
        _remove(connector, drafts.as_there(draft, there))
    except NotFound:
        return _step(passed=True, sentence="It is gone.")
    except ConnectorError as error:
        return _step(passed=False, sentence=f"{error} Take it away over there.")
    return _step(passed=True, sentence="FinSync took it away.")


def _remove(connector: Connector, document: Document) -> None:
    if connector.capabilities.delete:
        connector.delete(document)
    else:
        connector.void(document)


def _step(*, passed: bool, sentence: str) -> Step:
    return Step(name=NAME, passed=passed, sentence=sentence)
