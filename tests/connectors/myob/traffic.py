"""Holds what goes to and fro against MYOB's catalogue of fields: zero findings.

The catalogue names the members of each class of MYOB's own client, and their types. Two
frames are explained, which it does not hold: that of a list (`Items`, `NextPageLink`,
`Count`), and that of refusals (`Errors`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.transport.json_codec import decode
from tests.connectors.spec_check.recorder import Sent

BASE = re.compile(r"^/accountright/[^/]+/?")
FRAME = {"Items", "NextPageLink", "Count"}
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLASSES = {
    "": "CompanyFileWithResources",
    "Company/Preferences": "CompanyPreferences",
    "Contact/Customer": "Customer",
    "Contact/Supplier": "Supplier",
    "GeneralLedger/Account": "Account",
    "GeneralLedger/TaxCode": "TaxCode",
    "Inventory/Item": "Item",
    "Sale/Invoice": "Invoice",
    "Sale/Invoice/Service": "ServiceInvoice",
    "Sale/Invoice/Item": "ItemInvoice",
    "Sale/Invoice/Professional": "ProfessionalInvoice",
    "Sale/Invoice/TimeBilling": "TimeBillingInvoice",
    "Sale/Invoice/Miscellaneous": "MiscellaneousInvoice",
    "Purchase/Bill": "Bill",
    "Purchase/Bill/Service": "ServiceBill",
    "Purchase/Bill/Item": "ItemBill",
    "Purchase/Bill/Professional": "ProfessionalBill",
    "Purchase/Bill/Miscellaneous": "MiscellaneousBill",
    "Sale/CustomerPayment": "CustomerPayment",
    "Sale/CreditRefund": "CreditRefund",
    "Sale/CreditSettlement": "CreditSettlement",
    "Purchase/SupplierPayment": "SupplierPayment",
}
Catalogue = Mapping[str, Mapping[str, str]]


def load(folder: Path) -> Catalogue:
    found: Catalogue = json.loads((folder / "fields.json").read_text())
    return found


def findings(folder: Path, traffic: Iterable[Sent]) -> list[str]:
    """Once each."""
    catalogue = load(folder)
    return sorted({each for sent in traffic for each in _of(catalogue, sent)})


def resource(sent: Sent) -> str | None:
    """The path without an id at its end; None where it is none of a company file."""
    path = urlsplit(sent.url).path
    match = BASE.match(path)
    if match is None:
        return None
    parts = path[match.end() :].strip("/").split("/")
    return "/".join(part for part in parts if not GUID.fullmatch(part))


def _of(catalogue: Catalogue, sent: Sent) -> Iterator[str]:
    path = resource(sent)
    if path is None:
        return
    if path not in CLASSES:
        yield f"{path} is no resource"
        return
    name = CLASSES[path]
    if sent.body:
        where = f"{sent.method} {path}"
        yield from _object(catalogue, name, decode(sent.body), where)
    yield from _answer(catalogue, name, sent, path)


def _answer(catalogue: Catalogue, name: str, sent: Sent, path: str) -> Iterator[str]:
    try:
        body = decode(sent.answer) if sent.answer else None
    except ValueError:  # spoilt on purpose
        return
    if not isinstance(body, dict) or not body or "Errors" in body:
        return
    where = f"answer to {sent.method} {path}"
    rows = [body]
    if "Items" in body:
        rows = body["Items"]
        if unknown := body.keys() - FRAME:
            yield f"{where}: {sorted(unknown)} in the frame"
    for row in rows:
        yield from _object(catalogue, name, row, where)


def _object(catalogue: Catalogue, name: str, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {name} is no object"
        return
    for member, held in value.items():
        kind = catalogue[name].get(member)
        if kind is None:
            yield f"{where}: {name} has no {member}"
        elif held is not None:
            yield from _value(catalogue, kind, held, f"{where}: {name}.{member}")


def _value(catalogue: Catalogue, kind: str, held: Any, where: str) -> Iterator[str]:
    kind = kind.removesuffix("?")
    if kind.startswith("list:"):
        if not isinstance(held, list):
            yield f"{where} is no list"
            return
        for each in held:
            yield from _value(catalogue, kind.removeprefix("list:"), each, where)
    elif kind in catalogue:
        yield from _object(catalogue, kind, held, where)
    elif not _fits(kind, held):
        yield f"{where} is {held!r}, and no {kind}"


def _fits(kind: str, held: Any) -> bool:
    if kind.startswith("enum:"):
        return held in kind.removeprefix("enum:").split("|")
    if kind == "guid":
        return isinstance(held, str) and bool(GUID.fullmatch(held))
    if kind == "date":
        return isinstance(held, str) and _is_moment(held)
    if kind == "bool":
        return isinstance(held, bool)
    if kind in ("int", "decimal"):
        whole = isinstance(held, int) and not isinstance(held, bool)
        return whole or (kind == "decimal" and isinstance(held, Decimal))
    return kind == "any" or isinstance(held, str)


def _is_moment(text: str) -> bool:
    try:
        return "T" in text and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
