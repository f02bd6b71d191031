"""Faults planted by hand are found, and settled from their rows, in a real browser."""

import os
from pathlib import Path

import pytest

from tests.browser.chromium import browser_page
from tests.browser.installation import demo
from tests.browser.month import FAULTS, Month

pytestmark = pytest.mark.browser
FOUND = {
    "deleted": "Deleted or void on one side",
    "edited": "Amount differs",
    "copied": "Duplicate in the books",
    "re-dated": "Date differs",
    "paid there": "Paid differently",
    "voided here": "Deleted or void on one side",
}


def test_a_month_with_faults_is_put_right_from_its_rows(tmp_path: Path) -> None:
    chromium = os.environ["FINSYNC_TEST_CHROMIUM"]
    with demo(tmp_path) as place, browser_page(chromium) as (page, watched):
        month = Month(page, place, tmp_path, lambda name: None)
        month.prepare()
        month.compare()
        assert {fault: month.verdict(fault) for fault in FAULTS} == FOUND
        for fault in FAULTS:
            month.settle(fault)
        month.compare()
        left = page.locator("tr[data-actions]").all_inner_texts()
        settled = month.planted.values()
        assert not [row for row in left if any(number in row for number in settled)]
        month.accept_the_rest()
    assert watched.elsewhere == []
    assert watched.errors == []
