"""The way of a newcomer through the product, step by step. The browser test walks it,
and so does the script that takes the pictures of docs/screenshots."""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.installation import Installation

MINUTES = 4 * 60
HEADER = "number,contact_code,date,sent,text,quantity,unit_price,nominal,tax_rate"
ROWS = (
    "WALK-01,NORTHGATE,2026-11-20,emailed,Boiler service,1,95.00,4010,S",
    "WALK-02,CROWN,2026-11-20,,Glass washer repaired,1,140.00,4010,S",
    "WALK-03,OKAFOR,2026-11-21,emailed,Oven door hinge fitted,2,31.50,4020,S",
    "WALK-04,KHAN,2026-11-21,counter,Vacuum cleaner belt,3,4.20,4020,S",
)


class Walk:
    """`keep` is told the name of each step when it can be seen."""

    def __init__(
        self, page: Page, place: Installation, keep: Callable[[str], None]
    ) -> None:
        self.page = page
        self.place = place
        self.keep = keep

    # The steps

    def log_in(self) -> None:
        self.page.goto(self.place.log_in)
        self.page.fill("[name=login]", self.place.user)
        self.page.fill("[name=password]", self.place.password)
        self.keep("log-in")
        self.page.click("form button[type=submit]")
        self.page.wait_for_selector(".fs-dashboard")
        self.keep("dashboard")

    def connect(self) -> None:
        self.open_sync()
        self.page.wait_for_selector(".fs-panel.fs-tone-bad")
        self.keep("not-connected")
        self.page.click(".fs-panel a.fs-primary")
        self.keep("connect")
        self.page.click(".fs-page button.fs-primary")
        self.page.wait_for_selector("text=asks to read and write")
        self.keep("consent")
        self.page.click("button[value=allow]")
        self.page.wait_for_selector("text=Mapped by itself")
        self.keep("connected")

    def import_documents(self, folder: Path) -> None:
        file = folder / "walk.csv"
        file.write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="utf-8")
        self.open("/admin/invoicing/importrun/add/")
        self.page.set_input_files("[name=file]", file)
        self.keep("import")
        self.page.click("text=Check the file")
        self.page.wait_for_selector("text=Nothing is written yet.")
        self.keep("import-preview")
        self.page.click(f"text=Take in {len(ROWS)} documents")
        self.page.wait_for_selector("text=Finished.")
        self.keep("imported")

    def mark_for_sync(self) -> None:
        self.open("/admin/invoicing/salesinvoice/?q=WALK-")
        self.page.check("#action-toggle")
        self.page.select_option("select[name=action]", "mark_for_sync")
        self.page.click("button[name=index]")
        self.page.wait_for_selector("text=4 chosen")
        self.page.click("button.fs-primary")
        self.page.wait_for_selector("#changelist")
        self.keep("marked")

    def read_status_code(self) -> None:
        self.open_sync()
        self.page.click(".fs-toolbar button:text-is('Check')")
        self.until("WALK-02", "Not sent")
        self.open_sync()
        self.keep("sync-page")

    def mark_as_sent(self) -> None:
        self.open_actions("WALK-02")
        self.keep("actions-not-sent")
        self.page.select_option("#fs-actions select[name=how]", "posted")
        self.page.click("#fs-actions >> text=Mark as sent")
        self.page.wait_for_selector("text=is marked as sent")

    def link_this(self) -> None:
        self.open_actions("WALK-01")
        self.keep("actions-link-this")
        self.page.click("#fs-actions button.fs-primary:has-text('Link this')")
        self.page.wait_for_selector("text=is linked with")
        self.keep("linked")

    def create_new(self) -> None:
        self.open_actions("WALK-03")
        self.keep("actions-create-new")
        self.page.click("#fs-actions button:has-text('Create new')")
        self.say_yes()
        self.page.wait_for_selector("text=, and is linked.")

    def link_and_create_the_rest(self) -> None:
        self.open_sync()
        self.page.click("text=Link all exact")
        self.page.wait_for_selector(".fs-page")
        self.keep("link-all-exact")
        self.page.click(".fs-page .fs-button >> nth=0")
        self.page.wait_for_selector(".fs-grid")
        self.page.check("[data-select-all]")
        self.page.click("text=Create all selected")
        self.page.wait_for_selector(".fs-page")
        self.keep("create-all-selected")
        self.page.click(".fs-page button.fs-primary")
        self.page.wait_for_selector("text=created and linked")

    def sync(self) -> None:
        self.open_sync()
        self.page.click(".fs-toolbar button:text-is('Sync')")
        self.keep("sync-asks")
        self.say_yes()
        self.page.wait_for_selector(".fs-progress")
        self.page.wait_for_selector(".fs-progress >> text=Done", timeout=MINUTES * 1000)
        said = self.page.locator(".fs-progress [data-sentence]").inner_text()
        assert " 5 sent" in said, said
        self.keep("synced")

    def auto_sync(self) -> None:
        self.page.click(".fs-toolbar button:text-is('Auto Sync')")
        self.say_yes()
        self.page.wait_for_selector("[data-progress] >> text=Running")
        self.page.wait_for_selector(
            "[data-sentence]:has-text('sent')", timeout=MINUTES * 1000
        )
        self.keep("auto-sync")

    def stop(self) -> None:
        self.page.click(".fs-progress >> text=Stop")
        self.page.wait_for_selector(
            ".fs-progress >> text=Stopped", timeout=MINUTES * 1000
        )
        self.keep("stopped")

    def see_it_sent(self) -> None:
        self.open("/admin/invoicing/salesinvoice/?q=WALK-03")
        self.keep("sent-column")
        self.page.click("#result_list >> text=WALK-03")
        self.page.wait_for_selector("text=Sent to QuickBooks Online")
        self.keep("sent")

    def see_the_customer(self) -> None:
        self.open("/admin/invoicing/customer/?q=Okafor")
        self.page.click("#result_list >> text=Okafor")
        accounts = self.page.locator("#fs-accounts")
        accounts.evaluate("heading => heading.scrollIntoView({block: 'center'})")
        self.keep("customer")

    def reconcile(self, folder: Path) -> Path:
        """The XLSX file that was downloaded."""
        self.open("/admin/accounting_links/reconciliation/add/")
        self.keep("reconcile")
        self.page.click("button.fs-primary")
        self.page.wait_for_selector("text=Our total", timeout=MINUTES * 1000)
        self.keep("reconciliation")
        with self.page.expect_download() as download:
            self.page.click("a[href*='/file/xlsx/']")
        file = folder / "reconciliation.xlsx"
        download.value.save_as(file)
        return file

    # What they are made of

    def open(self, path: str) -> None:
        self.page.goto(f"{self.place.address}{path}")

    def open_sync(self, search: str = "") -> None:
        query = f"?kind=sales_invoice&q={search}"
        self.open(f"/admin/accounting_links/syncitem/page/{query}")

    def row(self, number: str) -> Locator:
        return self.page.locator("tr[data-actions]", has_text=number)

    def open_actions(self, number: str) -> None:
        """By a click on the row, where it is no link."""
        self.open_sync(number)
        self.row(number).locator("td[data-label=Total]").click()
        self.page.wait_for_selector("#fs-actions[open] h2")

    def say_yes(self) -> None:
        self.page.click("#fs-confirm[open] button[value=yes]")

    def until(self, number: str, words: str) -> None:
        """Loads the page anew until the row says so."""
        deadline = time.monotonic() + MINUTES
        while time.monotonic() < deadline:
            self.open_sync(number)
            if words in self.row(number).inner_text():
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{number} never came to say {words!r}.")
