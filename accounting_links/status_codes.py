"""Why a document stands still, in the order in which the checks look.

Codes are stable: they are stored, filtered by and returned by `sync --json`. The label
is the short sentence of lists and filters; findings say it with names and figures.
docs/status-codes.md tells staff more of each.
"""

from django.db import models


class StatusCode(models.TextChoices):
    # The checks before a document may go
    UNSUPPORTED = "UNSUPPORTED", "The platform does not take this."
    VOID = "VOID", "The document is void."
    NOT_SENT = "NOT_SENT", "Cannot sync until marked as sent."
    NOT_APPROVED = "NOT_APPROVED", "Cannot sync while it is a draft."
    NO_ACCOUNT = "NO_ACCOUNT", "The contact has no account in the platform."
    ACCOUNT_WRONG = "ACCOUNT_WRONG", "The AccountsID is not correct."
    NO_CARE_OF = "NO_CARE_OF", "The care-of contact has no account in the platform."
    DUPLICATE_NUMBER = "DUPLICATE_NUMBER", "The number is in the platform already."
    NO_NOMINAL = "NO_NOMINAL", "A line has no nominal code that the platform knows."
    NO_TAX = "NO_TAX", "A line has no tax that the platform knows."
    BLANK_LINE = "BLANK_LINE", "A line has no text."
    TOTALS = "TOTALS", "The totals do not agree."
    CURRENCY = "CURRENCY", "The currency is not enabled in the platform."
    PERIOD_LOCKED = "PERIOD_LOCKED", "The date lies in a locked period."
    EMPTY = "EMPTY", "The document has no lines."
    NOT_WON = "NOT_WON", "The order is not won, or has no product."
    NUMBER_TOO_LONG = "NUMBER_TOO_LONG", "The number is too long for the platform."
    ZERO_VALUE = "ZERO_VALUE", "The document comes to nothing."
    NO_METHOD = "NO_METHOD", "The payment method has no bank account there."

    # What the platform said, or what became of a send
    REJECTED = "REJECTED", "The platform refused it."
    DUPLICATE_PARTY = "DUPLICATE_PARTY", "An account of that name is there already."
    STALE = "STALE", "It was changed in the platform since we last saw it."
    NOT_FOUND = "NOT_FOUND", "It is no longer in the platform."
    IN_DOUBT = "IN_DOUBT", "Checking whether it arrived."
    UNREADABLE = "UNREADABLE", "The platform's answer was not understood."
    NOT_CONNECTED = "NOT_CONNECTED", "The platform must be connected first."
    FAILED = "FAILED", "Given up after too many attempts."
