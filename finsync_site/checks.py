"""What must not be started: unsafe or contradictory settings."""

import os
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
FILE_MAIL = "django.core.mail.backends.filebased.EmailBackend"


def refuse_unsafe_settings() -> None:
    """For servers, which run no system checks by themselves."""
    errors = [found for found in run_checks(tags=["finsync"]) if found.is_serious()]
    if errors:
        raise ImproperlyConfigured(
            " ".join(f"{found.msg} {found.hint}" for found in errors)
        )


@register("finsync")
def settings_are_safe(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    live_only = [] if settings.FINSYNC_PRACTICE else [*_live()]
    return [*live_only, *_address(), *_task_queue()]


def _live() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error(
            "FINSYNC_DEBUG is on in a live installation.",
            hint="Leave it out, or set FINSYNC_MODE=practice.",
            id="finsync.E001",
        )
    if os.environ.get("OAUTHLIB_INSECURE_TRANSPORT"):
        yield Error(
            "OAUTHLIB_INSECURE_TRANSPORT lets tokens travel in the clear.",
            hint="Unset it: it is for practice installations alone.",
            id="finsync.E002",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "FINSYNC_ALLOWED_HOSTS lets any host name in.",
            hint="Name the hosts that people type.",
            id="finsync.E003",
        )


@register("finsync", deploy=True)
def settings_are_complete(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Shown by `up` and by `check --deploy`, not by each command."""
    return [] if settings.FINSYNC_PRACTICE else [*_live_warnings()]


def _live_warnings() -> Iterator[CheckMessage]:
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not on_sqlite and not settings.FINSYNC_KEYS_GIVEN:
        yield Warning(
            "The keys in FINSYNC_STATE/keys belong to this host alone.",
            hint="Set FINSYNC_SECRET_KEY and FINSYNC_FIELD_KEYS, the same on each"
            " host, and keep a copy: without them stored credentials are lost.",
            id="finsync.W001",
        )
    if settings.EMAIL_BACKEND == FILE_MAIL:
        yield Warning(
            "Mail is written to files under FINSYNC_STATE/mail and not sent.",
            hint="Set FINSYNC_EMAIL_URL.",
            id="finsync.W002",
        )


def _address() -> Iterator[CheckMessage]:
    address = urlsplit(settings.FINSYNC_BASE_URL)
    if address.scheme == "https" and not settings.FINSYNC_TRUSTED_PROXIES:
        yield Error(
            "FINSYNC_BASE_URL is https, but FinSync itself speaks plain http.",
            hint="Put a proxy that ends TLS before it and set"
            " FINSYNC_TRUSTED_PROXIES=1.",
            id="finsync.E004",
        )
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        yield Error(
            "FINSYNC_BASE_URL would carry passwords over plain http.",
            hint="Use https, or an address of this machine alone.",
            id="finsync.E005",
        )


def _task_queue() -> Iterator[CheckMessage]:
    queue = settings.Q_CLUSTER
    waiting_rounds = queue["queue_limit"] / queue["workers"] + 2
    # The lock's clock starts when a task is fetched, not when it starts.
    if queue["retry"] <= queue["timeout"] * waiting_rounds:
        yield Error(
            "Q_CLUSTER would hand out tasks again that still wait or run.",
            hint="Keep retry above timeout * (queue_limit / workers + 2).",
            id="finsync.E006",
        )
    if queue["save_limit"] > 0 or queue["max_attempts"] != 1:
        yield Error(
            "Q_CLUSTER would slow each task down, or repeat failed ones by itself.",
            hint="Keep save_limit at 0 and max_attempts at 1.",
            id="finsync.E007",
        )
