import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success

from tests.base import client_of

pytestmark = pytest.mark.django_db
MODELS = ("schedule", "success", "failure", "ormq")


@pytest.fixture
def client() -> Client:
    return client_of(User.objects.create_superuser("root", "r@example.com", "x"))


@pytest.fixture
def schedule() -> Schedule:
    return Schedule.objects.create(name="poll", func="accounting_links.tasks.poll")


def failed_task() -> Failure:
    now = timezone.now()
    return Failure.objects.create(
        id="a" * 32,
        name="poll",
        func="os.getpid",
        started=now,
        stopped=now,
        success=False,
    )


@pytest.mark.parametrize("model", MODELS)
def test_they_can_be_looked_at(client: Client, model: str) -> None:
    assert client.get(f"/admin/django_q/{model}/").status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_by_hand(client: Client, model: str) -> None:
    form = {"name": "x", "func": "os.abort", "schedule_type": "O", "repeats": "1"}
    assert client.post(f"/admin/django_q/{model}/add/", form).status_code == 403
    counts = [each.objects.count() for each in (Schedule, Success, Failure, OrmQ)]
    assert counts == [0, 0, 0, 0]


def test_nobody_types_a_functions_name(client: Client, schedule: Schedule) -> None:
    address = f"/admin/django_q/schedule/{schedule.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"func": "os.abort"}).status_code == 403
    schedule.refresh_from_db()
    assert schedule.func == "accounting_links.tasks.poll"


def test_a_schedule_is_not_deleted(client: Client, schedule: Schedule) -> None:
    address = f"/admin/django_q/schedule/{schedule.pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert Schedule.objects.filter(pk=schedule.pk).exists()


def test_a_failed_task_is_not_sent_again(client: Client) -> None:
    task = failed_task()
    form = {"action": "resubmit_task", "_selected_action": [task.pk]}
    client.post("/admin/django_q/failure/", form)
    assert Failure.objects.filter(pk=task.pk).exists()
    assert OrmQ.objects.count() == 0
