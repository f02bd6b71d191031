"""How the Service Layer refuses: a code that says little, and a sentence."""

from ..errors import (
    DuplicateName,
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

ANY_RULE = "-5002"
APACHE = (
    b'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"><html><head><title>'
    b"Proxy Error</title></head><body><h1>Proxy Error</h1></body></html>"
)


class Refused(LedgerError):
    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def response(code: str, message: str, status: int = 400) -> Response:
    error = {"code": code, "details": [{"code": "", "message": ""}], "message": message}
    return json_response({"error": error}, status)


def no_session() -> Response:
    return response("301", "Invalid session or session already timeout.", 401)


def no_match(*, status: int = 404) -> Refused:
    return Refused("-2028", "No matching records found (ODBC -2028)", status=status)


def misfit(error: Misfit, entity: str) -> Refused:
    name = error.path.rpartition(".")[2].partition("[")[0]
    if error.reason == "unknown":
        return Refused("-1000", f"Property '{name}' of '{entity}' is invalid")
    if error.reason == "missing":
        return Refused(ANY_RULE, f"Enter a value in field '{name}'")
    if error.reason == "long":
        return Refused(ANY_RULE, f"Value too long in property '{name}' of '{entity}'")
    if error.reason == "word":
        return Refused("-1004", f"Enum value of '{name}' is invalid")
    return Refused("-1003", f"Invalid value of property '{name}': {error.detail}")


def worded(error: LedgerError) -> Refused:
    if isinstance(error, Refused):
        return error
    for kind, code, message in _WORDS:
        if isinstance(error, kind):
            status = 404 if kind is NotFound else 400
            return Refused(code, message, status=status)
    return Refused(ANY_RULE, error.message)


def of_error(error: LedgerError) -> Response:
    refused = worded(error)
    return response(refused.code, refused.message, refused.status)


_WORDS: tuple[tuple[type[LedgerError], str, str], ...] = (
    (NotFound, "-2028", "No matching records found (ODBC -2028)"),
    (UnknownParty, ANY_RULE, "10001002 - Invalid BP code"),
    (UnknownAccount, ANY_RULE, "Invalid G/L account  [Document.AccountCode]"),
    (UnknownTax, ANY_RULE, "Invalid VAT Group  [Document.VatGroup]"),
    (UnknownItem, "-2028", "No matching records found (ODBC -2028)"),
    (
        DuplicateName,
        "-2035",
        "This entry already exists in the following tables (ODBC -2035)",
    ),
    (PeriodClosed, ANY_RULE, "Date deviates from permissible range"),
    (
        HasSettlements,
        ANY_RULE,
        "Document cannot be cancelled: a payment or credit is applied to it",
    ),
    (WrongState, ANY_RULE, "Document is closed or cancelled"),
)
