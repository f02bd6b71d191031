import pytest
from django.contrib.auth.models import Group, Permission

from accounting_links import permissions

pytestmark = pytest.mark.django_db


def allowed(role: str) -> set[str]:
    group = Group.objects.get(name=role)
    pairs = group.permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in pairs}


@pytest.fixture(autouse=True)
def roles() -> None:
    permissions.make_roles()


def test_a_bookkeeper_syncs_and_links_and_no_more() -> None:
    can = allowed("Bookkeeper")
    assert {permissions.USE_SYNC_PAGE, permissions.SYNC, permissions.LINK} <= can
    assert {permissions.MARK_SENT, "invoicing.change_salesinvoice"} <= can
    for other in (
        permissions.CONNECT,
        permissions.ADOPT,
        permissions.UNLOCK,
        permissions.MAP_NOMINALS,
        permissions.CHANGE_CONNECTION,
    ):
        assert other not in can


def test_an_accountant_maps_adopts_and_signs() -> None:
    can = allowed("Accountant")
    assert {permissions.ADOPT, permissions.UNLOCK, permissions.MAP_TAXES} <= can
    assert "accounting_links.sign_reconciliation" in can
    assert permissions.CONNECT not in can


def test_an_administrator_connects_and_makes_staff() -> None:
    can = allowed("Administrator")
    assert {permissions.CONNECT, "auth.add_user", "django_q.view_failure"} <= can
    assert "django_q.add_schedule" not in can


@pytest.mark.parametrize("role", ["Bookkeeper", "Accountant"])
def test_exchanges_and_apps_are_for_the_administrator(role: str) -> None:
    can = allowed(role)
    assert "accounting_links.view_exchangerecord" not in can
    assert "accounting_links.view_platformapp" not in can


def test_a_role_that_was_changed_stays_so() -> None:
    group = Group.objects.get(name="Bookkeeper")
    group.permissions.set(Permission.objects.none())
    permissions.make_roles()
    assert not allowed("Bookkeeper")
