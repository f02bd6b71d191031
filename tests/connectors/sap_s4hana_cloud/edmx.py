"""Holds OData traffic, both ways, against SAP's published EDMX documents; the texts of
journal entries against the lengths in the WSDL that shares their types."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import findall, fullmatch
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lxml import etree

from connectors.transport.json_codec import decode
from tests.connectors.spec_check.recorder import Sent

# Services that SAP publishes no EDMX of on file; named on the platform's page.
UNPUBLISHED = {"API_COMPANYCODE_SRV", "API_GLACCOUNTINCHARTOFACCOUNTS_SRV"}
_NO_NAMES = {"and", "or", "eq", "ge", "le", "true", "false", "datetime"}
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_SAP = "{http://www.sap.com/Protocols/SAPData}"
_NUMBER = r"-?\d+(\.\d+)?"
_DATE = r"/Date\(-?\d+\)/"


@dataclass(frozen=True)
class Property:
    type: str
    length: int | None
    filterable: bool


class Service:
    def __init__(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        self.types: dict[str, dict[str, Property]] = {}
        self.links: dict[str, dict[str, str]] = {}
        ends = {
            (each.get("Name"), end.get("Role")): str(end.get("Type")).split(".")[-1]
            for each in root.iter("{*}Association")
            for end in each.iter("{*}End")
        }
        for each in root.iter("{*}EntityType"):
            name = str(each.get("Name"))
            self.types[name] = {
                str(p.get("Name")): _property(p) for p in each.iter("{*}Property")
            }
            self.links[name] = {
                str(n.get("Name")): ends[
                    str(n.get("Relationship")).split(".")[-1], n.get("ToRole")
                ]
                for n in each.iter("{*}NavigationProperty")
            }
        self.sets = {
            str(s.get("Name")): str(s.get("EntityType")).split(".")[-1]
            for s in root.iter("{*}EntitySet")
        }
        self.fixed = {
            str(s.get("Name"))
            for s in root.iter("{*}EntitySet")
            if s.get(f"{_SAP}creatable") == "false"
        }
        self.functions = {
            str(f.get("Name")): {str(p.get("Name")) for p in f.iter("{*}Parameter")}
            for f in root.iter("{*}FunctionImport")
        }


@cache
def load(folder: Path) -> Mapping[str, Service]:
    return {path.stem: Service(path) for path in folder.glob("*.edmx")}


@cache
def lengths(folder: Path) -> Mapping[str, int]:
    """Longest text by element name, as far as the WSDL names the element."""
    root = etree.parse(folder / "JournalEntryBulkChangeRequest_In.wsdl").getroot()
    limits = {
        str(each.get("name")): int(str(limit.get("value")))
        for each in root.iter(f"{_XSD}simpleType")
        for limit in each.iter(f"{_XSD}maxLength")
        if each.get("name")
    }
    found = {}
    for each in root.iter(f"{_XSD}element"):
        type = str(each.get("type"))
        limit = limits.get(type) or limits.get(f"{type}.Content")
        if limit:
            found[str(each.get("name"))] = limit
    return found


def findings(folder: Path, traffic: Iterable[Sent]) -> list[str]:
    return sorted({f for sent in traffic for f in _of_exchange(folder, sent)})


def _of_exchange(folder: Path, sent: Sent) -> Iterator[str]:
    url = urlsplit(sent.url)
    if "/opu/odata/sap/" not in url.path:
        yield from _of_entry(lengths(folder), sent.body)
        return
    service, _, path = url.path.partition("/opu/odata/sap/")[2].partition("/")
    if service in UNPUBLISHED or not path:
        return
    known = load(folder).get(service)
    if known is None:
        yield f"{service}: unknown service"
        return
    yield from _of_call(known, sent, path, parse_qs(url.query))


def _of_call(
    known: Service, sent: Sent, path: str, query: Mapping[str, list[str]]
) -> Iterator[str]:
    if path in known.functions:
        if query.keys() != known.functions[path]:
            yield f"{path}: other parameters than {sorted(known.functions[path])}"
        return
    if path not in known.sets:
        yield f"{path}: unknown entity set"
        return
    type = known.sets[path]
    yield from _of_query(known, type, query)
    if sent.method == "POST":
        if path in known.fixed:
            yield f"{path}: not creatable"
        yield from _of_record(known, type, decode(sent.body), "sent")
    for row in _rows(sent):
        yield from _of_record(known, type, row, "answered")


def _of_query(
    known: Service, type: str, query: Mapping[str, list[str]]
) -> Iterator[str]:
    names = known.types[type]
    for option in ("$select", "$orderby"):
        for name in (n for v in query.get(option, []) for n in v.split(",")):
            if name not in names:
                yield f"{option} {name}: unknown to {type}"
    for text in query.get("$filter", []):
        plain = "".join(unquote(text).split("'")[::2])
        for name in set(findall(r"[A-Za-z_]\w*", plain)) - _NO_NAMES:
            if name not in names:
                yield f"$filter {name}: unknown to {type}"
            elif not names[name].filterable:
                yield f"$filter {name}: not filterable"
    for chain in (c for v in query.get("$expand", []) for c in v.split(",")):
        place = type
        for link in chain.split("/"):
            if link not in known.links[place]:
                yield f"$expand {link}: unknown to {place}"
                return
            place = known.links[place][link]


def _of_record(
    known: Service, type: str, row: Mapping[str, Any], side: str
) -> Iterator[str]:
    for name, value in row.items():
        if name in known.links[type]:
            inner = value.get("results", [value]) if isinstance(value, dict) else []
            for each in inner:
                yield from _of_record(known, known.links[type][name], each, side)
        elif name not in known.types[type]:
            yield f"{side} {type}.{name}: unknown"
        elif problem := _problem(known.types[type][name], value):
            yield f"{side} {type}.{name}: {problem}"


def _problem(known: Property, value: Any) -> str:
    if value is None:
        return ""
    if known.type == "Edm.Boolean":
        return "" if isinstance(value, bool) else f"{value!r} is no Boolean"
    if not isinstance(value, str):
        return f"{value!r} is no text, as JSON of version 2 has it"
    if known.type == "Edm.DateTime" and not fullmatch(_DATE, value):
        return f"{value!r} is no DateTime"
    if known.type == "Edm.Decimal" and not fullmatch(_NUMBER, value):
        return f"{value!r} is no Decimal"
    if known.length and len(value) > known.length:
        return f"longer than {known.length}"
    return ""


def _of_entry(limits: Mapping[str, int], content: bytes) -> Iterator[str]:
    for element in etree.fromstring(content).iter():
        limit = limits.get(str(etree.QName(element).localname))
        if limit and len(element.text or "") > limit:
            yield f"{etree.QName(element).localname}: longer than {limit}"


def _rows(sent: Sent) -> list[Mapping[str, Any]]:
    try:
        body = decode(sent.answer).get("d") or {}
    except (ValueError, AttributeError):
        return []
    return list(body["results"]) if "results" in body else [body] if body else []


def _property(element: etree._Element) -> Property:
    length = element.get("MaxLength")
    return Property(
        type=str(element.get("Type")),
        length=int(length) if length else None,
        filterable=element.get(f"{_SAP}filterable") != "false",
    )
