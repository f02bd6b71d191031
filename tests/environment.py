"""Loaded by pytest before the settings: tests never touch an installation."""

import atexit
import os
import shutil
import tempfile

KEPT = ("FINSYNC_TEST_", "FINSYNC_REQUIRE_", "FINSYNC_VENDOR_")


def own_state() -> str:
    """Of this run; each worker of pytest-xdist has its own folder in its parent's."""
    if "FINSYNC_TEST_RUN" not in os.environ:
        os.environ["FINSYNC_TEST_RUN"] = tempfile.mkdtemp(prefix="finsync-test-")
        atexit.register(
            shutil.rmtree, os.environ["FINSYNC_TEST_RUN"], ignore_errors=True
        )
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return os.path.join(os.environ["FINSYNC_TEST_RUN"], worker)


state = own_state()
for name in [name for name in os.environ if name.startswith("FINSYNC_")]:
    if not name.startswith(KEPT):
        del os.environ[name]
os.environ["FINSYNC_STATE"] = state
os.environ["FINSYNC_MODE"] = "practice"
