import datetime as dt

import pytest

from invoicing.errors import Refused
from invoicing.models import DocumentKind
from invoicing.services import billing, jobs
from tests import factories

pytestmark = pytest.mark.django_db


def test_completing_a_job_raises_a_draft_invoice() -> None:
    job = factories.job()
    invoice = jobs.complete_job(job, raise_invoice=True)
    assert invoice is not None
    assert (invoice.lifecycle, invoice.job, invoice.contact) == (
        "draft",
        job,
        job.contact,
    )
    assert invoice.lines.get().text == "Repair (Washing machine)"


def test_a_job_bills_its_won_order() -> None:
    job = factories.job()
    order = factories.won_order(contact=job.contact, job=job)
    invoice = jobs.complete_job(job, raise_invoice=True)
    assert invoice is not None
    assert (invoice.order, invoice.gross) == (order, order.gross)


def test_a_job_may_end_without_an_invoice_but_only_once() -> None:
    job = factories.job()
    assert jobs.complete_job(job) is None
    assert job.completed_at is not None
    with pytest.raises(Refused, match="completed already"):
        jobs.complete_job(job)


def test_an_order_is_billed_once() -> None:
    order = factories.won_order()
    billing.invoice_order(order, dt.date(2026, 11, 3))
    with pytest.raises(Refused, match="billed by"):
        billing.invoice_order(order, dt.date(2026, 11, 3))


def test_a_credit_note_takes_over_the_invoices_lines() -> None:
    invoice = factories.approved(lines=factories.many_lines(3))
    note = billing.credit_invoice(invoice, dt.date(2026, 11, 3))
    assert note.kind == DocumentKind.CREDIT_NOTE
    assert (note.credits, note.gross, note.lines.count()) == (invoice, invoice.gross, 3)
