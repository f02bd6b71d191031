"""How Business Central refuses: a code that says little, and a sentence that ends with
an id for Microsoft's support.

Sentences of the API: Microsoft's published source. Those of closed periods and of
set-up that is missing: the posting routines' own.
"""

import uuid

from ..errors import (
    HasSettlements,
    LedgerError,
    NotFound,
    PeriodClosed,
    UnknownAccount,
    UnknownItem,
    UnknownParty,
    UnknownTax,
    WrongState,
)
from ..shape import Misfit
from ..wire import Response, json_response

DIALOG = "Application_DialogException"
POSTED = "The invoice has been posted and can no longer be modified."


class Refused(LedgerError):
    def __init__(self, message: str, *, code: str = DIALOG, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def response(code: str, message: str, status: int = 400) -> Response:
    told = f"{message}  CorrelationId:  {uuid.uuid4()}."
    return json_response({"error": {"code": code, "message": told}}, status)


def no_token() -> Response:
    message = "The server has rejected the client credentials."
    return response("Authentication_InvalidCredentials", message, 401)


def not_found(message: str = "The record was not found.") -> Refused:
    return Refused(message, code="BadRequest_NotFound", status=404)


def stale() -> Refused:
    return Refused(
        "Another user has already changed the record.",
        code="Request_EntityChanged",
        status=409,
    )


def misfit(error: Misfit) -> Refused:
    name = error.path.rpartition(".")[2].partition("[")[0]
    if error.reason == "unknown":
        return Refused(
            f"The property '{name}' does not exist on this type.",
            code="BadRequest",
        )
    if error.reason == "read-only":
        return Refused(
            f'Control "{name}" is read-only.', code="BadRequest_InvalidOperation"
        )
    if error.reason == "missing":
        return Refused(f'"{name}" must be provided.')
    if error.reason == "long":
        return Refused(
            f"The length of the string in {name} exceeds {error.detail}.",
            code="Application_StringExceededLength",
        )
    return Refused(f"Cannot convert {name}: {error.detail}.", code="BadRequest")


def of_error(error: LedgerError) -> Response:
    refused = worded(error)
    return response(refused.code, refused.message, refused.status)


def worded(error: LedgerError) -> Refused:
    if isinstance(error, Refused):
        return error
    if isinstance(error, NotFound):
        return not_found()
    for kind, message in _WORDS:
        if isinstance(error, kind):
            return Refused(message)
    return Refused(error.message)


_WORDS: tuple[tuple[type[LedgerError], str], ...] = (
    (UnknownParty, "The sell-to customer cannot be found."),
    (UnknownAccount, "Account does not exist."),
    (UnknownItem, "Item does not exist."),
    (
        UnknownTax,
        "The field Tax Group Code of table Sales Line contains a value that cannot be "
        "found in the related table (Tax Group).",
    ),
    (PeriodClosed, "Posting Date is not within your range of allowed posting dates."),
    (
        HasSettlements,
        "You cannot cancel this posted sales invoice because it is fully or partially "
        "paid.",
    ),
    (WrongState, POSTED),
)
