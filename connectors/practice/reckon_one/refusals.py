"""Reckon One's errors: those of the API, and those of the gateway before it."""

from .. import errors
from ..errors import LedgerError
from ..shape import Misfit
from ..wire import Response, json_response

NOT_THERE = "Resource not found."
_INVALID = "The request contains invalid data."
# The core's name of what is wrong -> Reckon's place, `{}` the line's own.
_ON_A_LINE = {
    "account": "accountDetails.ledgerAccount",
    "item": "itemDetails.item",
    "tax_code": "taxRate",
}
_AT_THE_HEAD = {
    "account": "ledgerAccount",
    "lines": "lineItems",
    "amount": "transactionAmount",
    "document": "transactionId",
}


class Refused(Exception):
    """`location` is the place in the request; empty: it is no matter of a place."""

    def __init__(self, message: str, *, location: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.status = status

    def response(self) -> Response:
        if not self.location:
            return single(self.message, self.status)
        detail = {"location": self.location, "message": self.message}
        body = {"message": _INVALID, "code": self.status, "errors": [detail]}
        return json_response(body, self.status)


def single(message: str, status: int) -> Response:
    return json_response({"message": message, "code": status}, status)


def of_gateway(message: str, status: int) -> Response:
    return json_response({"statusCode": status, "message": message}, status)


def not_there() -> Refused:
    return Refused(NOT_THERE, status=404)


def misfit(error: Misfit) -> Refused:
    words = {
        "missing": "The field is required.",
        "unknown": "The field is not known.",
        "long": f"The value is too long: {error.detail}.",
    }
    said = words.get(error.reason, f"The value is not valid: {error.detail}.")
    return Refused(said, location=error.path)


def of_ledger(error: LedgerError, *, day: str, party: str) -> Refused:
    """A refusal of the books; `day` and `party` are the record's own names."""
    if isinstance(error, errors.NotFound):
        return not_there()
    if isinstance(error, errors.UnknownParty):
        return Refused(f"The {party} does not exist.", location=party)
    if isinstance(error, errors.UnknownReference):
        return Refused("The record does not exist.", location=_place(error.field))
    if isinstance(error, errors.PeriodClosed):
        said = f"The date is on or before the lock off date {error.closed_until}."
        return Refused(said, location=day)
    if isinstance(error, errors.DuplicateName):
        return Refused("The name already exists.", location="name")
    return Refused(error.message, location=_place(error.field))


def _place(field: str) -> str:
    """Of `lines.0.account`: `lineItems[0].accountDetails.ledgerAccount`."""
    head, _, rest = field.partition(".")
    if head != "lines" or not rest:
        return _AT_THE_HEAD.get(field, field)
    index, _, name = rest.partition(".")
    return f"lineItems[{index}].{_ON_A_LINE.get(name, name)}"
