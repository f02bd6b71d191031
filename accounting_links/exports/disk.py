"""Lays files into a folder for whoever imports them. The database keeps the original,
so that one that was lost here is written again."""

import os
from collections.abc import Iterable
from pathlib import Path

from accounting_links.models import ExportBatch


def lay(batches: Iterable[ExportBatch], folder: Path) -> list[Path]:
    """Another file of the same name is never overwritten. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_lay(batch, folder) for batch in batches]


def _lay(batch: ExportBatch, folder: Path) -> Path:
    content = bytes(batch.content)
    path = _free(folder / batch.file_name, content)
    fresh = path.with_name(f".{path.name}.{batch.pk}.new")
    fresh.write_bytes(content)
    os.replace(fresh, path)
    return path


def _free(path: Path, content: bytes) -> Path:
    wanted, number = path, 2
    while path.exists() and path.read_bytes() != content:
        path = wanted.with_stem(f"{wanted.stem}-{number}")
        number += 1
    return path
