"""Where the vendors' published schemas are. They are not ours to ship: the tests that
hold traffic against them run where they are, and must run where FINSYNC_REQUIRE_SPECS
is 1."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = ROOT.parent / "shared" / "vendors" / "specs"


def specs_of(slug: str) -> Path | None:
    """The folder of a platform's schemas, or None where it is absent and may be."""
    folder = Path(os.environ.get("FINSYNC_VENDOR_SPECS") or DEFAULT) / slug
    if folder.is_dir():
        return folder
    if os.environ.get("FINSYNC_REQUIRE_SPECS") == "1":
        pytest.fail(f"FINSYNC_REQUIRE_SPECS is 1, and {folder} is not there")
    return None


def needed_specs_of(slug: str) -> Path:
    """As `specs_of`; skips the test where they are absent and may be."""
    folder = specs_of(slug)
    if folder is None:
        pytest.skip(f"no schemas of {slug} here; set FINSYNC_VENDOR_SPECS")
    return folder
