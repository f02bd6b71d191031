import pytest
from django.test import Client
from django.urls import reverse

from invoicing.models import Document, DocumentKind, Job, Payment
from tests import base, factories

pytestmark = pytest.mark.django_db

PRESSED = {"_form_submitted": "on"}


@pytest.fixture
def bea() -> Client:
    return base.client_of(base.bookkeeper())


def state() -> list[tuple[object, ...]]:
    documents = Document.objects.order_by("pk").values_list(
        "pk", "lifecycle", "sent_how", "settlement", "number"
    )
    return [
        *documents,
        *Payment.objects.values_list("pk", "cancelled_at"),
        *Job.objects.values_list("pk", "status"),
    ]


def button(model: str, verb: str, pk: int) -> str:
    return reverse(f"admin:invoicing_{model}_{verb}_button", args=(pk,))


# (page, verb, how to make the record, what the dialog asks)
BUTTONS = [
    ("salesinvoice", "approve", factories.draft, {}),
    ("salesinvoice", "mark_sent", factories.approved, {"how": "posted"}),
    ("salesinvoice", "unmark_sent", factories.sent, {}),
    ("salesinvoice", "pay", factories.approved, {"date": "2026-11-20"}),
    ("salesinvoice", "credit", factories.approved, {}),
    ("salesinvoice", "void", factories.approved, {"reason": "Twice"}),
    ("salesinvoice", "discard", lambda: factories.draft(number=""), {}),
    ("salesorder", "win", lambda: factories.draft(DocumentKind.SALES_ORDER), {}),
    ("salesorder", "lose", lambda: factories.draft(DocumentKind.SALES_ORDER), {}),
    ("salesorder", "invoice", factories.won_order, {}),
    ("job", "complete", factories.job, {"raise_invoice": "on"}),
    (
        "payment",
        "cancel",
        lambda: factories.payment(factories.approved()),
        {"reason": "Bounced"},
    ),
]


@pytest.mark.parametrize(("model", "verb", "make", "asked"), BUTTONS)
def test_looking_does_nothing_and_pressing_does(  # type: ignore[no-untyped-def]  # a table
    bea: Client, model: str, verb: str, make, asked: dict[str, str]
) -> None:
    record = make()
    address = button(model, verb, record.pk)
    before = state()
    assert bea.get(address).status_code == 200
    assert state() == before
    response = bea.post(address, PRESSED | asked)
    assert response.status_code == 302
    assert state() != before


@pytest.mark.parametrize(("model", "verb", "make", "asked"), BUTTONS)
def test_without_the_permission_nothing_happens(  # type: ignore[no-untyped-def]  # a table
    model: str, verb: str, make, asked: dict[str, str]
) -> None:
    record = make()
    before = state()
    viewer = base.grant(base.stranger(), f"invoicing.view_{model}")
    client = base.client_of(viewer)
    assert client.post(button(model, verb, record.pk), PRESSED | asked).status_code == (
        403
    )
    assert state() == before


def test_a_press_in_the_dialog_is_answered_with_where_to_go(bea: Client) -> None:
    invoice = factories.draft()
    address = button("salesinvoice", "approve", invoice.pk)
    response = bea.post(address, PRESSED, headers={"HX-Request": "true"})
    expected = reverse("admin:invoicing_salesinvoice_change", args=(invoice.pk,))
    assert response.headers["HX-Redirect"] == expected


def test_a_press_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(base.bookkeeper())
    invoice = factories.draft()
    address = button("salesinvoice", "approve", invoice.pk)
    assert client.post(address, PRESSED).status_code == 403


def test_a_reason_is_asked_for(bea: Client) -> None:
    invoice = factories.approved()
    response = bea.post(button("salesinvoice", "void", invoice.pk), PRESSED)
    assert response.status_code == 200
    invoice.refresh_from_db()
    assert invoice.lifecycle == "approved"


def test_what_is_refused_says_why(bea: Client) -> None:
    invoice = factories.draft(lines=[])
    address = button("salesinvoice", "approve", invoice.pk)
    response = bea.post(address, PRESSED, follow=True)
    assert "has no lines" in response.content.decode()


def test_only_buttons_that_fit_are_shown(bea: Client) -> None:
    invoice = factories.draft()
    address = reverse("admin:invoicing_salesinvoice_change", args=(invoice.pk,))
    content = bea.get(address).content.decode()
    assert "/approve/" in content
    assert "/mark-sent/" not in content
    assert "/void/" not in content


def choose(verb: str, *records: Document, **more: str) -> dict[str, object]:
    chosen = [str(record.pk) for record in records]
    return {"action": verb, "_selected_action": chosen, **more}


def test_a_list_action_asks_first_and_then_does_it(bea: Client) -> None:
    first, second = factories.draft(), factories.draft(lines=[])
    address = reverse("admin:invoicing_salesinvoice_changelist")
    before = state()
    page = bea.post(address, choose("approve", first, second))
    assert "2 chosen" in page.content.decode()
    assert state() == before
    confirmed = choose("approve", first, second, _confirmed="yes", **PRESSED)
    content = bea.post(address, confirmed, follow=True).content.decode()
    assert "1 approved" in content
    assert "has no lines" in content
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.lifecycle, second.lifecycle) == ("approved", "draft")


def test_a_list_action_needs_its_permission() -> None:
    viewer = base.grant(
        base.stranger(), "invoicing.view_salesinvoice", "invoicing.change_salesinvoice"
    )
    invoice = factories.draft()
    address = reverse("admin:invoicing_salesinvoice_changelist")
    confirmed = choose("approve", invoice, _confirmed="yes", **PRESSED)
    base.client_of(viewer).post(address, confirmed)
    invoice.refresh_from_db()
    assert invoice.lifecycle == "draft"


def test_marking_many_as_sent_asks_how(bea: Client) -> None:
    invoices = [factories.approved() for _ in range(3)]
    address = reverse("admin:invoicing_salesinvoice_changelist")
    data = choose("mark_sent", *invoices, _confirmed="yes", how="counter", **PRESSED)
    bea.post(address, data)
    assert Document.objects.filter(sent_how="counter").count() == 3
