"""SAP's messages, as a posting's log or an OData error writes them."""

from .. import errors


class Refused(Exception):
    """`code` is the message's number and class."""

    def __init__(self, message: str, code: str = "000(RW)", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


def refused(error: errors.LedgerError) -> Refused:
    """What SAP says where the books refuse."""
    if isinstance(error, errors.PeriodClosed):
        day = error.day
        text = f"Period {day.month:03d}/{day.year} is not open for account type D"
        return Refused(text, "201(F5)")
    if isinstance(error, errors.UnknownParty):
        return unknown("Customer", error.record_id)
    if isinstance(error, errors.NotFound):
        return Refused(
            "Resource not found for the segment.", "/IWBEP/CM_MGW_RT/021", 404
        )
    return Refused(error.message)


def unknown(word: str, id: str) -> Refused:
    return Refused(f"{word} {id} is not defined in company code 1010", "106(F5)")


def unknown_account(number: str) -> Refused:
    text = f"G/L account {number} is not defined in chart of accounts YCOA"
    return Refused(text, "506(F5)")


def unknown_tax(code: str) -> Refused:
    return Refused(f"Tax code {code} does not exist", "705(FS)")
