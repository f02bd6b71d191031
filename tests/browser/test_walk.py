"""The main job in a real browser, on a real installation with a real task cluster."""

import os
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.browser.chromium import browser_page
from tests.browser.installation import demo
from tests.browser.walk import Walk

pytestmark = pytest.mark.browser


def test_a_newcomer_gets_from_log_in_to_the_reconciliation(
    tmp_path: Path,
) -> None:
    chromium = os.environ["FINSYNC_TEST_CHROMIUM"]
    seen: list[str] = []
    with demo(tmp_path) as place, browser_page(chromium) as (page, watched):
        walk = Walk(page, place, seen.append)
        walk.log_in()
        walk.connect()
        walk.import_documents(tmp_path)
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
        book = load_workbook(walk.reconcile(tmp_path), read_only=True)
        cells = {str(cell) for sheet in book for row in sheet.values for cell in row}
        book.close()
    assert watched.elsewhere == []
    assert watched.errors == []
    assert any(cell.startswith("INV-") for cell in cells)
    assert {"consent", "import-preview", "auto-sync", "stopped", "sent"} <= set(seen)
