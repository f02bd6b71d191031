"""What the database itself does not let through, whoever writes."""

import datetime as dt
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import ProtectedError

from invoicing.models import (
    Contact,
    Document,
    DocumentKind,
    DocumentLine,
    IncrementorGroup,
    Job,
    PaymentAllocation,
    TaxRate,
)
from tests import factories

pytestmark = pytest.mark.django_db

INVOICE, ORDER = DocumentKind.SALES_INVOICE, DocumentKind.SALES_ORDER


def refused(record: models.Model, **fields: Any) -> bool:
    rows = type(record)._default_manager.filter(pk=record.pk)
    try:
        with transaction.atomic():
            rows.update(**fields)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "fields",
    [
        {"number": ""},
        {"rate": D(0)},
        {"sent_how": "posted"},
        {"sent_at": dt.datetime(2026, 11, 2, tzinfo=dt.UTC)},
        {"lifecycle": "won"},
        {"gross": D("120.01")},
        {"discount_percent": D("100.01")},
        {"discount_percent": D(-1)},
    ],
)
def test_a_document_that_cannot_be_is_not_stored(fields: dict[str, Any]) -> None:
    assert refused(factories.approved(), **fields)


def test_only_credit_notes_credit() -> None:
    invoice = factories.approved()
    assert refused(factories.approved(), credits=invoice)
    assert not refused(factories.credit_note(), credits=invoice)


def test_numbers_stand_once_per_kind() -> None:
    factories.draft(number="1")
    assert refused(factories.draft(number="2"), number="1")
    assert not refused(factories.draft(ORDER, number="2"), number="1")
    assert not refused(factories.draft(number="3"), number="")


def test_a_source_hands_a_document_in_once() -> None:
    factories.draft(source="shop", source_reference="7")
    assert refused(factories.draft(source="shop"), source_reference="7")
    assert not refused(factories.draft(source="till"), source_reference="7")


def test_lines_keep_their_places() -> None:
    invoice = factories.draft(lines=factories.many_lines(2))
    assert refused(invoice.lines.get(position=2), position=1)
    assert refused(invoice.lines.get(position=2), discount_percent=D(101))


def test_a_contact_has_a_role_and_another_parent() -> None:
    contact = factories.customer()
    assert refused(contact, is_customer=False)
    assert refused(Contact.objects.get(pk=contact.pk), parent=contact.pk)


def test_one_default_series_per_kind() -> None:
    factories.incrementor()
    other = factories.incrementor(name="Shop", prefix="S", is_default=False)
    assert refused(other, is_default=True)
    assert refused(other, prefix="INV-")
    assert not refused(IncrementorGroup.objects.get(pk=other.pk), kind=ORDER)


def test_a_completed_job_says_when() -> None:
    assert refused(Job.objects.get(pk=factories.job().pk), status="completed")


def test_amounts_are_above_zero() -> None:
    paid = factories.payment(factories.approved())
    assert refused(paid, amount=D(0))
    assert refused(PaymentAllocation.objects.get(), amount=D(-1))
    assert refused(TaxRate.objects.get(), rate=D("100.5"))


def test_what_has_a_history_cannot_be_deleted() -> None:
    invoice = factories.approved()
    with pytest.raises(ProtectedError):
        Document.objects.get(pk=invoice.pk).delete()
    with pytest.raises(ProtectedError):
        invoice.contact.delete()
    assert DocumentLine.objects.exists()
