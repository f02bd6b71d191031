"""What the platform was last seen to hold, kept for suggestions, mapping and checks."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounting_links.models import Connection, RecordType, RemoteRecord
from accounting_links.names import name_key
from connectors.records import Item, LedgerAccount, Party, TaxCode

Remote = Party | LedgerAccount | TaxCode | Item
OWN_COLUMNS = ("id", "name", "code", "active", "key", "role")
AT_ONCE = 500


def store(
    connection: Connection,
    type: RecordType,
    records: Iterable[Remote],
    *,
    complete: bool = False,
) -> int:
    """Keeps them, one row each, newest wins. `complete`: these are all that there are,
    so that others of the type are no longer active."""
    now = timezone.now()
    kept = 0
    portion: dict[str, RemoteRecord] = {}
    for record in records:
        portion[record.id] = _row(connection, type, record)
        portion[record.id].seen_at = now
        if len(portion) >= AT_ONCE:
            kept += _write(portion)
            portion = {}
    kept += _write(portion)
    if complete:
        RemoteRecord.objects.filter(
            connection=connection, type=type, active=True, seen_at__lt=now
        ).update(active=False)
    return kept


def _write(rows: dict[str, RemoteRecord]) -> int:
    with transaction.atomic():
        RemoteRecord.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=("connection", "type", "external_id"),
            update_fields=("name", "name_key", "code", "active", "data", "seen_at"),
        )
    return len(rows)


def _row(connection: Connection, type: RecordType, record: Remote) -> RemoteRecord:
    return RemoteRecord(
        connection=connection,
        type=type,
        external_id=record.id,
        name=record.name[:300],
        name_key=name_key(record.name),
        code=record.code[:60],
        active=record.active,
        data=_data(record),
    )


def _data(record: Remote) -> dict[str, Any]:
    return {
        each.name: plain(getattr(record, each.name))
        for each in fields(record)
        if each.name not in OWN_COLUMNS and getattr(record, each.name) not in ("", None)
    }


def plain(value: object) -> Any:
    """As JSON takes it: amounts and dates as text."""
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)
