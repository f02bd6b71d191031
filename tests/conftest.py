"""Shared by all tests. Keep it small: fixtures live beside what they serve."""

import os

import pytest
from django.db import connection

from tests import services


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser; tests that are marked `browser` run only with one."""
    return os.environ["FINSYNC_TEST_CHROMIUM"]


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
