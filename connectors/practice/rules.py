"""Checks that several books share: versions, active references, unique keys."""

from typing import Any, TypeVar

from .books import Record
from .errors import DuplicateExternalId, StaleVersion, UnknownReference
from .store import Table

R = TypeVar("R", bound=Record)


def folded(name: str) -> str:
    """Names are compared without case and outer spaces."""
    return " ".join(name.split()).casefold()


def require_version(row: Record, version: int | None) -> None:
    """None skips the check, for vendors that have no versions."""
    if version is not None and version != row.version:
        raise StaleVersion(version, row.version)


def require_active(
    table: Table[Any], record_id: str, error: type[UnknownReference], *, field: str
) -> Any:
    row = table.find(record_id)
    if row is None:
        raise error(record_id, field=field)
    if not row.active:
        raise error(record_id, field=field, inactive=True)
    return row


def require_free_external_id(table: Table[R], row: R) -> None:
    if not row.external_id:
        return
    for other in table.by("external_id", row.external_id):
        if other.id != row.id:
            raise DuplicateExternalId(row.external_id, other.id)


def external_id(row: Record) -> str:
    return row.external_id
