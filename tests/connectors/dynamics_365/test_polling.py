"""What a poll costs, and what it sees: part payments leave no stamp there."""

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.dynamics_365.api import PAGE_SIZE
from connectors.practice.books import Document, Kind, Line
from connectors.practice.dynamics_365.lists import LARGEST_PAGE
from connectors.records import Allocation, Changes, RemoteDocument, RemoteStatus
from tests.connectors.contract_parts.bench import DAY, Bench
from tests.connectors.spec_check.recorder import Sent, recording

D = Decimal
MANY = 10_000
MOST_REQUESTS = 3


@pytest.fixture
def crowded(at: Bench) -> Bench:
    """Ten thousand open invoices, some of them part paid, all older than the poll."""
    ledger = at.server.face.ledger
    with ledger.store.change():
        for number in range(MANY):
            ledger.documents.insert(
                Document(
                    kind=Kind.SALES_INVOICE,
                    party=at.sample["customer"],
                    date=DAY,
                    number=f"PS-INV{number}",
                    reference=f"INV-{number}",
                    lines=(Line(net=D("10.00")),),
                    net=D("10.00"),
                    gross=D("10.00"),
                    settled=D("4.00") if number % 100 == 0 else D(0),
                )
            )
    return at


def polled(at: Bench, cursor: str) -> tuple[Changes, list[Sent]]:
    with recording() as sent:
        changes = at.connector.changed_since(cursor)
    return changes, sent


def tomorrow(cursor: str) -> str:
    """The same cursor with a later moment, so that what was just made is old."""
    moment, mark, rest = cursor.partition("|")
    return f"{moment.replace('2026', '2027', 1)}{mark}{rest}"


def test_an_idle_poll_over_ten_thousand_open_invoices(crowded: Bench) -> None:
    assert PAGE_SIZE <= LARGEST_PAGE == 20_000
    begin = tomorrow(crowded.connector.changed_since("").cursor)
    first, _ = polled(crowded, begin)
    assert len(first.documents) >= MANY
    idle, sent = polled(crowded, tomorrow(first.cursor))
    assert not idle.documents and not idle.payments
    assert len(sent) <= MOST_REQUESTS


def test_an_idle_poll_tells_nothing(at: Bench) -> None:
    at.pushed("IDLE-1")
    cursor = tomorrow(polled(at, at.connector.changed_since("").cursor)[0].cursor)
    changes, sent = polled(at, cursor)
    assert not changes.documents and len(sent) == 1


def part_paid(at: Bench, remote: RemoteDocument, amount: str) -> None:
    part = Allocation(document_id=remote.id, kind=remote.kind, amount=D(amount))
    payment = at.payment(remote, amount=D(amount), allocations=(part,))
    [result] = at.connector.record_payments([payment])
    assert result.remote, result.error


def found(changes: Changes, remote: RemoteDocument) -> RemoteDocument:
    [one] = [each for each in changes.documents if each.id == remote.id]
    return one


def test_a_part_payment_is_seen_although_it_raises_no_stamp(at: Bench) -> None:
    document, remote = at.pushed("PART-1")
    cursor = tomorrow(polled(at, at.connector.changed_since("").cursor)[0].cursor)
    part_paid(at, remote, "5.00")
    again = at.connector.get_document(document.kind, remote.id)
    assert again.changed_at == remote.changed_at
    changes, _ = polled(at, cursor)
    assert found(changes, remote).status is RemoteStatus.PART_PAID
    assert found(changes, remote).balance == remote.gross - 5


def test_a_part_payment_that_was_taken_back_is_seen(at: Bench) -> None:
    _, remote = at.pushed("BACK-1")
    part_paid(at, remote, "5.00")
    cursor = polled(at, at.connector.changed_since("").cursor)[0].cursor
    ledger = at.server.face.ledger
    [payment] = [p for p in ledger.settlements.payments if p.amount == 5]
    ledger.settlements.void(payment.id)
    changes, _ = polled(at, tomorrow(cursor))
    assert found(changes, remote).status is RemoteStatus.OPEN


def test_a_cursor_of_a_moment_alone_will_do(at: Bench) -> None:
    _, remote = at.pushed("SINCE-1")
    assert found(polled(at, "2026-11-01T00:00:00+00:00")[0], remote)


def test_what_took_an_invoice_back_is_no_document_of_its_own(at: Bench) -> None:
    cursor = at.connector.changed_since("").cursor
    document, remote = at.pushed("VOID-2")
    at.connector.void(replace(document, id=remote.id))
    changes, _ = polled(at, cursor)
    told = [d for d in changes.documents if d.reference == document.number]
    assert [(d.kind, d.status) for d in told] == [(document.kind, RemoteStatus.VOID)]
