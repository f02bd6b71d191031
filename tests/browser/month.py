"""A month that went wrong by hand, put right from the rows of its reconciliation. The
browser test walks it, and so does the script that takes the pictures."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Locator, Page

from tests.browser.installation import PROJECT, Installation, environment
from tests.browser.walk import MINUTES, Walk

TIMEOUT = 20
RECONCILE = "/admin/accounting_links/reconciliation"
REASON = "Found at the month's end"
VOID_HERE = """
import json
from invoicing.models import Document
from invoicing.services import lifecycle
lifecycle.void(Document.objects.get(number={number!r}), reason="Wrong customer")
"""
# What was done, to the how manieth document: the button that settles it.
FAULTS = {
    "deleted": "Gone over there: send anew",
    "edited": "Make theirs the same",
    "copied": "Void this one there",
    "re-dated": "Take their date",
    "paid there": "Fetch from the books",
    "voided here": "Void it there",
}


class Month:
    """`planted` names our documents by what was done to them."""

    def __init__(
        self, page: Page, place: Installation, state: Path, keep: Callable[[str], None]
    ) -> None:
        self.page, self.place, self.state, self.keep = page, place, state, keep
        self.walk = Walk(page, place, lambda name: None)
        self.planted: dict[str, str] = {}

    def prepare(self) -> None:
        """All that can go is in the books; then somebody works on both sides."""
        self.walk.log_in()
        self.walk.connect()
        name = f"--connection={self._one('name', 'connection')}"
        self.manage("link_contacts", name, "--exact", "--create-missing")
        self.manage("sync", name, "--batch", "30")
        self.manage("reconcile", name)
        by_number = {each["number"]: each for each in self._books()}
        numbers = self._matched()[: len(FAULTS)]
        self.planted = dict(zip(FAULTS, numbers, strict=True))
        for fault, number in self.planted.items():
            self._plant(fault, by_number[number])

    def compare(self) -> None:
        self.page.goto(f"{self.place.address}{RECONCILE}/add/")
        self.page.fill("[name=start]", "")
        self.page.fill("[name=end]", "")
        self.page.click("button.fs-primary")
        self.page.wait_for_selector("text=Our total", timeout=MINUTES * 1000)

    def verdict(self, fault: str) -> str:
        return self._row(fault).locator(".fs-badge").first.inner_text()

    def settle(self, fault: str) -> None:
        """One click opens the row, one presses the button."""
        self._row(fault).locator("td[data-label=Status]").click()
        form = self.page.locator("#fs-actions form", has_text=FAULTS[fault])
        form.wait_for()
        if form.locator("[name=reason]").count():
            form.locator("[name=reason]").fill(REASON)
        self.keep(fault.replace(" ", "-"))
        form.locator("button").click()
        self.page.wait_for_selector(".fs-recon-head")
        self.wait_for_the_cluster()

    def accept_the_rest(self) -> None:
        """What cannot go yet stays for next month, with a reason."""
        self.page.check("[data-select-all]")
        self.page.select_option("#fs-many select[name=verb]", "accept")
        self.page.fill("#fs-many input[name=reason]", "Goes next month")
        self.keep("accept-many")
        self.page.click("#fs-many button")
        self.page.wait_for_selector("text=Every difference is accepted")
        self.keep("accepted")

    def wait_for_the_cluster(self) -> None:
        """Until nothing of it is under way."""
        with sqlite3.connect(self._database()) as database:
            for _ in range(MINUTES * 4):
                if not _under_way(database):
                    return
                self.page.wait_for_timeout(250)
        raise AssertionError("The cluster did not come to an end.")

    # What they are made of

    def manage(self, *words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=PROJECT,
            env=environment(self.state) | {"FINSYNC_MODE": "practice"},
            check=False,  # documents that wait for a person are told by the exit code
            stdout=subprocess.DEVNULL,
        )

    def _row(self, fault: str) -> Locator:
        number = self.planted[fault]
        rows = self.page.locator("tr[data-actions]", has_text=number)
        copies = "Duplicate in the books"
        if fault == "copied":
            return rows.filter(has_text=copies).first
        return rows.filter(has_not_text=copies).first

    def _plant(self, fault: str, row: dict[str, Any]) -> None:
        if fault == "deleted":
            self._there("DELETE", row["id"])
        elif fault == "edited":
            self._there("PATCH", row["id"], gross="1.00")
        elif fault == "copied":
            self._there("POST", "", **{k: v for k, v in row.items() if k != "id"})
        elif fault == "re-dated":
            self._there("PATCH", row["id"], date="2026-12-24")
        elif fault == "paid there":
            self._there("PATCH", row["id"], status="paid")
        else:
            code = VOID_HERE.format(number=row["number"])
            self.manage("shell", "--no-imports", "--command", code)

    def _there(self, method: str, id: str, **fields: Any) -> None:
        address = f"{self._one('practice_url', 'connection')}/__practice__/documents"
        answer = requests.request(
            method,
            f"{address}/{id}".rstrip("/"),
            json=fields or None,
            timeout=TIMEOUT,
        )
        assert answer.ok, answer.text

    def _books(self) -> list[dict[str, Any]]:
        address = f"{self._one('practice_url', 'connection')}/__practice__/documents"
        rows = json.loads(requests.get(address, timeout=TIMEOUT).content)["documents"]
        found: list[dict[str, Any]] = rows
        return found

    def _matched(self) -> list[str]:
        query = (
            "select number from accounting_links_reconciliationrow where verdict ="
            " 'matched' and kind = 'sales_invoice' and our_status = 'open' order by id"
        )
        with sqlite3.connect(self._database()) as database:
            return [number for (number,) in database.execute(query)]

    def _one(self, column: str, model: str) -> str:
        query = f"select {column} from accounting_links_{model}"  # noqa: S608
        with sqlite3.connect(self._database()) as database:
            return str(database.execute(query).fetchone()[0])

    def _database(self) -> str:
        (found,) = self.state.glob("**/*.sqlite3")
        return os.fspath(found)


def _under_way(database: sqlite3.Connection) -> bool:
    runs = "select 1 from accounting_links_syncrun where state in ('queued', 'running')"
    tasks = "select 1 from django_q_ormq where payload is not null"
    return any(database.execute(each).fetchone() for each in (runs, tasks))
