"""Searches over an account's records: the conditions that FinSync uses, and no more."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ..netsuite.account import Account
from ..netsuite.transactions import KINDS, PAYMENTS
from .reading import Malformed

Record = tuple[str, dict[str, Any]]
TYPES = {
    "CustomerSearch": ("customer",),
    "VendorSearch": ("vendor",),
    "AccountSearch": ("account",),
    "ItemSearch": ("serviceSaleItem",),
    "SalesTaxItemSearch": ("salesTaxItem",),
    "TaxGroupSearch": (),
    "SubsidiarySearch": ("subsidiary",),
    "TransactionSearch": (*KINDS, *PAYMENTS),
}
# The fields of each kind of search beside those that all have.
_COMMON = {"isInactive", "internalId"}
FIELDS = {
    "CustomerSearch": {"companyName", "entityId"},
    "VendorSearch": {"entityId"},
    "AccountSearch": {"type"},
    "ItemSearch": {"itemId", "type"},
    "TransactionSearch": {"tranId", "type", "mainLine", "tranDate", "lastModifiedDate"},
}
ACCOUNT_WORDS = {
    "Income": "_income",
    "Expense": "_expense",
    "COGS": "_costOfGoodsSold",
    "Bank": "_bank",
    "AcctRec": "_accountsReceivable",
    "AcctPay": "_accountsPayable",
    "OthCurrLiab": "_otherCurrentLiability",
    "OthCurrAsset": "_otherCurrentAsset",
    "Equity": "_equity",
}
Condition = tuple[str, str, list[str]]


def found(account: Account, kind: str, asked: list[Condition]) -> list[Record]:
    if kind not in TYPES:
        raise Malformed(f"cannot resolve type {kind}")
    known = _COMMON | FIELDS.get(kind, set())
    if unknown := {name for name, _, _ in asked} - known:
        raise Malformed(f"Invalid content was found at element '{min(unknown)}'")
    types = _wanted_types(kind, asked)
    rows = [row for type in types for row in account.rows(type)]
    return [row for row in rows if all(_holds(row[1], each) for each in asked)]


def _wanted_types(kind: str, asked: list[Condition]) -> tuple[str, ...]:
    """The type of a transaction narrows what is read at all."""
    words = [values for name, _, values in asked if name == "type"]
    if kind != "TransactionSearch" or not words:
        return TYPES[kind]
    return tuple(type for type in TYPES[kind] if f"_{type}" in words[0])


def _holds(record: Mapping[str, Any], condition: Condition) -> bool:
    name, operator, values = condition
    if name == "mainLine":
        return True
    if name == "type":
        word = ACCOUNT_WORDS.get(str(record.get("acctType")))
        return word is None or word in values
    if name == "internalId":
        return str(record["id"]) in values
    if name == "isInactive":
        return bool(record.get("isInactive", False)) == (values == ["true"])
    if name in ("tranDate", "lastModifiedDate"):
        return _dated(str(record.get(name, "")), operator, values)
    return _text(str(record.get(name, "")).casefold(), operator, values[0].casefold())


def _text(text: str, operator: str, value: str) -> bool:
    if operator == "is":
        return text == value
    if operator == "startsWith":
        return text.startswith(value)
    if operator == "contains":
        return value in text
    raise Malformed(f"'{operator}' is no SearchStringFieldOperator here")


def _dated(text: str, operator: str, values: list[str]) -> bool:
    """Days are compared as days, moments as moments."""
    cut = 10 if len(text) == 10 else None
    at, limits = _moment(text[:cut]), [_moment(value[:cut]) for value in values]
    if operator == "onOrAfter":
        return at >= limits[0]
    if operator == "onOrBefore":
        return at <= limits[0]
    if operator == "within":
        return limits[0] <= at <= limits[1]
    raise Malformed(f"'{operator}' is no SearchDateFieldOperator here")


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
