"""In a real Chromium: what the pages load, and what their policy lets them do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.base import PASSWORD, bookkeeper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    page = browser.new_page(base_url=live_server.url)
    page.complaints = []  # type: ignore[attr-defined]  # read by the tests below
    note = page.complaints.append  # type: ignore[attr-defined]  # as above
    page.on("console", lambda said: note(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((live_server.url, "data:"))
            else note(f"loads {asked.url}")
        ),
    )
    yield page
    page.close()


def log_in(page: Page) -> None:
    user = bookkeeper()
    page.goto("/")
    page.get_by_label("User name or e-mail").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="On the Sync page").wait_for()


def test_staff_log_in_and_see_practice_on_each_page(page: Page) -> None:
    page.goto("/")
    assert page.get_by_text("PRACTICE", exact=True).is_visible()
    log_in(page)
    assert page.get_by_text("PRACTICE", exact=True).is_visible()
    assert page.title().startswith("[PRACTICE]")


def test_the_pages_work_within_their_policy(page: Page) -> None:
    log_in(page)
    for address in ("/accounts/2fa/", "/accounts/sessions/", "/admin/"):
        page.goto(address)
    # The user's menu is opened by Alpine, which the policy must let work.
    page.get_by_text("Bea Bookkeeper").first.click()
    page.get_by_role("link", name="Two-factor log-in").wait_for()
    assert page.complaints == []  # type: ignore[attr-defined]  # of the fixture


def test_a_phone_shows_the_dashboard_whole(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert page.get_by_text("PRACTICE", exact=True).is_visible()
