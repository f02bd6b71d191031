"""The two sides of a reconciliation, slim enough to hold a hundred thousand of each.

Amounts are signed: credit notes are negative.
"""

import re
from datetime import date as Date  # fields are called `date`
from decimal import Decimal
from typing import NamedTuple

from accounting_links.models import ItemState
from connectors.records import DocumentKind, RemoteStatus

ZERO = Decimal(0)
NO_RATE = "no tax rate"
UNDECIDED = frozenset({ItemState.IN_DOUBT.value, ItemState.SENDING.value})
# As `invoicing.models.Document.reference` makes them.
OUR_REFERENCE = re.compile(r"FinSync-[0-9a-f]{20}")

# Signed net by nominal key; the keys are the same for both sides.
Nets = tuple[tuple[str, Decimal], ...]
# Signed net and tax by tax rate, alike.
TaxParts = tuple[tuple[str, Decimal, Decimal], ...]


class Period(NamedTuple):
    """Both days included; None is without end."""

    start: Date | None = None
    end: Date | None = None

    def holds(self, day: Date | None) -> bool:
        """What has no date cannot be said to lie outside."""
        if day is None:
            return True
        if self.start is not None and day < self.start:
            return False
        return self.end is None or day <= self.end

    @property
    def is_bounded(self) -> bool:
        return self.start is not None or self.end is not None


class Waiting(NamedTuple):
    """The outbox row that tells most of a document."""

    state: str
    operation: str
    status_code: str = ""
    message: str = ""


class Ours(NamedTuple):
    """`left`: something of it left for the platform, and may have arrived there.
    `counts`: by itself it belongs in the comparison; others are only looked at as the
    counterpart of what the books hold. `party_ids` are the accounts that it may stand
    under over there, `past_ids` documents there that it was linked to before. `lines`
    is a print of what is on them (see `prints`). `rate` is the home currency's for one
    of the document's; None where nobody set one. `adjusted`: a line of what was sent
    bears what their rounding would have made of the total."""

    id: int
    kind: DocumentKind
    number: str
    reference: str
    date: Date
    currency: str
    gross: Decimal
    tax: Decimal
    status: RemoteStatus
    party_names: tuple[str, ...] = ()
    party_ids: tuple[str, ...] = ()
    external_id: str = ""
    external_number: str = ""
    past_ids: tuple[str, ...] = ()
    left: bool = False
    counts: bool = True
    item: Waiting | None = None
    nets: Nets = ()
    lines: str = ""
    taxes: TaxParts = ()
    rate: Decimal | None = None
    adjusted: bool = False

    @property
    def worth(self) -> Decimal:
        idle = self.status in (RemoteStatus.VOID, RemoteStatus.DRAFT)
        return ZERO if idle else self.gross

    @property
    def in_doubt(self) -> bool:
        return self.item is not None and self.item.state in UNDECIDED

    @property
    def party_name(self) -> str:
        return self.party_names[0] if self.party_names else ""


class Theirs(NamedTuple):
    """`nets` is None where the platform's list does not bring lines."""

    kind: DocumentKind
    id: str
    number: str
    date: Date | None
    currency: str
    gross: Decimal
    status: RemoteStatus
    tax: Decimal | None = None
    reference: str = ""
    party_id: str = ""
    party_name: str = ""
    url: str = ""
    nets: Nets | None = None
    lines: str = ""
    taxes: TaxParts = ()
    rate: Decimal | None = None

    @property
    def is_void(self) -> bool:
        return self.status in (RemoteStatus.VOID, RemoteStatus.DELETED)

    @property
    def worth(self) -> Decimal:
        """A void document is worth nothing, whatever amount the platform shows."""
        return ZERO if self.is_void else self.gross

    @property
    def was_sent(self) -> bool:
        """It carries a reference that FinSync alone gives."""
        return OUR_REFERENCE.fullmatch(self.reference) is not None


def counted_ours(ours: Ours, period: Period) -> Decimal:
    """What it adds to our total of the period."""
    return ours.worth if period.holds(ours.date) else ZERO


def counted_theirs(theirs: Theirs, period: Period) -> Decimal:
    """What it adds to the books' total of the period."""
    return theirs.worth if period.holds(theirs.date) else ZERO


def same_party(ours: Ours, theirs: Theirs) -> bool:
    """By account where both sides name one, else by name; True where one side says
    nothing."""
    if ours.party_ids and theirs.party_id:
        return theirs.party_id in ours.party_ids
    if ours.party_names and theirs.party_name:
        return _folded(theirs.party_name) in map(_folded, ours.party_names)
    return True


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
