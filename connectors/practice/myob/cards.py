"""Customers and suppliers: checked, laid in the books."""

from collections.abc import Mapping
from typing import Any

from ..books import Address, Party, Role
from ..ledger import Ledger
from ..shape import Misfit
from . import shapes
from .linking import CARDS
from .masters import DETAILS
from .refusals import misfit, required, stale, unknown

Sent = Mapping[str, Any]
ROLES = {path: role for role, path in CARDS.items()}


def create(ledger: Ledger, path: str, body: Any) -> Party:
    """Raises `Refused` or `LedgerError`."""
    sent, role = _parsed(path, body), ROLES[path]
    if {"UID", "RowVersion"} & sent.keys():
        raise stale()
    details = sent[DETAILS[role]]
    address: Sent = next(iter(sent.get("Addresses", ())), {})
    card_id = sent.get("DisplayID", "")
    return ledger.parties.create(
        Party(
            name=_name(sent),
            roles=(role,),
            code="" if card_id == "*None" else card_id,
            email=address.get("Email", ""),
            phone=address.get("Phone1", ""),
            tax_number=details.get("ABN") or details.get("TaxIdNumber", ""),
            currency=ledger.company.currency,
            address=_address(address),
            active=sent.get("IsActive", True),
            extra={
                "individual": sent.get("IsIndividual", False),
                "tax_codes": _tax_codes(ledger, details, role),
            },
        )
    )


def _parsed(path: str, body: Any) -> dict[str, Any]:
    try:
        return shapes.CARDS[path].parsed(body)
    except Misfit as error:
        raise misfit(error) from error


def _name(sent: Sent) -> str:
    """A person has two names, a company one."""
    if not sent.get("IsIndividual"):
        if not sent.get("CompanyName"):
            raise required("CompanyName")
        return str(sent["CompanyName"])
    if not sent.get("LastName"):
        raise required("LastName")
    return " ".join(filter(None, (sent.get("FirstName"), sent["LastName"])))


def _tax_codes(ledger: Ledger, details: Sent, role: Role) -> tuple[str, str]:
    found = [details[name]["UID"] for name in ("TaxCode", "FreightTaxCode")]
    for name, id in zip(("TaxCode", "FreightTaxCode"), found, strict=True):
        if ledger.tax_codes.find(id) is None:
            raise unknown(f"{DETAILS[role]}.{name}")
    return found[0], found[1]


def _address(sent: Sent) -> Address:
    return Address(
        street=sent.get("Street", ""),
        city=sent.get("City", ""),
        region=sent.get("State", ""),
        postcode=sent.get("PostCode", ""),
        country=sent.get("Country", ""),
    )
