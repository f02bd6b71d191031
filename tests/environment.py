"""Loaded by pytest before the settings: tests never touch an installation."""

import atexit
import os
import shutil
import tempfile

# The workers of pytest-xdist inherit their parent's.
if "FINSYNC_TEST_RUN" not in os.environ:
    state = tempfile.mkdtemp(prefix="finsync-test-")
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    os.environ["FINSYNC_TEST_RUN"] = os.environ["FINSYNC_STATE"] = state
    for name in [name for name in os.environ if name.startswith("FINSYNC_")]:
        if not name.startswith(
            ("FINSYNC_TEST_", "FINSYNC_REQUIRE_", "FINSYNC_VENDOR_")
        ):
            del os.environ[name]
    os.environ["FINSYNC_STATE"] = state
    os.environ["FINSYNC_MODE"] = "practice"
