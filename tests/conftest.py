"""Shared by all tests. Keep it small: fixtures live beside what they serve."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests import services

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# How long anything takes is no verdict on a machine that others use too.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Tests that use it are marked `browser`: they run only where Chromium is."""
    path = os.environ["FINSYNC_TEST_CHROMIUM"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread; nothing of Django's is shared with it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium
        yield chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)


def pytest_configure(config: pytest.Config) -> None:
    # Without `make test` nobody has looked yet.
    if "FINSYNC_TEST_REDIS_URL" not in os.environ:
        os.environ["FINSYNC_TEST_REDIS_URL"] = services.redis_url()
    if "FINSYNC_TEST_CHROMIUM" not in os.environ:
        os.environ["FINSYNC_TEST_CHROMIUM"] = services.chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = {
        "redis": not os.environ["FINSYNC_TEST_REDIS_URL"],
        "browser": not os.environ["FINSYNC_TEST_CHROMIUM"],
        "live": "FINSYNC_TEST_LIVE" not in os.environ,
    }
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="only means something there"))
        for name, is_absent in absent.items():
            if item.get_closest_marker(name) and is_absent:
                item.add_marker(pytest.mark.skip(reason=f"{name} is not here"))
