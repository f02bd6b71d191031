"""The tables of one set of books: transactions, versions, change log, state file.

Everything is guarded by one re-entrant lock. `with store.change():` is a transaction:
an exception inside it undoes what was put, the change log included. Reading needs no
lock, since records are frozen; iterate over `list(table)` or hold the lock.

The state file is JSON Lines: one header, then one line per record put, the last one of
an id being the one that counts. A commit is one write to the operating system, so what
was committed survives the death of the process, `kill -9` included (not the loss of
the machine's power: nothing is synced to the disk on each commit). Opening a file
writes it anew without what is outdated.
"""

import bisect
import datetime as dt
import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar, cast

from .books import Change, Record
from .codec import decode, encode
from .errors import NotFound

R = TypeVar("R", bound=Record)
Key = Callable[[Any], str]
Clock = Callable[[], dt.datetime]
FORMAT = 1


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Index:
    """Ids of the records that are not deleted, by a key; empty keys are left out."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._ids: dict[str, dict[str, None]] = defaultdict(dict)

    def swap(self, old: Record | None, new: Record | None) -> None:
        if old is not None and not old.deleted and (key := self._key(old)):
            self._ids[key].pop(old.id, None)
        if new is not None and not new.deleted and (key := self._key(new)):
            self._ids[key][new.id] = None

    def ids(self, key: str) -> list[str]:
        return list(self._ids.get(key, ()))


class Table(Generic[R]):
    """Records by id in the order they were made; deleted ones are kept, but hidden."""

    def __init__(
        self, store: "Store", name: str, kind: type[R], /, **indexes: Key
    ) -> None:
        self.name = name
        self.kind = kind
        self._store = store
        self._rows: dict[str, R] = {}
        self._indexes = {label: Index(key) for label, key in indexes.items()}
        store.tables[name] = self

    def __iter__(self) -> Iterator[R]:
        """A snapshot, so that other threads may write meanwhile."""
        return (row for row in list(self._rows.values()) if not row.deleted)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def find(self, record_id: str) -> R | None:
        row = self._rows.get(record_id)
        return None if row is None or row.deleted else row

    def get(self, record_id: str) -> R:
        """Raises `NotFound`, also for a deleted record."""
        row = self.find(record_id)
        if row is None:
            raise NotFound(self.name, record_id)
        return row

    def peek(self, record_id: str) -> R | None:
        """The record even when it was deleted."""
        return self._rows.get(record_id)

    def by(self, index: str, key: str) -> list[R]:
        """The live records of a key, oldest first."""
        return [self._rows[i] for i in self._indexes[index].ids(key)]

    def put(self, row: R, action: str = "") -> R:
        """Writes a record inside a change; `action` makes an entry in the log."""
        return cast(R, self._store.write(self, row, action))

    def set_row(self, record_id: str, row: R | None) -> None:
        """For the store alone: replaces a row and keeps the indexes right."""
        old = self._rows.get(record_id)
        for index in self._indexes.values():
            index.swap(old, row)
        if row is None:
            self._rows.pop(record_id, None)
        else:
            self._rows[record_id] = row

    def all_rows(self) -> list[R]:
        return list(self._rows.values())


class Store:
    def __init__(self, clock: Clock = utc_now) -> None:
        self.lock = threading.RLock()
        self.tables: dict[str, Table[Any]] = {}
        self._clock = clock
        self._depth = 0
        self._undo: list[tuple[Table[Any], str, Record | None]] = []
        self._pending: list[Change] = []
        self._log: list[Change] = []
        self._sequence = 0
        self._last_at = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._file: TextIO | None = None

    # --- time and change log

    def now(self) -> dt.datetime:
        return self._clock()

    @property
    def sequence(self) -> int:
        """The number of the last change; it only ever rises."""
        return self._sequence

    def changes_after(self, sequence: int) -> list[Change]:
        with self.lock:
            start = bisect.bisect_right(self._log, sequence, key=lambda c: c.sequence)
            return self._log[start:]

    def changes_since(self, moment: dt.datetime) -> list[Change]:
        """Changes at or after a moment, oldest first."""
        with self.lock:
            start = bisect.bisect_left(self._log, moment, key=lambda c: c.at)
            return self._log[start:]

    # --- transactions

    @contextmanager
    def change(self) -> Iterator[None]:
        with self.lock:
            self._depth += 1
            mark, logged = len(self._undo), len(self._pending)
            try:
                yield
            except BaseException:
                self._roll_back(mark, logged)
                raise
            else:
                if self._depth == 1:
                    self._commit()
            finally:
                self._depth -= 1

    def write(self, table: Table[Any], row: Record, action: str) -> Record:
        if not self._depth:
            raise RuntimeError("Write inside `with store.change():`.")
        if action:
            row = self._stamped(row, action)
            self._sequence += 1
            entry = Change(
                sequence=self._sequence,
                at=row.updated_at,
                table=table.name,
                id=row.id,
                action=action,
                version=row.version,
            )
            self._pending.append(entry)
        self._undo.append((table, row.id, table.peek(row.id)))
        table.set_row(row.id, row)
        return row

    def _stamped(self, row: Record, action: str) -> Record:
        at = self._last_at = max(self.now(), self._last_at)
        if action == "create":
            return replace(row, version=0, created_at=at, updated_at=at)
        return replace(row, version=row.version + 1, updated_at=at)

    def _roll_back(self, mark: int, logged: int) -> None:
        while len(self._undo) > mark:
            table, record_id, row = self._undo.pop()
            table.set_row(record_id, row)
        del self._pending[logged:]

    def _commit(self) -> None:
        if self._file is not None and self._undo:
            touched = {(table.name, key): table for table, key, _ in self._undo}
            lines = [
                _line(name, table.peek(key)) for (name, key), table in touched.items()
            ]
            lines += [_line("changes", entry) for entry in self._pending]
            self._file.write("".join(lines))
            self._file.flush()
        self._log += self._pending
        self._undo.clear()
        self._pending.clear()

    # --- state file

    def open_file(self, path: Path, header: Mapping[str, Any]) -> bool:
        """Reads the file if it is there and writes to it from now on.

        True when it held books. Raises `ValueError` when it is no state file of this
        header.
        """
        with self.lock:
            found = path.exists() and path.stat().st_size > 0
            if found:
                self._read(path, header)
            self._rewrite(path, header)
            self._file = path.open("a", encoding="utf-8")
            return found

    def close(self) -> None:
        with self.lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _read(self, path: Path, header: Mapping[str, Any]) -> None:
        with path.open(encoding="utf-8") as lines:
            given = _parsed(next(lines))
            if given != {"format": FORMAT, **header}:
                raise ValueError(f"{path} is not the state of {dict(header)}: {given}")
            for line in lines:
                entry = _parsed(line)
                if entry is not None:
                    self._load(entry["table"], entry["row"])

    def _load(self, name: str, row: Mapping[str, Any]) -> None:
        if name == "changes":
            entry = decode(Change, row)
            self._log.append(entry)
            self._sequence, self._last_at = entry.sequence, entry.at
            return
        table = self.tables[name]
        record = decode(table.kind, row)
        table.set_row(record.id, record)

    def _rewrite(self, path: Path, header: Mapping[str, Any]) -> None:
        fresh = path.with_name(path.name + ".new")
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(fresh, flags, 0o600), "w", encoding="utf-8") as out:
            out.write(json.dumps({"format": FORMAT, **header}) + "\n")
            for table in self.tables.values():
                out.writelines(_line(table.name, row) for row in table.all_rows())
            out.writelines(_line("changes", entry) for entry in self._log)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(path)


def _line(table: str, row: Any) -> str:
    return json.dumps({"table": table, "row": encode(row)}) + "\n"


def _parsed(line: str) -> dict[str, Any] | None:
    """None for the torn last line of a process that was killed while writing."""
    try:
        return cast(dict[str, Any], json.loads(line))
    except ValueError:
        return None
