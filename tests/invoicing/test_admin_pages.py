import datetime as dt
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from invoicing.models import Document, Event, Payment, SalesInvoice
from tests import base, factories

pytestmark = pytest.mark.django_db

MODELS = (
    *("salesinvoice", "salescreditnote", "supplierinvoice", "salesorder"),
    *("document", "contact", "customer", "supplier", "payment", "job"),
    *("nominalcode", "taxrate", "product", "paymentmethod", "incrementorgroup"),
    *("event", "importrun"),
)
DOCUMENTS = MODELS[:4]


@pytest.fixture
def bea() -> Client:
    return base.client_of(base.bookkeeper())


def page(name: str, *args: object) -> str:
    return reverse(f"admin:invoicing_{name}", args=args)


def lines_of(*lines: dict[str, object]) -> dict[str, object]:
    data: dict[str, object] = {
        "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": sum("id" in line for line in lines),
    }
    for number, line in enumerate(lines):
        filled = {
            "quantity": "1",
            "discount_percent": "0",
            "unit_price": "0",
            **line,
        }
        data |= {f"lines-{number}-{name}": value for name, value in filled.items()}
    return data


def header(document: Document | None = None, **fields: object) -> dict[str, object]:
    values: dict[str, object] = {
        "number": "",
        "currency": "GBP",
        "date": "2026-11-02",
        "rate": "1",
        "discount_percent": "0",
        "note": "",
    }
    if document:
        values |= {
            "number": document.number,
            "contact": document.contact_id,
            "date": document.date.isoformat(),
            "due_date": document.due_date.isoformat() if document.due_date else "",
        }
    return values | fields


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_empty_and_filled(bea: Client, model: str) -> None:
    assert bea.get(page(f"{model}_changelist")).status_code == 200
    invoice = factories.sent()
    factories.payment(invoice, amount="20")
    factories.credit_note()
    factories.supplier_invoice()
    factories.won_order()
    factories.job()
    factories.product()
    factories.incrementor()
    assert bea.get(page(f"{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_stranger_sees_nothing(model: str) -> None:
    sam = base.client_of(base.stranger())
    assert sam.get(page(f"{model}_changelist")).status_code == 403


@pytest.mark.parametrize("model", DOCUMENTS)
def test_a_list_costs_the_same_for_one_row_and_for_many(
    bea: Client, model: str
) -> None:
    kinds = dict(
        zip(
            DOCUMENTS,
            ("sales_invoice", "credit_note", "supplier_invoice", "sales_order"),
            strict=True,
        )
    )
    address = page(f"{model}_changelist")
    counts = []
    for more in (1, 11):
        for _ in range(more):
            factories.draft(kinds[model], care_of=factories.customer())
        bea.get(address)
        with CaptureQueriesContext(connection) as statements:
            bea.get(address)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 9


def test_the_page_of_a_document_costs_the_same_for_two_lines_and_for_sixty(
    bea: Client,
) -> None:
    counts = []
    for size in (2, 60):
        invoice = factories.sent(lines=factories.many_lines(size))
        address = page("salesinvoice_change", invoice.pk)
        bea.get(address)
        with CaptureQueriesContext(connection) as statements:
            assert bea.get(address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 22


def test_a_new_invoice_is_totalled_and_has_its_event(bea: Client) -> None:
    contact = factories.customer()
    tax_rate, nominal = factories.tax_rate(), factories.nominal()
    line = {
        "text": "Repair",
        "quantity": "2",
        "unit_price": "10.005",
        "tax_rate": tax_rate.pk,
        "nominal": nominal.pk,
    }
    data = header(contact=contact.pk) | lines_of(line)
    response = bea.post(page("salesinvoice_add"), data)
    assert response.status_code == 302, response.context["errors"]
    invoice = SalesInvoice.objects.get()
    assert (invoice.net, invoice.tax, invoice.gross) == (D("20.01"), D(4), D("24.01"))
    assert invoice.search_text == f"{contact.name} {contact.code}".upper()
    event = Event.objects.get(verb="document.created")
    assert event.actor_name == base.BOOKKEEPER


def test_an_edit_raises_the_revision_once(bea: Client) -> None:
    invoice = factories.approved(lines=factories.many_lines(2))
    first, second = invoice.lines.all()
    data = header(invoice) | lines_of(
        {"id": first.pk, "document": invoice.pk, "text": "Changed", "unit_price": "5"},
        {"id": second.pk, "document": invoice.pk, "text": "Gone", "DELETE": "on"},
        {"document": invoice.pk, "text": "New", "unit_price": "7"},
    )
    response = bea.post(page("salesinvoice_change", invoice.pk), data)
    assert response.status_code == 302, response.context["errors"]
    invoice.refresh_from_db()
    assert [line.text for line in invoice.lines.all()] == ["Changed", "New"]
    assert (invoice.gross, invoice.revision) == (D(12), 2)


def test_saving_without_a_change_leaves_no_trace(bea: Client) -> None:
    invoice = factories.approved()
    line = invoice.lines.get()
    data = header(invoice) | lines_of(
        {
            "id": line.pk,
            "document": invoice.pk,
            "text": line.text,
            "unit_price": "100",
            "tax_rate": line.tax_rate_id,
            "nominal": line.nominal_id,
        }
    )
    response = bea.post(page("salesinvoice_change", invoice.pk), data)
    assert response.status_code == 302, response.context["errors"]
    invoice.refresh_from_db()
    assert invoice.revision == 1


def test_what_a_service_refuses_comes_back_with_the_input(bea: Client) -> None:
    invoice = factories.approved()
    factories.payment(invoice)
    line = invoice.lines.get()
    data = header(invoice, note="Kept") | lines_of(
        {"id": line.pk, "document": invoice.pk, "text": "Cheap", "unit_price": "1"}
    )
    response = bea.post(page("salesinvoice_change", invoice.pk), data)
    assert response.status_code == 200
    content = response.content.decode()
    assert "Take payments off it first" in content
    assert "Kept" in content
    invoice.refresh_from_db()
    assert invoice.gross == D(120)


def test_a_number_in_use_is_an_error_of_its_field(bea: Client) -> None:
    factories.draft(number="INV-1")
    data = header(contact=factories.customer().pk, number="INV-1") | lines_of()
    response = bea.post(page("salesinvoice_add"), data)
    assert response.status_code == 200
    assert SalesInvoice.objects.count() == 1


def test_a_void_document_is_shown_and_not_changed(bea: Client) -> None:
    invoice = factories.approved()
    Document.objects.update(lifecycle="void")
    address = page("salesinvoice_change", invoice.pk)
    shown = bea.get(address)
    assert shown.status_code == 200
    (lines,) = shown.context["inline_admin_formsets"]
    assert len(list(lines)) == invoice.lines.count()
    assert "field-price_shown" in shown.content.decode()
    assert bea.post(address, header(invoice) | lines_of()).status_code == 403


def test_search_finds_by_number_and_name_in_any_case(bea: Client) -> None:
    factories.draft(number="A-77", contact=factories.customer(name="Café Zoë"))
    factories.draft(number="B-1")
    for term in ("a-77", "café zoë", "77 CAF"):
        response = bea.get(page("salesinvoice_changelist"), {"q": term})
        assert response.context["cl"].result_count == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"settled": "overdue"}, ["late"]),
        ({"settled": "open"}, ["late", "part"]),
        ({"settled": "paid"}, ["paid"]),
        ({"sent": "yes"}, ["paid"]),
        ({"lifecycle__exact": "draft"}, ["draft"]),
    ],
)
def test_filters_find_what_their_words_say(
    bea: Client, query: dict[str, str], expected: list[str]
) -> None:
    future = dt.date(2099, 1, 1)
    factories.draft(number="draft")
    factories.approved(number="late", due_date=dt.date(2020, 1, 1))
    part = factories.approved(number="part", due_date=future)
    factories.payment(part, amount="1")
    factories.payment(factories.sent(number="paid", due_date=future))
    response = bea.get(page("salesinvoice_changelist"), query)
    found = sorted(each.number for each in response.context["cl"].result_list)
    assert found == expected


def test_a_renamed_contact_is_found_by_its_new_name(bea: Client) -> None:
    invoice = factories.draft()
    contact = invoice.contact
    data = {"code": contact.code, "name": "Renamed & Co", "is_customer": "on"}
    response = bea.post(page("customer_change", contact.pk), data)
    assert response.status_code == 302, response.context["errors"]
    invoice.refresh_from_db()
    assert "RENAMED & CO" in invoice.search_text
    event = contact.events.get(verb="contact.changed")
    assert event.after["name"] == "Renamed & Co"


def test_numbers_cannot_go_back(bea: Client) -> None:
    group = factories.incrementor(next_number=10)
    data = {
        "kind": group.kind,
        "name": group.name,
        "prefix": group.prefix,
        "next_number": "9",
        "padding": "5",
        "is_default": "on",
    }
    response = bea.post(page("incrementorgroup_change", group.pk), data)
    assert "cannot go back from 10" in response.content.decode()
    group.refresh_from_db()
    assert group.next_number == 10


def test_a_payment_is_recorded_and_allocated(bea: Client) -> None:
    invoice = factories.approved()
    data = {
        "direction": "received",
        "contact": invoice.contact_id,
        "date": "2026-11-20",
        "amount": "120",
        "currency": "gbp",
        "allocations-TOTAL_FORMS": "1",
        "allocations-INITIAL_FORMS": "0",
        "allocations-0-document": invoice.pk,
        "allocations-0-amount": "120",
    }
    response = bea.post(page("payment_add"), data)
    assert response.status_code == 302, response.context["errors"]
    invoice.refresh_from_db()
    assert invoice.settlement == "paid"
    recorded = bea.get(page("payment_change", Payment.objects.get().pk))
    assert "120.00 GBP" in recorded.content.decode()


def test_a_payment_that_does_not_fit_is_refused_whole(bea: Client) -> None:
    invoice = factories.approved()
    data = {
        "direction": "received",
        "contact": factories.customer().pk,
        "date": "2026-11-20",
        "amount": "120",
        "currency": "GBP",
        "allocations-TOTAL_FORMS": "1",
        "allocations-INITIAL_FORMS": "0",
        "allocations-0-document": invoice.pk,
        "allocations-0-amount": "120",
    }
    response = bea.post(page("payment_add"), data)
    assert response.status_code == 200
    assert "of the same contact" in response.content.decode()
    assert not invoice.contact.payments.exists()


@pytest.mark.parametrize("model", ("event", "document"))
def test_the_history_cannot_be_written(bea: Client, model: str) -> None:
    factories.draft()
    record = Event.objects.latest("id") if model == "event" else Document.objects.get()
    assert bea.get(page(f"{model}_add")).status_code == 403
    assert bea.post(page(f"{model}_change", record.pk), {}).status_code == 403
    assert bea.post(page(f"{model}_delete", record.pk), {}).status_code == 403


@pytest.mark.parametrize("model", ("salesinvoice", "customer", "payment"))
def test_what_has_a_history_is_not_deleted(bea: Client, model: str) -> None:
    invoice = factories.approved()
    paid = factories.payment(invoice)
    keys = {
        "salesinvoice": invoice.pk,
        "customer": invoice.contact_id,
        "payment": paid.pk,
    }
    assert bea.post(page(f"{model}_delete", keys[model])).status_code == 403
