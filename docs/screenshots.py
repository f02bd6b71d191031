"""Takes the pictures of docs/screenshots from the running product: `make screenshots`.

It starts a demo of its own, walks it as the browser test does, and keeps each step.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests import services
from tests.browser.chromium import PHONE, browser_page
from tests.browser.installation import Installation, demo
from tests.browser.month import FAULTS, Month
from tests.browser.walk import Walk

FOLDER = Path(__file__).parent / "screenshots"
SETTLES = 350  # milliseconds, for transitions and pictures of the page


class Album:
    """Numbered in the order in which they are taken."""

    def __init__(self, page: Page, folder: Path, prefix: str = "") -> None:
        self.page = page
        self.folder = folder
        self.prefix = prefix
        self.count = 0

    def keep(self, name: str) -> None:
        self.count += 1
        self.page.wait_for_timeout(SETTLES)
        path = self.folder / f"{self.prefix}{self.count:02}-{name}.png"
        self.page.screenshot(path=path)
        sys.stdout.write(f"{path.name}\n")
        sys.stdout.flush()


def main() -> int:
    executable = services.chromium()
    if not executable:
        sys.stderr.write("Chromium is not here: set FINSYNC_CHROMIUM to its path.\n")
        return 2
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="finsync-pictures-") as folder:
        state = Path(folder)
        with demo(state) as place:
            on_a_desk(executable, place, state)
            on_a_phone(executable, place)
    with tempfile.TemporaryDirectory(prefix="finsync-pictures-") as folder:
        with demo(Path(folder)) as place:
            a_month_put_right(executable, place, Path(folder))
    return 0


def on_a_desk(executable: str, place: Installation, state: Path) -> None:
    with browser_page(executable) as (page, _):
        walk = Walk(page, place, Album(page, FOLDER).keep)
        walk.log_in()
        walk.connect()
        walk.import_documents(state)
        walk.mark_for_sync()
        walk.read_status_code()
        walk.mark_as_sent()
        walk.link_this()
        walk.create_new()
        walk.link_and_create_the_rest()
        walk.sync()
        walk.auto_sync()
        walk.stop()
        walk.see_it_sent()
        walk.see_the_customer()
        walk.reconcile(state)


def a_month_put_right(executable: str, place: Installation, state: Path) -> None:
    with browser_page(executable) as (page, _):
        album = Album(page, FOLDER, "month-")
        month = Month(page, place, state, album.keep)
        month.prepare()
        month.compare()
        album.keep("compared")
        for fault in FAULTS:
            month.settle(fault)
        album.keep("settled")
        month.compare()
        month.accept_the_rest()
        page.click("text=Ageing, tax, payments")
        album.keep("ageing")


def on_a_phone(executable: str, place: Installation) -> None:
    with browser_page(executable, size=PHONE) as (page, _):
        Walk(page, place, lambda name: None).log_in()
        page.goto(f"{place.address}/admin/accounting_links/syncitem/page/")
        page.wait_for_timeout(SETTLES)
        page.screenshot(path=FOLDER / "phone-sync-page.png")


if __name__ == "__main__":
    sys.exit(main())
