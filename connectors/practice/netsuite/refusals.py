"""NetSuite's refusals: a code, a text, and the field that is wrong."""

from .. import errors


class Refused(Exception):
    """One status detail. `value` is the id that is wrong, where one is."""

    def __init__(self, code: str, message: str, field: str = "", value: str = ""):
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.value = value


def refused(error: errors.LedgerError) -> Refused:
    """What NetSuite says where the books refuse."""
    if isinstance(error, errors.UnknownReference):
        return bad_key(_key(error), error.record_id, error.field)
    if isinstance(error, errors.PeriodClosed):
        text = "You cannot post into a closed accounting period."
        return Refused("TRAN_PRD_CLOSED", text, "tranDate")
    if isinstance(error, errors.NotFound):
        return not_there()
    if isinstance(error, errors.DuplicateName | errors.DuplicateExternalId):
        return Refused("DUP_ITEM", "An item of that name exists.", error.field)
    if isinstance(error, errors.HasSettlements):
        text = "This record cannot be deleted because it has dependent records"
        return Refused("CANT_DELETE_RCRD", text)
    if isinstance(error, errors.Missing):
        return missing(error.field)
    return Refused("USER_ERROR", error.message, error.field)


def bad_key(name: str, value: str, field: str = "") -> Refused:
    text = f"Invalid {name} reference key {value} for subsidiary 1."
    return Refused("INVALID_KEY_OR_REF", text, field, value)


def missing(name: str) -> Refused:
    return Refused("USER_ERROR", f"Please enter value(s) for: {name}", name)


def not_there() -> Refused:
    return Refused("RCRD_DSNT_EXIST", "That record does not exist.")


def too_long(name: str, limit: int) -> Refused:
    text = f"The field {name} contained more than the maximum number ( {limit} )"
    text += " of characters allowed."
    return Refused("EXCEEDED_MAX_FIELD_LENGTH", text, name)


def _key(error: errors.UnknownReference) -> str:
    words = {
        errors.UnknownParty: "entity",
        errors.UnknownAccount: "account",
        errors.UnknownItem: "item",
        errors.UnknownTax: "taxcode",
    }
    return words.get(type(error), "doc")
