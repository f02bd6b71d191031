"""Zoho's errors: a code and a sentence."""

from .. import errors
from ..errors import LedgerError
from ..shape import Misfit
from ..wire import Response, json_response

INVALID, NOT_THERE, MISSING, UNKNOWN_ELEMENT = 2, 1002, 4, 15
NOT_ALLOWED, NOT_A_MEMBER, NUMBERED, TAKEN = 57, 6041, 4097, 1001
NAME_TAKEN, LOCKED, WRONG_STATE, BROKEN = 3062, 1011, 1038, 1000
_REASONS = {"missing": MISSING, "unknown": UNKNOWN_ELEMENT}


class Refused(Exception):
    def __init__(self, code: int, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def response(self) -> Response:
        return json_response(
            {"code": self.code, "message": self.message}, status=self.status
        )


def invalid(name: str) -> Refused:
    return Refused(INVALID, f"Invalid value passed for {name}")


def not_there(what: str) -> Refused:
    return Refused(NOT_THERE, f"{what} does not exist.", status=404)


def misfit(error: Misfit) -> Refused:
    name = error.path.rpartition(".")[2]
    code = _REASONS.get(error.reason, INVALID)
    if code == MISSING:
        return Refused(code, f"Please enter {name}.")
    if code == UNKNOWN_ELEMENT:
        return Refused(code, f"Unknown element {error.path}.")
    return invalid(name)


def of_ledger(error: LedgerError, *, what: str, party: str = "customer_id") -> Refused:
    """A refusal of the books; `what` is the record in words, `party` the name of its
    contact."""
    named: tuple[tuple[type[LedgerError], str], ...] = (
        (errors.UnknownParty, party),
        (errors.UnknownAccount, "account_id"),
        (errors.UnknownItem, "item_id"),
        (errors.UnknownTax, "tax_id"),
    )
    for kind, name in named:
        if isinstance(error, kind):
            return invalid(name)
    if isinstance(error, errors.NotFound):
        return not_there(what)
    if isinstance(error, errors.DuplicateNumber):
        return Refused(TAKEN, f"{what} number {error.number} already exists.")
    if isinstance(error, errors.DuplicateName):
        return Refused(NAME_TAKEN, f"The contact {error.name} already exists.")
    if isinstance(error, errors.PeriodClosed):
        day = error.closed_until.isoformat()
        return Refused(LOCKED, f"Transactions up to {day} are locked.")
    if isinstance(error, errors.WrongState):
        return Refused(WRONG_STATE, error.message)
    return Refused(INVALID, error.message)
