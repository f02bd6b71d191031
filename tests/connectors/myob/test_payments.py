"""What is peculiar to MYOB's payments, over real sockets."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.errors import Rejected
from connectors.records import (
    Allocation,
    DocumentKind,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemoteStatus,
)
from tests.connectors.contract_parts.bench import DAY, Bench, bench

D = Decimal
SALE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
BILL = DocumentKind.SUPPLIER_INVOICE


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench("myob") as made:
        yield made


def of(remote: RemoteDocument, amount: str) -> Allocation:
    return Allocation(document_id=remote.id, kind=remote.kind, amount=D(amount))


def refund(at: Bench, credit: RemoteDocument) -> Payment:
    return at.payment(credit, direction=PaymentDirection.MADE)


def test_a_credit_is_paid_back_and_taken_back(at: Bench) -> None:
    _, credit = at.pushed("BACK-1", kind=CREDIT)
    [result] = at.connector.record_payments([refund(at, credit)])
    assert result.remote and result.remote.amount == credit.gross, result.error
    found = at.connector.get_document(CREDIT, credit.id)
    assert (found.status, found.balance) == (RemoteStatus.PAID, D(0))
    at.connector.void_payment(replace(result.remote, allocations=()))
    found = at.connector.get_document(CREDIT, credit.id)
    assert (found.status, found.balance) == (RemoteStatus.OPEN, credit.gross)


def test_all_kinds_of_payment_are_listed(at: Bench) -> None:
    made = {}
    for kind in (SALE, BILL, CREDIT):
        _, remote = at.pushed(f"LIST-{kind[:5]}", kind=kind)
        payment = refund(at, remote) if kind is CREDIT else at.payment(remote)
        [result] = at.connector.record_payments([payment])
        assert result.remote, result.error
        made[result.remote.id] = result.remote
    listed = {each.id: each for each in at.connector.list_payments(DAY, DAY)}
    assert listed.keys() >= made.keys()
    for id, each in made.items():
        assert listed[id].allocations == each.allocations
        assert (listed[id].reference, listed[id].date) == ("BACS 991", DAY)


def test_a_payment_that_is_deleted_opens_the_invoice(at: Bench) -> None:
    _, remote = at.pushed("OPEN-1")
    [result] = at.connector.record_payments([at.payment(remote)])
    assert result.remote
    at.connector.void_payment(result.remote)
    assert at.connector.get_document(SALE, remote.id).status is RemoteStatus.OPEN
    listed = [each.id for each in at.connector.list_payments(DAY, DAY)]
    assert result.remote.id not in listed


def test_an_account_that_is_no_bank_is_named(at: Bench) -> None:
    _, remote = at.pushed("BANK-1")
    payment = at.payment(remote, bank_account_id=at.sample["account"])
    [result] = at.connector.record_payments([payment])
    assert isinstance(result.error, Rejected)
    assert result.error.field == "bank_account_id"


def test_a_credit_is_set_against_several_invoices(at: Bench) -> None:
    _, credit = at.pushed("SET-0", at.line("50.00"), kind=CREDIT)
    sales = [at.pushed(f"SET-{n}", at.line("20.00"))[1] for n in (1, 2)]
    shares = tuple(of(sale, "24.00") for sale in sales)
    payment = at.payment(
        credit, amount=D(0), allocations=(*shares, of(credit, "48.00"))
    )
    assert at.connector.allocate_credit(payment).error is None
    left = at.connector.get_document(CREDIT, credit.id)
    assert (left.status, left.balance) == (RemoteStatus.PART_PAID, D("12.00"))
    for sale in sales:
        assert at.connector.get_document(SALE, sale.id).status is RemoteStatus.PAID


def test_the_feed_tells_what_a_payment_settled(at: Bench) -> None:
    cursor = at.connector.changed_since("").cursor
    _, remote = at.pushed("FEED-1")
    [result] = at.connector.record_payments([at.payment(remote)])
    changes = at.connector.changed_since(cursor)
    told = {each.id for each in changes.payments}
    assert result.remote and result.remote.id in told
    [found] = [each for each in changes.documents if each.id == remote.id]
    assert found.status is RemoteStatus.PAID
