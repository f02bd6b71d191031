"""Runs practice ledgers: in a thread for tests, in the foreground for the command.

    with serve("vendor", empty=True) as server:
        ...  # server.url, server.face.ledger, server.dispatcher.faults

`run_practice` is the whole of `manage.py practice`.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

from .control import credentials_of
from .face import Face, face_class
from .ledger import Ledger
from .seed import seed
from .server import PracticeServer
from .store import Clock, utc_now

COMPANY = "Practice Repairs Ltd"
LINGER_SECONDS = 0.2


def open_face(
    platform: str,
    *,
    state: Path | None = None,
    company: str = COMPANY,
    empty: bool = False,
    clock: Clock = utc_now,
) -> Face:
    """A face over fresh books, or over those of the state file where it holds some.

    Raises `UnknownPlatform`, and `ValueError` when the file is no state of it.
    """
    kind = face_class(platform)
    ledger = Ledger(kind.company(company), kind.policies(), clock)
    found = ledger.open_state(state, platform) if state else False
    if not found:
        seed(ledger, empty=empty)
    return kind(ledger)


def serve(
    platform: str,
    *,
    port: int = 0,
    state: Path | None = None,
    company: str = COMPANY,
    empty: bool = False,
    limits: bool = False,
    clock: Clock = utc_now,
) -> PracticeServer:
    """Bound to its port, not yet serving: `start()` it, or use it in a `with`."""
    face = open_face(platform, state=state, company=company, empty=empty, clock=clock)
    try:
        return PracticeServer(face, port=port, limits=limits)
    except OSError:
        face.ledger.close()
        raise


def write_credentials(folder: Path, name: str, content: dict[str, Any]) -> Path:
    """A file that its owner alone can read; replaced as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=2)
    fresh.replace(path)
    return path


def run_practice(
    platform: str,
    *,
    folder: Path,
    port: int = 0,
    state: Path | None = None,
    company: str = COMPANY,
    empty: bool = False,
    limits: bool = False,
    out: TextIO | None = None,
) -> int:
    """Serves until SIGTERM or SIGINT, then answers 0 with the state saved.

    The first line, flushed at once, is JSON: `url`, `platform`, `credentials` (the
    path of the file, written 0600 into `folder`). Call it in the main thread.
    Raises what `serve` raises.
    """
    out = out or sys.stdout
    done = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = {each: signal.signal(each, lambda *_: done.set()) for each in signals}
    try:
        with serve(
            platform,
            port=port,
            state=state,
            company=company,
            empty=empty,
            limits=limits,
        ) as server:
            content = credentials_of(server.face, server.url)
            name = f"practice-{platform}-{server.url.rpartition(':')[2]}.json"
            path = write_credentials(folder, name, content)
            line = {
                "url": server.url,
                "platform": platform,
                "credentials": str(path.resolve()),
            }
            out.write(json.dumps(line) + "\n")
            out.flush()
            while not done.wait(LINGER_SECONDS):
                continue
    finally:
        for each, old in before.items():
            signal.signal(each, old)
    return 0
