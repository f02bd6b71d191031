"""What Odoo answers when it refuses: a number of four, and a text."""

from .. import errors
from ..errors import LedgerError

APPLICATION, WARNING, DENIED, NO_RIGHTS = 1, 2, 3, 4
TRACEBACK = "Traceback (most recent call last):\n  [frames of the practice ledger]\n"
NOTHING = TRACEBACK + "TypeError: cannot marshal None unless allow_none is enabled"


class Trouble(Exception):
    """`name`: the exception's name in JSON answers."""

    def __init__(self, code: int, text: str, name: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.name = name or _NAMES[code]

    @property
    def message(self) -> str:
        """JSON answers tell the message without the traceback."""
        if self.code != APPLICATION:
            return self.text
        return self.text.rpartition("\n")[2].partition(": ")[2]


_NAMES = {
    APPLICATION: "builtins.ValueError",
    WARNING: "odoo.exceptions.UserError",
    DENIED: "odoo.exceptions.AccessDenied",
    NO_RIGHTS: "odoo.exceptions.AccessError",
}


def user_error(text: str) -> Trouble:
    return Trouble(WARNING, text)


def bug(text: str) -> Trouble:
    return Trouble(APPLICATION, f"{TRACEBACK}ValueError: {text}")


def missing(model: str, record_id: object) -> Trouble:
    text = (
        "Record does not exist or has been deleted.\n"
        f"(Record: {model}({record_id},), User: 2)"
    )
    return Trouble(WARNING, text, "odoo.exceptions.MissingError")


def no_database(name: str) -> Trouble:
    return Trouble(
        APPLICATION,
        f"{TRACEBACK}psycopg2.OperationalError: connection to server failed: "
        f'FATAL:  database "{name}" does not exist',
    )


def unknown_tax() -> Trouble:
    return Trouble(
        WARNING,
        "The operation cannot be completed: another model requires the record being "
        "deleted. If possible, archive it instead.\n\nModel: Unknown (unknown)\n"
        "Constraint: account_move_line_account_tax_rel_account_tax_id_fkey\n",
    )


def of_ledger(error: LedgerError) -> Trouble:
    """A refusal of the books, in Odoo's words."""
    if isinstance(error, errors.UnknownTax):
        return unknown_tax()
    for kind, model in _MODELS.items():
        if isinstance(error, kind):
            return missing(model, getattr(error, "record_id", "?"))
    if isinstance(error, errors.DuplicateNumber):
        return user_error(
            "The operation cannot be completed: Another entry with the same name "
            "already exists."
        )
    if isinstance(error, errors.PeriodClosed):
        return user_error(
            "You cannot add/modify entries prior to and inclusive of: "
            f"Global Lock Date ({error.closed_until:%m/%d/%Y})."
        )
    if isinstance(error, errors.Missing) and error.field == "lines":
        return user_error("You need to add a line before posting.")
    return user_error(error.message)


_MODELS: dict[type[LedgerError], str] = {
    errors.UnknownParty: "res.partner",
    errors.UnknownAccount: "account.account",
    errors.UnknownItem: "product.product",
    errors.NotFound: "account.move",
}
