import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounting_links.models import MonthEnd
from tests import base
from tests.accounting_links.factories import connection

pytestmark = pytest.mark.django_db
ADD = "admin:accounting_links_monthend_add"


@pytest.fixture
def client() -> Client:
    return base.client_of(base.accountant())


def test_it_is_mailed_to_staff_whose_address_is_known(client: Client) -> None:
    reader = base.bookkeeper()
    User.objects.update(email="")
    assert "Nobody has an e-mail address here yet" in page(client)
    User.objects.filter(pk=reader.pk).update(email="bea@example.com")
    client.post(reverse(ADD), form(recipients=[reader.pk]))
    made = MonthEnd.objects.get()
    assert (made.day, list(made.recipients.all())) == (28, [reader])


def test_a_day_that_not_every_month_has_is_refused_in_words(client: Client) -> None:
    answer = client.post(reverse(ADD), form(day="31")).content.decode()
    assert "less than or equal to 28" in answer
    assert not MonthEnd.objects.exists()


def page(client: Client) -> str:
    return client.get(reverse(ADD)).content.decode()


def form(**fields: object) -> dict[str, object]:
    return {"connection": connection().pk, "day": "28", "active": "on", **fields}
