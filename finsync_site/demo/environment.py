"""What `manage.py demo` decides before the settings are read.

No Django here: the settings follow from these variables.
"""

import argparse
import os
import socket
from collections.abc import Sequence
from pathlib import Path

PLATFORMS = ("quickbooks_online",)
FIRST_WEB_PORT = 8000
FIRST_LEDGER_PORT = 8801
TRIES = 50


def prepare(project: Path, arguments: Sequence[str]) -> None:
    """Fills in what was not given: what is in the environment already stays."""
    os.environ.setdefault("FINSYNC_MODE", "practice")
    os.environ.setdefault("FINSYNC_STATE", str(project / "var" / "demo"))
    options, _ = parser().parse_known_args(arguments)
    if "FINSYNC_BASE_URL" not in os.environ:
        port = options.port or free_port(FIRST_WEB_PORT)
        os.environ["FINSYNC_BASE_URL"] = f"http://127.0.0.1:{port}"
    if "FINSYNC_PRACTICE_LEDGERS" not in os.environ:
        state = Path(os.environ["FINSYNC_STATE"])
        os.environ["FINSYNC_PRACTICE_LEDGERS"] = ",".join(ledgers(state))


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(add_help=False)
    found.add_argument("--port", type=int, default=0)
    return found


def ledgers(state: Path) -> list[str]:
    """The ports of last time, where they are free: connections name them."""
    folder = state / "practice"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found, first = [], FIRST_LEDGER_PORT
    for platform in PLATFORMS:
        kept = folder / f"{platform}.port"
        port = kept_port(kept) or free_port(first)
        kept.write_text(f"{port}\n", encoding="ascii")
        found.append(f"{platform}=http://127.0.0.1:{port}")
        first = port + 1
    return found


def kept_port(path: Path) -> int:
    """0 where none was kept, or where it is taken by now."""
    try:
        port = int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return port if is_free(port) else 0


def free_port(first: int) -> int:
    for port in range(first, first + TRIES):
        if is_free(port):
            return port
    raise SystemExit(f"No port from {first} to {first + TRIES - 1} is free: use --port")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
