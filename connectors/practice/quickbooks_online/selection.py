"""Runs a query of the vendor's language over the books."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from ..ledger import Ledger
from .entities import Entity
from .query import Condition, Parser, Query
from .refusals import PACIFIC, TYPES, bad_query, bad_query_property
from .render import Json
from .render_names import tax_code_name


def run(ledger: Ledger, text: str) -> Json:
    """The `QueryResponse`. Raises `Refused`."""
    query = Parser(text).parse()
    rows = _matching(ledger, query)
    if [column.lower() for column in query.columns] == ["count(*)"]:
        return {"totalCount": sum(1 for _ in rows)}
    if query.order:
        get = _getter(ledger, query.entity, query.order)
        rows = sorted(rows, key=lambda row: _sortable(get(row)))
        if query.descending:
            rows.reverse()
    page = list(islice(rows, query.start - 1, query.start - 1 + query.size))
    if not page:
        return {}
    shown = [_chosen(query, query.entity.render(ledger, row)) for row in page]
    return {
        query.entity.name: shown,
        "startPosition": query.start,
        "maxResults": len(page),
    }


def _chosen(query: Query, body: Json) -> Json:
    if "*" in query.columns:
        return body
    roots = {column.partition(".")[0] for column in query.columns}
    for root in roots:
        if query.entity.shape and root not in query.entity.shape.properties:
            raise bad_query_property(root, query.entity.name)
    return {
        name: value
        for name, value in body.items()
        if name in roots or name in ("domain", "sparse")
    }


def _matching(ledger: Ledger, query: Query) -> Iterable[Any]:
    conditions = list(query.conditions)
    asked = {condition.name.lower() for condition in conditions}
    if query.entity.active_only and "active" not in asked:
        conditions.append(Condition("Active", "=", ("true",)))
    tests = [_test(ledger, query.entity, condition) for condition in conditions]
    rows = _candidates(ledger, query)
    return (row for row in rows if all(test(row) for test in tests))


def _candidates(ledger: Ledger, query: Query) -> Iterable[Any]:
    """By an index where a condition allows it, else all rows."""
    for condition in query.conditions:
        if condition.operator not in ("=", "in"):
            continue
        found = _indexed(ledger, query.entity, condition)
        if found is not None:
            unique = {row.id: row for row in found if query.entity.belongs(row)}
            return unique.values()
    return query.entity.rows(ledger)


def _indexed(ledger: Ledger, entity: Entity, condition: Condition) -> list[Any] | None:
    name, values = condition.name.lower(), condition.values
    table = ledger.store.tables[entity.table]
    if name == "id":
        return [row for value in values if (row := table.find(value)) is not None]
    if name == "docnumber" and entity.table == "documents":
        kind = _kind_of(entity)
        keys = [f"{kind}|{value.casefold()}" for value in values]
        return [row for key in keys for row in table.by("number", key)]
    if name == "displayname":
        return [row for value in values for row in ledger.parties.named(value)]
    if name in ("customerref", "vendorref") and entity.table == "documents":
        return [row for value in values for row in table.by("party", value)]
    return None


def _kind_of(entity: Entity) -> str:
    return next(kind for kind, name in TYPES.items() if name == entity.name)


# --- properties and comparing

Get = Callable[[Any], Any]
COMMON: dict[str, Get] = {
    "id": lambda row: row.id,
    "synctoken": lambda row: str(row.version),
    "metadata.createtime": lambda row: row.created_at.replace(microsecond=0),
    "metadata.lastupdatedtime": lambda row: row.updated_at.replace(microsecond=0),
}
BY_TABLE: dict[str, dict[str, Get]] = {
    "documents": {
        "docnumber": lambda row: row.number,
        "txndate": lambda row: row.date.isoformat(),
        "duedate": lambda row: row.due.isoformat() if row.due else "",
        "totalamt": lambda row: row.gross,
        "balance": lambda row: row.balance,
        "customerref": lambda row: row.party,
        "vendorref": lambda row: row.party,
        "privatenote": lambda row: row.memo,
    },
    "payments": {
        "txndate": lambda row: row.date.isoformat(),
        "totalamt": lambda row: row.amount,
        "customerref": lambda row: row.party,
        "vendorref": lambda row: row.party,
        "paymentrefnum": lambda row: row.number,
    },
    "parties": {
        "displayname": lambda row: row.name,
        "fullyqualifiedname": lambda row: row.name,
        "companyname": lambda row: row.extra.get("echo", {}).get("CompanyName", ""),
        "givenname": lambda row: row.extra.get("echo", {}).get("GivenName", ""),
        "familyname": lambda row: row.extra.get("echo", {}).get("FamilyName", ""),
        "primaryemailaddr": lambda row: row.email,
        "active": lambda row: row.active,
    },
    "accounts": {
        "name": lambda row: row.name,
        "acctnum": lambda row: row.code,
        "active": lambda row: row.active,
    },
    "items": {
        "name": lambda row: row.name,
        "sku": lambda row: row.code,
        "active": lambda row: row.active,
        "unitprice": lambda row: row.price,
    },
    "tax_codes": {"active": lambda row: row.active},
    "tax_rates": {
        "name": lambda row: row.name,
        "active": lambda row: row.active,
        "ratevalue": lambda row: row.percent,
    },
}
RENDERED = {
    "accounts": {"accounttype": "AccountType", "classification": "Classification"},
    "items": {"type": "Type"},
}


def _getter(ledger: Ledger, entity: Entity, name: str) -> Get:
    low = name.lower()
    get = COMMON.get(low) or BY_TABLE[entity.table].get(low)
    if get is not None:
        return get
    if entity.name == "TaxCode" and low == "name":
        return lambda row: tax_code_name(ledger, row)
    shown = RENDERED.get(entity.table, {}).get(low)
    if shown is None:
        raise bad_query_property(name, entity.name)
    return lambda row: entity.render(ledger, row)[shown]


def _sortable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _test(
    ledger: Ledger, entity: Entity, condition: Condition
) -> Callable[[Any], bool]:
    get = _getter(ledger, entity, condition.name)
    if condition.operator == "in":
        return lambda row: any(
            _compare(get(row), "=", value) for value in condition.values
        )
    value = condition.values[0]
    if condition.operator == "like":
        pattern = re.compile(
            ".*".join(re.escape(part) for part in value.split("%")),
            re.IGNORECASE | re.DOTALL,
        )
        return lambda row: pattern.fullmatch(str(get(row))) is not None
    return lambda row: _compare(get(row), condition.operator, value)


def _compare(left: Any, operator: str, text: str) -> bool:
    right = _same_type(left, text)
    left = _sortable(left)
    if operator == "=":
        return bool(left == right)
    if operator == "<":
        return bool(left < right)
    if operator == ">":
        return bool(left > right)
    return bool(left <= right) if operator == "<=" else bool(left >= right)


def _same_type(left: Any, text: str) -> Any:
    try:
        if isinstance(left, bool):
            return text.lower() == "true"
        if isinstance(left, Decimal):
            return Decimal(text)
        if isinstance(left, dt.datetime):
            return moment(text)
    except (ValueError, InvalidOperation):
        raise bad_query(f"{text!r} cannot be compared") from None
    return text.casefold()


def moment(text: str) -> dt.datetime:
    """ISO 8601; without an offset the vendor reads it as its own time (Pacific)."""
    value = dt.datetime.fromisoformat(text.replace(" ", "+"))
    return value if value.tzinfo else value.replace(tzinfo=PACIFIC)
