"""The vendor's XML schemas, where they are on file."""

from functools import lru_cache
from pathlib import Path

from lxml import etree

from tests.connectors.spec_check.specs import specs_of

XS = "{http://www.w3.org/2001/XMLSchema}"


def import_schema() -> etree.XMLSchema | None:
    folder = specs_of("money_s3")
    if folder is None:
        return None
    return _import_schema(folder)


@lru_cache
def _import_schema(folder: Path) -> etree.XMLSchema:
    path = folder / "xsd_validating" / "finsync_subset.xsd"
    return etree.XMLSchema(etree.parse(path))


def faults(content: bytes) -> list[str]:
    """What the schema finds in a file of ours; nothing where there is no schema."""
    schema = import_schema()
    if schema is None or schema.validate(etree.fromstring(content)):
        return []
    return str(schema.error_log).splitlines()


def report_faults(content: bytes) -> list[str]:
    folder = specs_of("money_s3")
    if folder is None:
        return []
    schema = _report_schema(folder)
    if schema.validate(etree.fromstring(content)):
        return []
    return str(schema.error_log).splitlines()


@lru_cache
def _report_schema(folder: Path) -> etree.XMLSchema:
    """The vendor's full set does not compile in libxml2. Of the report the parts that
    hold whole documents (Data) are left out, with what they include."""
    root = etree.parse(folder / "xsd" / "_Report.xsd").getroot()
    for each in list(root.iter(f"{XS}include")):
        root.remove(each)
    for each in list(root.iter(f"{XS}element")):
        parent = each.getparent()
        if each.get("name") == "Data" and parent is not None:
            parent.remove(each)
    return etree.XMLSchema(etree.fromstring(etree.tostring(root)))
