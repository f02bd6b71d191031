"""How Acumatica refuses: by an exception's text, or by the record with its errors."""

import copy
from collections.abc import Mapping
from typing import Any

from ..errors import (
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownAccount,
    UnknownItem,
    UnknownParty,
    UnknownReference,
    UnknownTax,
)
from ..shape import Misfit
from ..wire import Response, json_response

AN_ERROR = "An error has occurred."
RULE = "PX.Data.PXException"
_MEMBERS: Mapping[type[LedgerError], str] = {
    UnknownAccount: "Account",
    UnknownTax: "TaxCategory",
    UnknownItem: "InventoryID",
}


class Refused(LedgerError):
    def __init__(self, message: str, *, status: int = 500, member: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.member = member


def http_error(said: str, *, status: int = 500, kind: str = RULE) -> Response:
    body = {
        "message": AN_ERROR,
        "exceptionMessage": said,
        "exceptionType": kind,
        "stackTrace": "   at PX.Api.ContractBased.Practice",
    }
    return json_response(body, status)


def message(said: str, status: int) -> Response:
    return json_response({"message": said}, status)


def misfit(error: Misfit) -> Refused:
    said = f"The request is invalid: {error.path} ({error.detail or error.reason})"
    return Refused(said, status=400)


def of_error(error: LedgerError, sent: Any = None, party: str = "Customer") -> Response:
    """Fields that name what is not there are told with the record; rules are not."""
    if isinstance(error, Refused):
        if error.member and isinstance(sent, dict):
            return _beside(sent, error.member, None, error.message)
        return http_error(error.message, status=error.status)
    if isinstance(error, NotFound):
        return message("No entity satisfies the condition.", 404)
    if isinstance(error, PeriodClosed):
        period = f"{error.day:%m-%Y}"
        said = f"PX.Data.PXException: Error: The {period} financial period is closed."
        return http_error(said)
    if isinstance(error, UnknownReference) and isinstance(sent, dict):
        member = party if isinstance(error, UnknownParty) else _MEMBERS[type(error)]
        said = f"'{member}' '{error.record_id}' cannot be found in the system."
        return _beside(sent, member, _place(error.field), said)
    return http_error(f"PX.Data.PXException: Error: {error.message}")


def _beside(
    sent: dict[str, Any], member: str, place: int | None, said: str
) -> Response:
    body = copy.deepcopy(sent)
    holder = body if place is None else body["Details"][place]
    holder[member] = {**holder.get(member, {"value": None}), "error": said}
    body["error"] = "Inserting record raised at least one error. Please review."
    return json_response(body, 422)


def _place(field: str) -> int | None:
    """`lines.2.account` is the third row."""
    parts = field.split(".")
    return int(parts[1]) if len(parts) == 3 else None
