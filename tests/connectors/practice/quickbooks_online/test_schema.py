"""Names and types of the face against Intuit's published schemas."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from connectors.practice.quickbooks_online import shapes
from connectors.practice.quickbooks_online.shapes import ListOf, Shape
from tests.connectors.practice.client import Caller

ROOT = Path(__file__).resolve().parents[4]
SPECS = Path(os.environ.get("FINSYNC_VENDOR_SPECS", ROOT / "../shared/vendors/specs"))
FOLDER = SPECS / "quickbooks_online"
XSD = "{http://www.w3.org/2001/XMLSchema}"
ATTRIBUTES = {"domain", "status", "sparse", "startPosition", "maxResults", "totalCount"}
SHAPES = [value for value in vars(shapes).values() if isinstance(value, Shape)]
TYPES = {
    shapes.TEXT: {"string", "id", "int"},
    shapes.DECIMAL: {"decimal", "positiveInteger", "int"},
    shapes.BOOL: {"boolean"},
    shapes.DATE: {"date"},
    shapes.REF: {"ReferenceType"},
}

needs_specs = pytest.mark.skipif(
    not FOLDER.is_dir() and os.environ.get("FINSYNC_REQUIRE_SPECS") != "1",
    reason="the vendor's schemas are not here",
)
pytestmark = needs_specs


@cache
def complex_types() -> dict[str, Any]:
    files = sorted(FOLDER.glob("*.xsd"))
    assert files, "no schemas"
    return {
        str(each.get("name")): each
        for path in files
        for each in etree.parse(path).iter(f"{XSD}complexType")
        if each.get("name")
    }


@cache
def elements(name: str) -> dict[str, str]:
    """Type by element, those of the types that it extends included."""
    node = complex_types()[name]
    found: dict[str, str] = {}
    for extension in node.iter(f"{XSD}extension"):
        base = extension.get("base").rpartition(":")[2]
        if base in complex_types():
            found |= elements(base)
    for each in node.iter(f"{XSD}element"):
        label = each.get("name") or each.get("ref")
        found[label] = (each.get("type") or "").rpartition(":")[2]
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.xsd)
def test_what_is_taken_is_in_the_vendors_schema(shape: Shape) -> None:
    known = elements(shape.xsd)
    for name, kind in shape.properties.items():
        if name in ATTRIBUTES:
            continue
        assert name in known, f"{shape.xsd}.{name}"
        if isinstance(kind, str) and kind in TYPES:
            fits = known[name] in TYPES[kind] or known[name].endswith("Enum")
            assert fits, f"{shape.xsd}.{name}: {known[name]}"
        if isinstance(kind, ListOf | Shape):
            inner = kind.shape if isinstance(kind, ListOf) else kind
            assert isinstance(inner, Shape)
            assert known[name] == inner.xsd


def unknown(name: str, value: Any, where: str) -> Iterator[str]:
    """Paths in an answer that the schema does not know."""
    if isinstance(value, list):
        for each in value:
            yield from unknown(name, each, where)
    elif isinstance(value, Mapping) and name in complex_types():
        known = elements(name)
        for key, part in value.items():
            if key in known:
                yield from unknown(known[key], part, f"{where}.{key}")
            elif key not in ATTRIBUTES and (name, key) not in REFERENCE:
                yield f"{where}.{key}"


REFERENCE = {("ReferenceType", "value"), ("ReferenceType", "name")}
ENTITIES = (
    *("Invoice", "CreditMemo", "Bill", "VendorCredit", "Payment", "BillPayment"),
    *("Customer", "Vendor", "Account", "Item", "TaxCode", "TaxRate"),
)


@pytest.mark.parametrize("name", ENTITIES)
def test_what_is_answered_is_in_the_vendors_schema(caller: Caller, name: str) -> None:
    caller.post("creditmemo", caller.invoice())
    caller.post("vendorcredit", caller.bill())
    rows = caller.query(" ".join(("select * from", name)))[name]
    assert [path for row in rows for path in unknown(name, row, name)] == []


def test_company_and_preferences_are_in_the_vendors_schema(caller: Caller) -> None:
    info = caller.get(f"companyinfo/{caller.realm}")["CompanyInfo"]
    assert list(unknown("CompanyInfo", info, "CompanyInfo")) == []
    preferences = caller.get("preferences")["Preferences"]
    assert list(unknown("Preferences", preferences, "Preferences")) == []


def test_the_check_itself_finds_a_wrong_name() -> None:
    answer = {"Id": "1", "Line": [{"Amonut": 1}], "Colour": "red"}
    assert list(unknown("Invoice", answer, "I")) == ["I.Line.Amonut", "I.Colour"]
