"""What can go wrong with a platform, named by what happens next.

Faults of our own configuration stand outside this tree on purpose, so that carrying on
after a platform's error never hides them.
"""

from dataclasses import dataclass
from datetime import date

from connectors.records import RemoteDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where an error came from. Holds no secret: bodies stay in the exchange log, which
    `exchange` points to."""

    platform: str = ""
    operation: str = ""
    http_status: int | None = None
    vendor_code: str = ""
    exchange: str = ""


class ConnectorError(Exception):
    """Base of all. `str(error)` is a sentence that staff can read."""

    def __init__(self, message: str, *, where: Where | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where or Where()


class Retry(ConnectorError):
    """Not now: nothing was done, and the same call may work later.

    `after` is in seconds, None where the platform did not say.
    """

    def __init__(
        self, message: str, *, after: float | None = None, where: Where | None = None
    ) -> None:
        super().__init__(message, where=where)
        self.after = after


class PlatformDown(Retry):
    """The platform does not answer at all, or says that it is out of order."""


class Reauthorise(ConnectorError):
    """The grant, password or certificate is not accepted: a person must connect."""


class Rejected(ConnectorError):
    """The platform looked at the record and refused it; nothing was done.

    `status_code` is one of FinSync's codes (NO_ACCOUNT, ACCOUNT_WRONG, NO_NOMINAL,
    NO_TAX, ... or REJECTED), `field` is our field's name or empty, `vendor_message`
    what the platform said.
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: str = "REJECTED",
        field: str = "",
        vendor_message: str = "",
        where: Where | None = None,
    ) -> None:
        super().__init__(message, where=where)
        self.status_code = status_code
        self.field = field
        self.vendor_message = vendor_message


class DuplicateNumber(Rejected):
    """The number is taken there. `existing` is the document that has it, where known;
    `existing_id` its id where the platform told only that."""

    def __init__(
        self,
        message: str,
        *,
        existing: RemoteDocument | None = None,
        existing_id: str = "",
        vendor_message: str = "",
        where: Where | None = None,
    ) -> None:
        super().__init__(
            message,
            status_code="DUPLICATE_NUMBER",
            field="number",
            vendor_message=vendor_message,
            where=where,
        )
        self.existing = existing
        self.existing_id = existing_id or (existing.id if existing else "")


class DuplicateParty(Rejected):
    """A party of that name exists there; names are unique on this platform."""

    def __init__(
        self, message: str, *, vendor_message: str = "", where: Where | None = None
    ) -> None:
        super().__init__(
            message,
            status_code="DUPLICATE_PARTY",
            field="name",
            vendor_message=vendor_message,
            where=where,
        )


class StaleVersion(Rejected):
    """The record changed there since we read it: read again, and decide again."""

    def __init__(self, message: str, *, where: Where | None = None) -> None:
        super().__init__(message, status_code="STALE", where=where)


class NotFound(Rejected):
    """The record is not there (any more)."""

    def __init__(self, message: str, *, where: Where | None = None) -> None:
        super().__init__(message, status_code="NOT_FOUND", where=where)


class Locked(Rejected):
    """The date lies in a closed period. `before` is the first open day, where known."""

    def __init__(
        self,
        message: str,
        *,
        before: date | None = None,
        vendor_message: str = "",
        where: Where | None = None,
    ) -> None:
        super().__init__(
            message,
            status_code="PERIOD_LOCKED",
            field="date",
            vendor_message=vendor_message,
            where=where,
        )
        self.before = before


class Unsupported(Rejected):
    """The platform cannot be told this at all."""

    def __init__(
        self, message: str, *, field: str = "", where: Where | None = None
    ) -> None:
        super().__init__(message, status_code="UNSUPPORTED", field=field, where=where)


class InDoubt(ConnectorError):
    """The request left and no full answer came: it may or may not have been done."""


class Unreadable(ConnectorError):
    """An answer that we do not understand. A fault of ours; the exchange is kept."""


def quoted(said: str, *, longest: int = 200) -> str:
    """A vendor's words for the middle of a sentence of ours."""
    return said[:longest].strip().rstrip(".")
