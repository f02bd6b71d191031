"""Where the vendors' published schemas are, for clients that begin by reading one."""

import os
from pathlib import Path

import pytest

from tests.clients.practice import ROOT


def specs_of(slug: str) -> Path:
    """Skips the test where they are absent and may be."""
    default = ROOT.parent / "shared" / "vendors" / "specs"
    found = Path(os.environ.get("FINSYNC_VENDOR_SPECS") or default) / slug
    if not found.is_dir():
        required = os.environ.get("FINSYNC_REQUIRE_SPECS") == "1"
        (pytest.fail if required else pytest.skip)(f"{found} is not there")
    return found
