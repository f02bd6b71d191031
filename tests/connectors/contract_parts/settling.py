"""Credit notes set against invoices and paid back, payments on account and moved
(behaviour 8): each flag both ways."""

from decimal import Decimal

import pytest

from connectors.errors import NotFound, Unsupported
from connectors.records import (
    Allocation,
    DocumentKind,
    Payment,
    PaymentDirection,
    RemoteDocument,
    RemotePayment,
    RemoteStatus,
)
from tests.connectors.contract_parts.bench import Bench

D = Decimal
INVOICE, CREDIT = DocumentKind.SALES_INVOICE, DocumentKind.CREDIT_NOTE
RECEIVED, MADE = PaymentDirection.RECEIVED, PaymentDirection.MADE


def part_of(remote: RemoteDocument, amount: Decimal) -> Allocation:
    return Allocation(document_id=remote.id, kind=remote.kind, amount=amount)


class SettlingContract:
    def test_setting_a_credit_note_against_an_invoice(self, at: Bench) -> None:
        _, invoice = at.pushed("ALLOC-1")
        credit_id = "0"
        if CREDIT in at.kind.capabilities.kinds:
            credit_id = at.pushed("ALLOC-2", kind=CREDIT)[1].id
        both = (
            part_of(invoice, invoice.gross),
            Allocation(document_id=credit_id, kind=CREDIT, amount=invoice.gross),
        )
        payment = at.payment(invoice, amount=D(0), allocations=both)
        if not at.kind.capabilities.allocate_credit:
            with pytest.raises(Unsupported):
                at.connector.allocate_credit(payment)
            return
        assert at.connector.allocate_credit(payment).error is None
        found = at.connector.get_document(INVOICE, invoice.id)
        assert (found.status, found.balance) == (RemoteStatus.PAID, D(0))
        assert at.connector.get_document(CREDIT, credit_id).balance == D(0)

    def test_setting_a_part_of_a_credit_note_against_one(self, at: Bench) -> None:
        """Or it is told that the platform lays on no part."""
        if not at.kind.capabilities.allocate_credit:
            return
        payment = self._set_off(at, D("5.00"))
        result = at.connector.allocate_credit(payment)
        if result.error is not None:
            assert isinstance(result.error, Unsupported)
            return
        self._is_open(at, payment, less=D("5.00"))

    def test_taking_a_credit_note_off_again(self, at: Bench) -> None:
        able = at.kind.capabilities
        if not able.release_credit:
            nothing = RemotePayment(
                direction=RECEIVED, id="1", date=None, amount=D(0), currency=at.home
            )
            with pytest.raises(Unsupported):
                at.connector.release_credit(nothing)
            return
        payment = self._set_off(at)
        laid = at.connector.allocate_credit(payment).remote
        assert laid is not None
        at.connector.release_credit(laid)
        self._is_open(at, payment, less=D(0))
        try:
            at.connector.release_credit(laid)
        except NotFound:
            pass
        self._is_open(at, payment, less=D(0))

    def test_paying_a_credit_note_back(self, at: Bench) -> None:
        able = at.kind.capabilities
        if CREDIT not in able.kinds or MADE not in able.payments:
            assert not able.refunds
            return
        _, credit = at.pushed("BACK-1", kind=CREDIT)
        refund = at.payment(credit, direction=MADE)
        [result] = at.connector.record_payments([refund])
        if not able.refunds:
            assert isinstance(result.error, Unsupported)
            return
        assert result.error is None
        found = at.connector.get_document(CREDIT, credit.id)
        assert (found.status, found.balance) == (RemoteStatus.PAID, D(0))

    def test_a_payment_of_more_than_it_settles(self, at: Bench) -> None:
        able = at.kind.capabilities
        if RECEIVED not in able.payments:
            assert not able.on_account
            return
        _, invoice = at.pushed("MORE-1")
        payment = at.payment(invoice, amount=invoice.gross + 10)
        [result] = at.connector.record_payments([payment])
        if not able.on_account:
            assert isinstance(result.error, Unsupported)
            return
        assert result.remote and result.remote.amount == invoice.gross + 10
        found = at.connector.get_document(INVOICE, invoice.id)
        assert found.balance == D(0)

    def test_a_payment_of_nothing_yet(self, at: Bench) -> None:
        """Laid on a document later."""
        able = at.kind.capabilities
        if not (able.on_account and able.move_payments):
            return
        _, invoice = at.pushed("LATER-1")
        bare = at.payment(invoice, allocations=())
        [result] = at.connector.record_payments([bare])
        assert result.remote is not None, result.error
        at.connector.move_payment(at.payment(invoice), result.remote)
        found = at.connector.get_document(INVOICE, invoice.id)
        assert found.balance == D(0)

    def test_moving_what_a_payment_settles(self, at: Bench) -> None:
        able = at.kind.capabilities
        _, first = at.pushed("MOVE-1")
        _, second = at.pushed("MOVE-2")
        payment = at.payment(first, amount=first.gross + second.gross)
        if not able.move_payments:
            there = RemotePayment(
                direction=RECEIVED, id="1", date=None, amount=D(1), currency=at.home
            )
            with pytest.raises(Unsupported):
                at.connector.move_payment(payment, there)
            return
        [result] = at.connector.record_payments([payment])
        assert result.remote is not None
        both = tuple(part_of(each, each.gross) for each in (first, second))
        moved = at.payment(first, amount=payment.amount, allocations=both)
        for _ in range(2):
            done = at.connector.move_payment(moved, result.remote)
            assert (done.id, done.amount) == (result.remote.id, payment.amount)
        for each in (first, second):
            assert at.connector.get_document(INVOICE, each.id).balance == D(0)

    def _set_off(self, at: Bench, amount: Decimal | None = None) -> Payment:
        """A credit note and an invoice that are there, of the same amount."""
        _, invoice = at.pushed("SET-1")
        _, credit = at.pushed("SET-2", kind=CREDIT)
        used = amount or invoice.gross
        both = tuple(part_of(each, used) for each in (invoice, credit))
        return at.payment(invoice, amount=D(0), allocations=both)

    def _is_open(self, at: Bench, payment: Payment, *, less: Decimal) -> None:
        for each in payment.allocations:
            found = at.connector.get_document(each.kind, each.document_id)
            assert found.balance == found.gross - less
