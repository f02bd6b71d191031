"""Why a row has its verdict, in words that staff can act on."""

from collections.abc import Callable

from accounting_links.models import ItemState, Operation, Verdict
from accounting_links.reconcile.compare import Row
from accounting_links.reconcile.sides import Ours, Theirs
from accounting_links.reconcile.totals import money
from accounting_links.reconcile.verdicts import Difference
from connectors.records import RemoteStatus

STATUS_WORDS = {
    RemoteStatus.DRAFT: "a draft",
    RemoteStatus.OPEN: "unpaid",
    RemoteStatus.PART_PAID: "part paid",
    RemoteStatus.PAID: "paid",
    RemoteStatus.VOID: "void",
    RemoteStatus.DELETED: "deleted",
    RemoteStatus.UNKNOWN: "in a state that we do not know",
}


def cause(row: Row) -> str:
    """Empty for what is simply the same."""
    if row.ours is not None and row.theirs is not None:
        return _of_pair(row, row.ours, row.theirs)
    if row.ours is not None:
        return _of_ours(row.ours)
    assert row.theirs is not None, "a row has a side"  # noqa: S101
    return _of_theirs(row, row.theirs)


def status_code(row: Row) -> str:
    item = row.ours.item if row.ours else None
    return item.status_code if item else ""


def _of_pair(row: Row, ours: Ours, theirs: Theirs) -> str:
    sentences = [SENTENCES[each](ours, theirs) for each in row.differs]
    if row.verdict is Verdict.IN_DOUBT:
        sentences.insert(0, "It is being looked up whether it arrived.")
    elif not ours.external_id:
        sentences.insert(0, "FinSync sent it, but it is not linked here.")
    if row.differs and ours.item and ours.item.operation != Operation.CREATE:
        sentences.append(_of_open_change(ours.item.state))
    return " ".join(filter(None, sentences))


def _of_open_change(state: str) -> str:
    if state in (ItemState.WAITING, ItemState.CHECKING):
        return "Our change waits to be sent."
    if state in (ItemState.BLOCKED, ItemState.FAILED):
        return "Our change could not be sent."
    return ""


def _of_ours(ours: Ours) -> str:
    if ours.in_doubt:
        return "It was sent without an answer, and was not found there so far."
    if ours.external_id:
        was = ours.external_number or ours.external_id
        return f"It was there as {was}, and is there no longer."
    return _not_sent(ours)


def _not_sent(ours: Ours) -> str:
    item = ours.item
    if item is None or item.state == ItemState.CANCELLED:
        return "Not yet sent: it is not marked for sync."
    if item.state == ItemState.DONE:
        return "It was sent, and is there no longer."
    if item.state in (ItemState.BLOCKED, ItemState.FAILED):
        return f"{item.status_code or 'FAILED'}: {item.message}".rstrip(": ")
    return "Not yet sent: it waits for the next sync."


def _of_theirs(row: Row, theirs: Theirs) -> str:
    if row.verdict is Verdict.DUPLICATE_IN_BOOKS and row.of is not None:
        return f"It is there more than once: a further copy of {row.of.number}."
    if row.verdict is Verdict.MISSING_IN_CRM:
        return "FinSync sent it, and we no longer have it."
    if row.of is None:
        return "FinSync neither sent nor linked it."
    if theirs.is_void:
        return f"A void copy of {row.of.number}."
    return (
        f"It has the number of our {row.of.number}, but FinSync neither sent nor "
        "linked it. If it is the same document, adopt it on the Sync page."
    )


def _status(ours: Ours, theirs: Theirs) -> str:
    return f"{STATUS_WORDS[ours.status].capitalize()} here, {_there(theirs)} there."


def _paid(ours: Ours, theirs: Theirs) -> str:
    return _status(ours, theirs)


def _there(theirs: Theirs) -> str:
    return STATUS_WORDS[theirs.status]


def _currency(ours: Ours, theirs: Theirs) -> str:
    if ours.currency == theirs.currency:
        return f"At a rate of {ours.rate:.6f} here, {theirs.rate:.6f} there."
    return f"In {ours.currency} here, in {theirs.currency} there."


def _amount(ours: Ours, theirs: Theirs) -> str:
    here = money(ours.gross, ours.currency)
    return f"{here} here, {money(theirs.gross, theirs.currency)} there."


def _tax(ours: Ours, theirs: Theirs) -> str:
    here = money(ours.tax, ours.currency)
    there = money(theirs.tax or ours.tax * 0, theirs.currency)
    return f"Tax {here} here, {there} there."


def _customer(ours: Ours, theirs: Theirs) -> str:
    there = theirs.party_name or theirs.party_id
    return f"For {ours.party_name} here, for {there} there."


def _date(ours: Ours, theirs: Theirs) -> str:
    return f"Dated {ours.date:%d %b %Y} here, {theirs.date:%d %b %Y} there."


def _number(ours: Ours, theirs: Theirs) -> str:
    return f"Numbered {ours.number} here, {theirs.number} there."


SENTENCES: dict[Difference, Callable[[Ours, Theirs], str]] = {
    Difference.ENDED: _status,
    Difference.STATUS: _status,
    Difference.PAID: _paid,
    Difference.CURRENCY: _currency,
    Difference.AMOUNT: _amount,
    Difference.TAX: _tax,
    Difference.CUSTOMER: _customer,
    Difference.DATE: _date,
    Difference.NUMBER: _number,
}
