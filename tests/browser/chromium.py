"""A browser that keeps to itself, and a record of what it should not have done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = (1280, 900)
PHONE = (390, 844)
PATIENCE = 45_000  # milliseconds, for a machine that is busy with other tests


@dataclass
class Watched:
    """What no page of ours may cause."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def failed(self, error: object) -> None:
        self.errors.append(str(error))

    def asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname != "127.0.0.1":
            self.elsewhere.append(request.url)


@contextmanager
def browser_page(
    executable: str, *, size: tuple[int, int] = DESK
) -> Iterator[tuple[Page, Watched]]:
    watched = Watched()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(FLAGS)
        )
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB"
        )
        context.on("request", watched.asked)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", watched.console)
        page.on("pageerror", watched.failed)
        yield page, watched
        browser.close()
