"""The installation's own keys: given by the environment, or made once on disk."""

import os
import stat
from pathlib import Path

from cryptography.fernet import Fernet
from django.utils.crypto import get_random_string

from finsync_site.conf.environment import refuse, secret


def secret_key(name: str, keys: Path) -> str:
    value = secret(name) or _kept(name, keys / "secret_key", get_random_string(64))
    if len(value) < 32:
        remedy = "Use at least 32 random characters, or leave it out"
        raise refuse(name, "is too short to be safe", remedy)
    return value


def field_keys(name: str, keys: Path) -> list[str]:
    """Fernet keys, the newest first: it encrypts, all of them decrypt."""
    made = Fernet.generate_key().decode()
    value = secret(name) or _kept(name, keys / "field_keys", made)
    found = value.replace("\n", ",").split(",")
    found = [key.strip() for key in found if key.strip()]
    for position, key in enumerate(found, start=1):
        _refuse_bad_key(name, key, position)
    return found


def _refuse_bad_key(name: str, key: str, position: int) -> None:
    try:
        Fernet(key)
    except ValueError:
        # The cause would carry nothing but could show the key in a traceback.
        remedy = "Make one with cryptography's Fernet.generate_key()"
        raise refuse(name, f"has no Fernet key at {position}", remedy) from None


def _kept(name: str, path: Path, made: str) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, made)
    _refuse_open_file(name, path)
    value = path.read_text(encoding="utf-8").strip()
    if not value:
        remedy = f"Restore {path} from a backup, or remove it to make a new one"
        raise refuse(name, "was kept in a file that is empty now", remedy)
    return value


def _write_once(path: Path, value: str) -> None:
    """Whole or not at all; of several processes that start at once, one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _refuse_open_file(name: str, path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        remedy = f"Run: chmod 600 {path}"
        raise refuse(name, f"is kept in a file that others may read: {path}", remedy)
