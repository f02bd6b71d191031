"""Intuit's error shapes, and which refusal of the books gets which code.

Codes 610, 2010, 2020, 2500, 5010, 6070, 6140, 6210, 6240, 3001, 3200 are the vendor's;
for values that cannot be parsed the vendor has several codes that are not published in
one place: here 2110, and 2170 for words that are none of an enumeration.
"""

import datetime as dt
from typing import Any
from xml.sax.saxutils import escape

from ..books import Kind
from ..errors import (
    DuplicateExternalId,
    DuplicateName,
    DuplicateNumber,
    HasSettlements,
    Invalid,
    LedgerError,
    Missing,
    NotFound,
    PeriodClosed,
    StaleVersion,
    UnknownReference,
)
from ..wire import Response, json_response

PACIFIC = dt.timezone(dt.timedelta(hours=-8))
INACTIVE = (
    "Something you're trying to use has been made inactive. Check the fields with "
    "accounts, customers, items, vendors or employees."
)
TYPES = {
    Kind.SALES_INVOICE: "Invoice",
    Kind.CREDIT_NOTE: "CreditMemo",
    Kind.SUPPLIER_INVOICE: "Bill",
    Kind.SUPPLIER_CREDIT: "VendorCredit",
}
FIELDS = {
    "party": "CustomerRef",
    "number": "DocNumber",
    "date": "TxnDate",
    "lines": "Line",
    "name": "DisplayName",
    "currency": "CurrencyRef",
}


class Refused(Exception):
    """A fault of the vendor's; `status` is HTTP's."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: str = "",
        *,
        element: str = "",
        status: int = 400,
        kind: str = "ValidationFault",
    ) -> None:
        super().__init__(detail or message)
        self.code = code
        self.message = message
        self.detail = detail or message
        self.element = element
        self.status = status
        self.kind = kind

    def fault(self) -> dict[str, Any]:
        error = {
            "Message": self.message,
            "Detail": self.detail,
            "code": self.code,
            "element": self.element,
        }
        return {"Error": [error], "type": self.kind}


def stamp(moment: dt.datetime) -> str:
    return moment.astimezone(PACIFIC).isoformat(timespec="seconds")


def answer_time() -> str:
    return dt.datetime.now(PACIFIC).isoformat(timespec="milliseconds")


def fault_response(refused: Refused) -> Response:
    body = {"Fault": refused.fault(), "time": answer_time()}
    return json_response(body, refused.status)


# --- refusals that the face finds by itself


def unknown_property(name: str) -> Refused:
    return Refused(
        "2010",
        "Request has invalid or unsupported property",
        f"Property Name:{name} specified is unsupported or invalid",
        element=name,
    )


def missing(name: str) -> Refused:
    return Refused(
        "2020",
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {name} is missing in the request",
        element=name,
    )


def unparsable(name: str, value: Any, wanted: str) -> Refused:
    return Refused(
        "2110",
        f"Invalid {wanted}",
        f"Invalid {wanted} : {name} cannot be {str(value)[:80]!r}",
        element=name,
    )


def bad_word(name: str, value: str) -> Refused:
    return Refused(
        "2170", "Invalid Enumeration", f"Invalid Enumeration : {value}", element=name
    )


def bad_text(name: str, limit: int, length: int) -> Refused:
    return Refused(
        "2050",
        "Invalid String. The string is too long or contains invalid characters",
        f"String length is either shorter or longer than supported by specification. "
        f"Min:0 Max:{limit} supplied length: {length}",
        element=name,
    )


def business(detail: str) -> Refused:
    return Refused(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {detail}",
    )


def invalid_reference(element: str = "") -> Refused:
    return Refused(
        "2500",
        "Invalid Reference Id",
        f"Invalid Reference Id : {INACTIVE}",
        element=element,
    )


def not_found() -> Refused:
    return Refused("610", "Object Not Found", f"Object Not Found : {INACTIVE}")


def bad_query(detail: str) -> Refused:
    return Refused("4000", "Error parsing query", f"QueryParserError: {detail}")


def bad_query_property(name: str, entity: str) -> Refused:
    return Refused(
        "4001",
        "Invalid query",
        f"QueryValidationError: Property {name} not found for Entity {entity}",
    )


# --- refusals of the books


def refused(error: LedgerError, kinds: dict[str, Kind] | None = None) -> Refused:
    """`kinds`: the kind of a document by id, for the text of a taken number."""
    if isinstance(error, DuplicateNumber):
        return _number_taken(error, (kinds or {}).get(error.existing))
    if isinstance(error, (DuplicateName, DuplicateExternalId)):
        return Refused(
            "6240",
            "Duplicate Name Exists Error",
            "The name supplied already exists. : Another customer, vendor or employee "
            "is already using this name. Please use a different name.",
        )
    if isinstance(error, StaleVersion):
        return Refused(
            "5010",
            "Stale Object Error",
            "Stale Object Error : You and somebody else were working on this at the "
            "same time. They finished before you did, so your work was not saved.",
        )
    if isinstance(error, PeriodClosed):
        return Refused(
            "6210",
            "Account Period Closed, Cannot Update Through Services Error",
            "The account period has closed and the account books cannot be updated "
            f"through the QBO Services API. Closed up to {error.closed_until}.",
        )
    return _plain(error)


def _plain(error: LedgerError) -> Refused:
    if isinstance(error, UnknownReference):
        return invalid_reference()
    if isinstance(error, NotFound):
        return not_found()
    if isinstance(error, HasSettlements):
        return business("The amount is less than what was paid already.")
    element = FIELDS.get(error.field, error.field)
    if isinstance(error, Missing):
        return missing(element)
    if isinstance(error, Invalid) and error.field == "number":
        return bad_text(element, 21, 0)
    return business(error.message)


def _number_taken(error: DuplicateNumber, kind: Kind | None) -> Refused:
    name = TYPES.get(kind, "Invoice") if kind else "Invoice"
    return Refused(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This "
        f"number has already been used. DocNumber={error.number} is assigned to "
        f"TxnType={name} with TxnId={error.existing}",
    )


# --- refusals before the books: lower-case keys, or XML


def token_refused(reason: str, token: str) -> Response:
    words = {"expired": "Token expired", "revoked": "Token revoked"}
    error = {
        "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "detail": f"{words.get(reason, 'Malformed bearer token')}: {token[:12]}",
        "code": "3200",
        "element": None,
    }
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": "AUTHENTICATION"},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(dt.datetime.now(dt.UTC).timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }
    header = 'Bearer realm="Intuit", error="invalid_token"'
    return json_response(body, 401).with_headers(("WWW-Authenticate", header))


def wrong_realm() -> Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse time="{escape(answer_time())}" '
        'xmlns="http://schema.intuit.com/finance/v3"><Fault type="AUTHENTICATION">'
        '<Error code="100"><Message>General Authentication Error</Message>'
        "<Detail>AuthenticationFailed</Detail></Error></Fault></IntuitResponse>"
    )
    return Response(status=401, body=text.encode(), content_type="application/xml")


def throttled() -> Refused:
    return Refused(
        "3001",
        "message=ThrottleExceeded; errorCode=003001; statusCode=429",
        "The request limit was reached. Try again later",
        status=429,
        kind="SERVICE",
    )


def service_fault(status: int) -> Refused:
    return Refused(
        "10000",
        "An application error has occurred while processing your request",
        "System Failure Error: the service cannot answer now",
        status=status,
        kind="SystemFault",
    )
