"""Searches, as NetSuite's XML wants them. Pure.

The fields of a search stand in alphabetical order in the XSDs, and so here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from lxml import etree

from connectors.netsuite_soap.names import XSI
from connectors.netsuite_soap.xml_record import Writer, noon

# Namespace of each kind of search.
_SPACES = {
    "Customer": "listRel",
    "Vendor": "listRel",
    "Account": "listAcct",
    "Item": "listAcct",
    "SalesTaxItem": "listAcct",
    "TaxGroup": "listAcct",
    "Subsidiary": "listAcct",
    "Transaction": "tranSales",
}
# So many trailing characters may differ among numbers that are asked for in one call.
_FREE = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """`kind` is NetSuite's type of field; no operator where that has none."""

    kind: str
    values: tuple[str, ...]
    operator: str = ""
    # Of `anyOf` conditions on references rather than on words.
    refs: bool = False


def text_is(value: str) -> Condition:
    return Condition("SearchStringField", (value,), "is")


def starts_with(value: str) -> Condition:
    return Condition("SearchStringField", (value,), "startsWith")


def true(value: bool = True) -> Condition:
    return Condition("SearchBooleanField", ("true" if value else "false",))


def words(*values: str) -> Condition:
    return Condition("SearchEnumMultiSelectField", values, "anyOf")


def ids(values: Sequence[str]) -> Condition:
    return Condition("SearchMultiSelectField", tuple(values), "anyOf", refs=True)


def not_before(moment: datetime) -> Condition:
    return Condition("SearchDateField", (moment.isoformat(),), "onOrAfter")


def dated(start: date | None, end: date | None) -> dict[str, Condition]:
    """Both days included; no condition where neither is given."""
    if start and end:
        days = (noon(start), noon(end))
        return {"tranDate": Condition("SearchDateField", days, "within")}
    if start:
        first = Condition("SearchDateField", (noon(start),), "onOrAfter")
        return {"tranDate": first}
    if end:
        return {"tranDate": Condition("SearchDateField", (noon(end),), "onOrBefore")}
    return {}


def search(
    writer: Writer, record: str, conditions: Mapping[str, Condition]
) -> etree._Element:
    body = writer.element("platformMsgs", "search")
    space = _SPACES[record]
    inner = etree.SubElement(body, writer.name("platformMsgs", "searchRecord"))
    inner.set(f"{{{XSI}}}type", f"{space}:{record}Search")
    basic = etree.SubElement(inner, writer.name(space, "basic"))
    for name in sorted(conditions, key=str.casefold):
        _add(writer, basic, name, conditions[name])
    return body


def deleted_since(
    writer: Writer, moment: datetime, types: Iterable[str], page: int
) -> etree._Element:
    body = writer.element("platformMsgs", "getDeleted")
    wanted = etree.SubElement(body, writer.name("platformMsgs", "getDeletedFilter"))
    _add(writer, wanted, "deletedDate", not_before(moment), space="platformCore")
    _add(writer, wanted, "type", words(*types), space="platformCore")
    index = etree.SubElement(body, writer.name("platformMsgs", "pageIndex"))
    index.text = str(page)
    return body


def number_conditions(numbers: Sequence[str]) -> list[Condition]:
    """A search names one number, or how numbers begin. Neighbours, as a series of ours
    makes them, share one search; what else begins so is sorted out by the caller."""
    found = []
    for stem, some in groupby(sorted(set(numbers)), key=lambda n: n[:-_FREE]):
        near = list(some)
        alone = len(near) == 1 or not stem
        found += [text_is(n) for n in near] if alone else [starts_with(stem)]
    return found


def _add(
    writer: Writer,
    parent: etree._Element,
    name: str,
    condition: Condition,
    *,
    space: str = "platformCommon",
) -> None:
    element = etree.SubElement(parent, writer.name(space, name))
    # `getDeleted` tells the type of a field by its name, searches do so too.
    if condition.operator:
        element.set("operator", condition.operator)
    for number, value in enumerate(condition.values, start=1):
        second = condition.kind == "SearchDateField" and number > 1
        tag = "searchValue2" if second else "searchValue"
        child = etree.SubElement(element, writer.name("platformCore", tag))
        if condition.refs:
            child.set("internalId", value)
        else:
            child.text = value
