import datetime as dt
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoicing.errors import Refused
from invoicing.models import Document, DocumentKind, Event, SentHow
from invoicing.services import documents, lifecycle, sending
from invoicing.services.drafts import LineDraft
from tests import factories

pytestmark = pytest.mark.django_db


def verbs(document: Document) -> list[str]:
    return [event.verb for event in document.events.order_by("id")]


def test_a_new_document_has_its_totals_and_its_event() -> None:
    invoice = factories.draft(lines=[factories.line("10.005", quantity=3)])
    invoice.refresh_from_db()
    assert (invoice.net, invoice.tax, invoice.gross) == (D("30.02"), D(6), D("36.02"))
    assert verbs(invoice) == ["document.created"]


def test_totals_that_floats_cannot_add_are_kept() -> None:
    invoice = factories.draft(lines=[factories.line("0.10", tax_rate=None)])
    documents.change(invoice, {"tax_override": D("0.20")})
    invoice.refresh_from_db()
    assert invoice.gross == D("0.30")


def test_an_invoice_is_due_after_thirty_days() -> None:
    invoice = factories.draft(date=dt.date(2026, 11, 2))
    assert invoice.due_date == dt.date(2026, 12, 2)


def test_the_search_text_holds_number_and_names_in_capitals() -> None:
    contact = factories.customer(name="Café Zoë", code="CZ")
    invoice = factories.draft(contact=contact, number="a-1")
    assert invoice.search_text == "A-1 CAFÉ ZOË CZ"


def test_what_the_books_see_raises_the_revision() -> None:
    invoice = factories.approved()
    assert documents.change(invoice, {"due_date": dt.date(2026, 12, 24)})
    invoice.refresh_from_db()
    assert invoice.revision == 2
    event = invoice.events.first()
    assert event and event.after == {"due_date": "2026-12-24"}


def test_a_change_that_changes_nothing_leaves_no_trace() -> None:
    invoice = factories.approved()
    before = verbs(invoice)
    assert not documents.change(invoice, {"note": "", "number": invoice.number})
    assert (invoice.revision, verbs(invoice)) == (1, before)


def test_new_lines_take_the_place_of_the_old() -> None:
    invoice = factories.draft(lines=factories.many_lines(5))
    documents.change(invoice, {}, lines=[LineDraft(text="One", unit_price=D(7))])
    assert [line.text for line in invoice.lines.all()] == ["One"]
    assert invoice.gross == D(7)
    assert invoice.revision == 2


def test_unknown_fields_are_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="lifecycle"):
        documents.change(factories.draft(), {"lifecycle": "void"})


def test_a_taken_number_is_refused_by_name() -> None:
    factories.draft(number="INV-1")
    with pytest.raises(Refused, match="sales invoice INV-1 already") as refused:
        factories.draft(number="INV-1")
    assert refused.value.field == "number"


def test_kinds_and_suppliers_have_numbers_of_their_own() -> None:
    factories.draft(number="1")
    factories.draft(DocumentKind.CREDIT_NOTE, number="1")
    factories.draft(DocumentKind.SUPPLIER_INVOICE, number="1")
    bill = factories.draft(DocumentKind.SUPPLIER_INVOICE, number="1")
    with pytest.raises(Refused, match="of Supplier"):
        factories.draft(DocumentKind.SUPPLIER_INVOICE, number="1", contact=bill.contact)


def test_changing_below_what_is_settled_is_refused_whole() -> None:
    invoice = factories.approved()
    factories.payment(invoice)
    with pytest.raises(Refused, match="120.00 of it is settled"):
        documents.change(invoice, {}, lines=[factories.line(5)])
    invoice.refresh_from_db()
    assert (invoice.gross, invoice.lines.get().unit_price) == (D(120), D(100))


def test_a_redated_document_remembers_its_first_date() -> None:
    invoice = factories.approved(date=dt.date(2026, 9, 30))
    documents.redate(invoice, dt.date(2026, 10, 1))
    documents.redate(invoice, dt.date(2026, 11, 1))
    invoice.refresh_from_db()
    assert invoice.date == dt.date(2026, 11, 1)
    assert invoice.original_date == dt.date(2026, 9, 30)


def test_a_deleted_draft_leaves_its_history() -> None:
    invoice = factories.draft(number="")
    subject = f"document:{invoice.pk}"
    documents.discard(invoice)
    history = Event.objects.filter(subject=subject).values_list("verb", flat=True)
    assert list(history) == ["document.discarded", "document.created"]
    assert not Document.objects.exists()


def test_a_numbered_document_is_not_deleted() -> None:
    invoice = factories.approved()
    with pytest.raises(Refused, match="Void it"):
        documents.discard(invoice)


def test_void_raises_the_revision_and_freezes() -> None:
    invoice = factories.approved()
    lifecycle.void(invoice, reason="Twice")
    assert (invoice.lifecycle, invoice.revision) == ("void", 2)
    with pytest.raises(Refused, match="void and can no longer be changed"):
        documents.change(invoice, {"note": "x"})
    with pytest.raises(Refused, match="void already"):
        lifecycle.void(invoice)


def test_a_settled_document_is_not_voided() -> None:
    invoice = factories.approved()
    factories.payment(invoice, amount="20")
    with pytest.raises(Refused, match="Take the payments"):
        lifecycle.void(invoice)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: factories.draft(lines=[]), "has no lines"),
        (factories.approved, "approved already"),
        (lambda: factories.draft(DocumentKind.SALES_ORDER), "won or lost"),
        (
            lambda: factories.draft(DocumentKind.SUPPLIER_INVOICE, number=""),
            "supplier's invoice",
        ),
        (lambda: factories.draft(number=""), "no incrementor group"),
    ],
)
def test_approving_says_what_stands_in_its_way(make, reason) -> None:  # type: ignore[no-untyped-def]  # a table
    with pytest.raises(Refused, match=reason):
        lifecycle.approve(make())


def test_orders_are_won_and_lost_once() -> None:
    order = factories.won_order()
    assert order.lifecycle == "won"
    with pytest.raises(Refused, match="won already"):
        lifecycle.lose(order)
    with pytest.raises(Refused, match="no order"):
        lifecycle.win(factories.draft())


def test_sending_says_how_and_happens_once() -> None:
    invoice = factories.approved()
    assert sending.mark_sent(invoice, SentHow.POSTED)
    assert not sending.mark_sent(invoice, SentHow.EMAILED)
    assert invoice.sent_how == "posted"
    assert verbs(invoice).count("document.sent") == 1
    assert sending.unmark_sent(invoice)
    assert invoice.sent_at is None
    assert not sending.unmark_sent(invoice)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (factories.draft, "Approve it before"),
        (factories.supplier_invoice, "came from a supplier"),
    ],
)
def test_what_cannot_be_sent_says_why(make, reason) -> None:  # type: ignore[no-untyped-def]  # a table
    with pytest.raises(Refused, match=reason):
        sending.mark_sent(make(), SentHow.EMAILED)


def test_changing_many_lines_costs_no_more_statements() -> None:
    counts = []
    for size in (2, 200):
        invoice = factories.approved(lines=factories.many_lines(size))
        with CaptureQueriesContext(connection) as statements:
            documents.change(invoice, {"note": "Thank you"})
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16
