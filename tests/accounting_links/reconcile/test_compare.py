from decimal import Decimal

import pytest

from accounting_links.models import ItemState
from accounting_links.reconcile.causes import cause
from accounting_links.reconcile.sides import ZERO, Period
from connectors.records import DocumentKind, RemoteStatus
from tests.accounting_links.reconcile.sides import (
    AFTER,
    BEFORE,
    STRANGE_REFERENCE,
    compared,
    foreign,
    item,
    ours,
    theirs,
    unsent,
    verdicts,
)

VOID = RemoteStatus.VOID
HUNDRED_TWENTY = Decimal("120.00")


def test_a_link_pairs_whatever_else_differs() -> None:
    (row,) = compared([ours()], [theirs(number="Z", reference="", gross=Decimal(7))])
    assert row.verdict == "amount_differs"
    assert row.number == "INV-1"


def test_our_reference_pairs_what_lost_its_link() -> None:
    (row,) = compared([unsent()], [theirs()])
    assert row.verdict == "matched"
    assert cause(row) == "FinSync sent it, but it is not linked here."


def test_an_earlier_link_pairs_after_it_was_ended() -> None:
    (row,) = compared([unsent(past_ids=("1",))], [theirs(reference="", number="")])
    assert row.ours is not None and row.theirs is not None


def test_a_number_pairs_what_left_without_an_answer() -> None:
    own = unsent(left=True, item=item(ItemState.IN_DOUBT))
    (row,) = compared([own], [theirs(reference="")])
    assert row.verdict == "in_doubt"
    assert (row.ours_counted, row.theirs_counted) == (HUNDRED_TWENTY, HUNDRED_TWENTY)


def test_the_same_number_alone_pairs_nothing() -> None:
    rows = compared([unsent()], [theirs(reference="")])
    assert sorted(verdicts(rows)) == ["missing_in_books", "posted_outside"]
    outside = next(row for row in rows if row.theirs)
    assert "FinSync neither sent nor linked it" in cause(outside)
    assert "has the number of our INV-1" in cause(outside)


def test_what_finsync_never_touched_is_posted_outside() -> None:
    (row,) = compared([], [foreign()])
    assert (row.verdict, row.number) == ("posted_outside", "X-9")


def test_a_foreign_document_without_number_goes_by_its_id() -> None:
    (row,) = compared([], [foreign(number="")])
    assert row.number == "900"


def test_what_finsync_sent_and_lost_is_missing_in_crm() -> None:
    (row,) = compared([], [theirs(reference=STRANGE_REFERENCE)])
    assert row.verdict == "missing_in_crm"


def test_what_is_gone_from_the_books_has_ended_there() -> None:
    (row,) = compared([ours()], [])
    assert row.verdict == "ended_one_side"
    assert cause(row) == "It was there as INV-1, and is there no longer."


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        (None, "Not yet sent: it is not marked for sync."),
        (item(ItemState.WAITING), "Not yet sent: it waits for the next sync."),
        (
            item(ItemState.BLOCKED, code="NO_ACCOUNT", message="Acme has no account."),
            "NO_ACCOUNT: Acme has no account.",
        ),
        (item(ItemState.BLOCKED, code="NO_TAX"), "NO_TAX"),
        (item(ItemState.CANCELLED), "Not yet sent: it is not marked for sync."),
        (item(ItemState.DONE), "It was sent, and is there no longer."),
    ],
)
def test_missing_in_books_says_what_stands_against_it(waits: object, said: str) -> None:
    (row,) = compared([unsent(item=waits)], [])
    assert row.verdict == "missing_in_books"
    assert cause(row) == said


def test_an_unanswered_document_is_in_doubt_not_missing() -> None:
    (row,) = compared([unsent(item=item(ItemState.SENDING))], [])
    assert row.verdict == "in_doubt"


def test_void_here_and_gone_there_is_the_same() -> None:
    (row,) = compared([ours(status=VOID)], [])
    assert (row.verdict.value, row.ours_counted) == ("matched", ZERO)


@pytest.mark.parametrize("copies", [1, 2])
def test_each_further_copy_is_a_row_of_its_own(copies: int) -> None:
    more = [theirs(id=f"C{n}", gross=Decimal(n)) for n in range(copies)]
    rows = compared([ours()], [*more, theirs()])
    assert sorted(verdicts(rows)) == [*["duplicate_in_books"] * copies, "matched"]
    assert {row.number for row in rows} == {"INV-1"}
    assert all(row.ours is None for row in rows if row.verdict != "matched")


def test_a_copy_is_known_by_its_number_alone() -> None:
    rows = compared([ours()], [theirs(), theirs(id="2", reference="", party_id="P9")])
    assert sorted(verdicts(rows)) == ["duplicate_in_books", "matched"]


def test_a_copy_is_known_by_its_reference_alone() -> None:
    rows = compared([ours()], [theirs(), theirs(id="2", number="")])
    assert sorted(verdicts(rows)) == ["duplicate_in_books", "matched"]
    assert {row.number for row in rows} == {"INV-1"}


def test_the_linked_one_keeps_its_own_verdict() -> None:
    rows = compared([ours()], [theirs(gross=Decimal(1)), theirs(id="2")])
    assert sorted(verdicts(rows)) == ["amount_differs", "duplicate_in_books"]


def test_a_voided_copy_is_settled() -> None:
    rows = compared([ours()], [theirs(), theirs(id="2", status=VOID)])
    assert sorted(verdicts(rows)) == ["matched", "posted_outside"]


def test_the_nearest_copy_stands_for_what_lost_its_link() -> None:
    copies = [theirs(id="2", gross=Decimal(1)), theirs(id="3"), theirs(id="1x")]
    rows = compared([unsent()], [*copies, theirs(id="0", status=VOID)])
    (pair,) = [row for row in rows if row.ours]
    assert pair.theirs is not None and pair.theirs.id == "1x"
    assert sorted(verdicts(rows))[:2] == ["duplicate_in_books"] * 2


def test_suppliers_may_use_each_others_numbers() -> None:
    bill = DocumentKind.SUPPLIER_INVOICE
    own = ours(kind=bill)
    other = theirs(kind=bill, id="2", reference="", party_id="P9")
    rows = compared([own], [theirs(kind=bill), other])
    assert sorted(verdicts(rows)) == ["matched", "posted_outside"]
    again = theirs(kind=bill, id="2", reference="")
    rows = compared([own], [theirs(kind=bill), again])
    assert sorted(verdicts(rows)) == ["duplicate_in_books", "matched"]


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_a_pair_across_the_edge_of_the_period_is_one_row(day: object) -> None:
    (row,) = compared([ours()], [theirs(date=day)])
    assert row.verdict == "date_differs"
    assert row.theirs is not None and row.theirs.worth == HUNDRED_TWENTY
    assert (row.ours_counted, row.theirs_counted) == (HUNDRED_TWENTY, ZERO)
    (row,) = compared([ours(date=day)], [theirs()])
    assert row.verdict == "date_differs"
    assert (row.ours_counted, row.theirs_counted) == (ZERO, HUNDRED_TWENTY)


def test_what_is_dated_outside_on_every_side_has_no_row() -> None:
    own = [ours(date=BEFORE), unsent(id=2, number="INV-2", date=AFTER, reference="r")]
    assert compared(own, [theirs(date=AFTER), foreign(date=BEFORE)]) == []
    assert len(compared(own, [theirs(date=AFTER), foreign(date=BEFORE)], Period())) == 3


def test_what_does_not_count_by_itself_is_only_a_counterpart() -> None:
    draft = unsent(counts=False, status=RemoteStatus.DRAFT)
    assert compared([draft], []) == []
    (row,) = compared([draft], [theirs()])
    assert (row.verdict.value, row.ours_counted) == ("status_differs", ZERO)


def test_one_id_told_twice_is_one_document() -> None:
    assert len(compared([ours()], [theirs(), theirs()])) == 1


def test_rows_stand_in_order_of_kind_date_and_number() -> None:
    remote = [
        foreign(id="3", number="B"),
        foreign(id="2", number="A"),
        foreign(id="1", kind=DocumentKind.CREDIT_NOTE, number="Z"),
    ]
    assert [row.number for row in compared([], remote)] == ["Z", "A", "B"]


def test_a_change_that_waits_is_told() -> None:
    change = item(ItemState.WAITING, operation="update")
    (row,) = compared([ours(item=change)], [theirs(gross=Decimal("120.50"))])
    assert cause(row) == "120.00 here, 120.50 there. Our change waits to be sent."


def test_a_rate_that_differs_is_said_with_both() -> None:
    own = ours(currency="EUR", rate=Decimal("0.85"))
    (row,) = compared([own], [theirs(currency="EUR", rate=Decimal("0.87"))])
    assert row.verdict == "currency_differs"
    assert cause(row) == "At a rate of 0.850000 here, 0.870000 there."
