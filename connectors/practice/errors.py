"""Why a practice ledger refuses: named errors that a face words as its vendor does.

`field` is the core's name of what is wrong (`number`, `party`, `account`, `tax_code`,
`item`, `date`, `amount`, `lines`, ...), dotted with a line's index where it is on a
line (`lines.2.account`).
"""

from datetime import date


class LedgerError(Exception):
    """The base of all refusals; nothing was changed in the books."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(LedgerError):
    """A value that the books do not take."""


class Missing(Invalid):
    """A value that must be there is not."""


class NotFound(LedgerError):
    """The record itself is not there, or was deleted."""

    def __init__(self, table: str, record_id: str) -> None:
        super().__init__(f"No {table} {record_id!r}.", field="id")
        self.table = table
        self.record_id = record_id


class UnknownReference(LedgerError):
    """A record names another that is not there or not active."""

    def __init__(self, record_id: str, *, field: str, inactive: bool = False) -> None:
        state = "inactive" if inactive else "unknown"
        super().__init__(f"{field} {record_id!r} is {state}.", field=field)
        self.record_id = record_id
        self.inactive = inactive


class UnknownParty(UnknownReference):
    """A customer or supplier that is not there, or not in that role."""


class UnknownAccount(UnknownReference):
    """A nominal or bank account that is not there or not active."""


class UnknownItem(UnknownReference):
    """A product or service that is not there or not active."""


class UnknownTax(UnknownReference):
    """A tax code that is not there or not active."""


class DuplicateNumber(LedgerError):
    """`existing` is the id of the document that has the number."""

    def __init__(self, number: str, existing: str) -> None:
        super().__init__(f"Number {number!r} is taken.", field="number")
        self.number = number
        self.existing = existing


class DuplicateName(LedgerError):
    """`existing` is the id of the record that has the name."""

    def __init__(self, name: str, existing: str) -> None:
        super().__init__(f"Name {name!r} is taken.", field="name")
        self.name = name
        self.existing = existing


class DuplicateExternalId(LedgerError):
    """`existing` is the id of the record that has the caller's own key."""

    def __init__(self, external_id: str, existing: str) -> None:
        super().__init__(f"Key {external_id!r} is taken.", field="external_id")
        self.external_id = external_id
        self.existing = existing


class PeriodClosed(LedgerError):
    """The date lies in the closed period, which ends with `closed_until`."""

    def __init__(self, day: date, closed_until: date) -> None:
        super().__init__(f"{day} is closed up to {closed_until}.", field="date")
        self.day = day
        self.closed_until = closed_until


class StaleVersion(LedgerError):
    """Someone else has changed the record meanwhile."""

    def __init__(self, given: int, current: int) -> None:
        super().__init__(f"Version {given}, now {current}.", field="version")
        self.given = given
        self.current = current


class WrongState(LedgerError):
    """The document's state does not allow this (voiding twice, paying a draft)."""


class HasSettlements(WrongState):
    """Payments or credits lie on the document; take them off first."""
