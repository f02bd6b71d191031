from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from finsync_site.checks import refuse_unsafe_settings

LIVE: dict[str, Any] = {"FINSYNC_PRACTICE": False}
QUEUE = django_settings.Q_CLUSTER


def found(*, deploy: bool = False) -> list[str | None]:
    messages = run_checks(tags=["finsync"], include_deployment_checks=deploy)
    return [message.id for message in messages]


def test_the_settings_as_they_come_are_safe() -> None:
    assert found() == []
    with override_settings(**LIVE):
        assert found() == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (LIVE | {"DEBUG": True}, "finsync.E001"),
        (LIVE | {"ALLOWED_HOSTS": ["*"]}, "finsync.E003"),
        ({"FINSYNC_BASE_URL": "https://finsync.example.com"}, "finsync.E004"),
        ({"FINSYNC_BASE_URL": "http://finsync.example.com"}, "finsync.E005"),
        ({"Q_CLUSTER": QUEUE | {"retry": 200}}, "finsync.E006"),
        ({"Q_CLUSTER": QUEUE | {"save_limit": 250}}, "finsync.E007"),
    ],
)
def test_unsafe_settings_are_refused(settings: dict[str, Any], code: str) -> None:
    with override_settings(**settings):
        assert found() == [code]
        with pytest.raises(ImproperlyConfigured):
            refuse_unsafe_settings()


def test_tokens_in_the_clear_are_for_practice_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    assert found() == []
    with override_settings(**LIVE):
        assert found() == ["finsync.E002"]


def test_https_behind_a_proxy_is_accepted() -> None:
    address = "https://finsync.example.com"
    with override_settings(FINSYNC_BASE_URL=address, FINSYNC_TRUSTED_PROXIES=1):
        assert found() == []


def test_keys_of_one_host_are_warned_of_on_a_shared_database() -> None:
    shared = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    with override_settings(**LIVE, FINSYNC_KEYS_GIVEN=False):
        django_settings.DATABASES, kept = shared, django_settings.DATABASES
        try:
            assert "finsync.W001" in found(deploy=True)
        finally:
            django_settings.DATABASES = kept
