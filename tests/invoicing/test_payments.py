from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from invoicing.errors import Refused
from invoicing.models import (
    Direction,
    Document,
    DocumentKind,
    Payment,
    PaymentAllocation,
)
from invoicing.services import payments, settling
from tests import factories

pytestmark = pytest.mark.django_db


def state(document: Document) -> tuple[str, D]:
    document.refresh_from_db()
    return document.settlement, document.settled


def test_settlement_follows_from_what_is_allocated() -> None:
    invoice = factories.approved()
    assert state(invoice) == ("unpaid", D(0))
    factories.payment(invoice, amount="20")
    assert state(invoice) == ("part_paid", D(20))
    factories.payment(invoice, amount="100")
    assert state(invoice) == ("paid", D(120))


def test_a_payment_can_settle_several_documents() -> None:
    customer = factories.customer()
    first = factories.approved(contact=customer)
    second = factories.approved(contact=customer)
    paid = factories.payment(first, second)
    assert paid.amount == D(240)
    assert state(first)[0] == state(second)[0] == "paid"


def test_a_cancelled_payment_opens_what_it_settled() -> None:
    invoice = factories.approved()
    paid = factories.payment(invoice)
    assert payments.cancel_payment(paid)
    assert state(invoice) == ("unpaid", D(0))
    assert paid.allocations.count() == 1
    assert not payments.cancel_payment(paid)


def test_taking_an_allocation_off_opens_the_document() -> None:
    invoice = factories.approved()
    paid = factories.payment(invoice)
    settling.take_off(paid.allocations.get())
    assert state(invoice) == ("unpaid", D(0))
    assert settling.unallocated(paid) == D(120)


def test_allocating_twice_adds_up() -> None:
    invoice = factories.approved()
    paid = factories.payment(amount="120", contact=invoice.contact)
    settling.allocate(paid, invoice, D(50))
    settling.allocate(paid, invoice, D(70))
    assert state(invoice) == ("paid", D(120))
    assert paid.allocations.get().amount == D(120)


def test_a_credit_note_settles_its_invoice_and_itself() -> None:
    invoice = factories.approved()
    note = factories.credit_note(contact=invoice.contact, lines=[factories.line(50)])
    settling.apply_credit(note, invoice, D(60))
    assert state(invoice) == ("part_paid", D(60))
    assert state(note) == ("paid", D(60))
    settling.take_off(PaymentAllocation.objects.get())
    assert state(invoice)[0] == state(note)[0] == "unpaid"


def test_an_approved_document_of_zero_owes_nothing() -> None:
    invoice = factories.approved(lines=[factories.line(0)])
    assert state(invoice) == ("paid", D(0))


def test_a_care_of_contact_or_a_parent_may_pay() -> None:
    company = factories.customer()
    site = factories.customer(parent=company)
    insurer = factories.customer()
    invoice = factories.approved(contact=site, care_of=insurer)
    factories.payment(invoice, amount="10", contact=insurer)
    factories.payment(invoice, amount="10", contact=company)
    assert state(invoice) == ("part_paid", D(20))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": "121"}, "Give 120.00 or less"),
        ({"currency": "EUR"}, "is in GBP, not in EUR"),
        ({"direction": Direction.MADE}, "not settled by money that is made"),
        ({"amount": "-5"}, "above zero"),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    fields: dict[str, str], reason: str
) -> None:
    invoice = factories.approved()
    with pytest.raises(Refused, match=reason):
        factories.payment(invoice, **fields)
    assert not Payment.objects.exists()
    assert state(invoice) == ("unpaid", D(0))


def test_a_strangers_payment_is_refused() -> None:
    invoice = factories.approved()
    with pytest.raises(Refused, match="of the same contact"):
        factories.payment(invoice, contact=factories.customer())


def test_a_draft_is_not_settled() -> None:
    with pytest.raises(Refused, match="only approved"):
        factories.payment(factories.draft())


def test_a_supplier_is_paid_and_a_credit_note_refunded() -> None:
    for kind in (DocumentKind.SUPPLIER_INVOICE, DocumentKind.CREDIT_NOTE):
        document = factories.approved(kind)
        assert factories.payment(document).direction == Direction.MADE
        assert state(document)[0] == "paid"


def test_an_allocation_is_of_a_payment_or_of_a_credit_note() -> None:
    invoice = factories.approved()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentAllocation.objects.create(document=invoice, amount=D(1))
