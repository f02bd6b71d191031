"""Customers, suppliers and business partners, accounts and the company code."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..books import Address, Party, Role
from ..ledger import Ledger
from .codes import CHART, COMPANY_CODE
from .refusals import Refused

Row = dict[str, Any]
LENGTHS = {"OrganizationBPName1": 40, "OrganizationBPName2": 40, "SearchTerm1": 20}
KNOWN = {
    *LENGTHS,
    "BusinessPartnerCategory",
    "BusinessPartnerGrouping",
    "to_BusinessPartnerRole",
    "to_BusinessPartnerAddress",
    "to_BusinessPartnerTax",
    "to_Customer",
    "to_Supplier",
}


def accounts(ledger: Ledger) -> Iterator[Row]:
    for row in ledger.accounts.table:
        name = {"ChartOfAccounts": CHART, "GLAccount": row.code, "Language": "EN"}
        text = {**name, "GLAccountName": row.name[:20], "GLAccountLongName": row.name}
        yield {
            "ChartOfAccounts": CHART,
            "GLAccount": row.code,
            "to_Text": {"results": [text]},
        }


def company(ledger: Ledger) -> Row:
    return {
        "CompanyCode": COMPANY_CODE,
        "CompanyCodeName": ledger.company.name,
        "Currency": ledger.company.currency,
        "Country": ledger.company.country,
    }


def in_role(ledger: Ledger, role: Role) -> Iterator[Row]:
    word = role.value.capitalize()
    for row in ledger.parties.in_role(role):
        yield {
            word: row.id,
            f"{word}Name": row.name,
            "VATRegistration": row.tax_number,
            "PostingIsBlocked": not row.active,
            "DeletionIndicator": False,
        }


def partners(ledger: Ledger) -> Iterator[Row]:
    for row in ledger.parties.table:
        yield partner(row)


def partner(row: Party) -> Row:
    first, _, second = row.name, "", ""
    if len(row.name) > 40:
        cut = row.name.rfind(" ", 0, 41)
        first, second = row.name[:cut], row.name[cut + 1 :]
    return {
        "BusinessPartner": row.id,
        "BusinessPartnerFullName": row.name,
        "OrganizationBPName1": first,
        "OrganizationBPName2": second,
        "SearchTerm1": row.code,
        "Customer": row.id if Role.CUSTOMER in row.roles else "",
        "Supplier": row.id if Role.SUPPLIER in row.roles else "",
        "BusinessPartnerIsBlocked": not row.active,
        "to_BusinessPartnerAddress": {"results": [_address_row(row)]},
        "to_BusinessPartnerTax": {"results": _tax_rows(row)},
    }


def create(ledger: Ledger, sent: Mapping[str, Any]) -> Row:
    """Raises `Refused` or `LedgerError`."""
    if unknown := sent.keys() - KNOWN:
        raise Refused(f"Property '{min(unknown)}' is invalid", "/IWCOR/CX_DS_EDM_ERROR")
    for name, limit in LENGTHS.items():
        if len(str(sent.get(name, ""))) > limit:
            raise Refused(f"Property '{name}' exceeds its length", "/IWCOR/CX_EDM")
    for name in ("BusinessPartnerCategory", "BusinessPartnerGrouping"):
        if not sent.get(name):
            raise Refused(f"Enter a value for {name}", "R11/401")
    if not sent.get("OrganizationBPName1"):
        raise Refused("Enter a name for the organisation", "R1/116")
    roles = {str(r["BusinessPartnerRole"])[:4] for r in results(sent, _ROLE)}
    customer = "FLCU" in roles
    place = next(iter(results(sent, "to_BusinessPartnerAddress")), None)
    if not place or not place.get("Country"):
        raise Refused("Enter a country", "AM/002")
    side = sent.get("to_Customer" if customer else "to_Supplier") or {}
    companies = results(side, f"to_{'Customer' if customer else 'Supplier'}Company")
    for each in companies:
        if each.get("CompanyCode") != COMPANY_CODE or not each["ReconciliationAccount"]:
            raise Refused("Enter a reconciliation account", "F2/173")
    tax = next(iter(results(sent, "to_BusinessPartnerTax")), {})
    mail = next(iter(results(place, "to_EmailAddress")), {})
    phone = next(iter(results(place, "to_PhoneNumber")), {})
    names = (str(sent.get(f"OrganizationBPName{n}", "")) for n in (1, 2))
    made = ledger.parties.create(
        Party(
            name=" ".join(filter(None, names)),
            roles=(Role.CUSTOMER if customer else Role.SUPPLIER,),
            code=str(sent.get("SearchTerm1", "")),
            email=str(mail.get("EmailAddress", "")),
            phone=str(phone.get("PhoneNumber", "")),
            tax_number=str(tax.get("BPTaxNumber", "")),
            address=Address(
                street=str(place.get("StreetName", "")),
                city=str(place.get("CityName", "")),
                region=str(place.get("Region", "")),
                postcode=str(place.get("PostalCode", "")),
                country=str(place["Country"]),
            ),
        )
    )
    return partner(made)


def results(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = row.get(name) or {}
    return list(found.get("results") or ()) if isinstance(found, Mapping) else []


def _address_row(row: Party) -> Row:
    address = row.address
    mails = [{"EmailAddress": row.email}] if row.email else []
    phones = [{"PhoneNumber": row.phone}] if row.phone else []
    return {
        "StreetName": address.street,
        "CityName": address.city,
        "Region": address.region,
        "PostalCode": address.postcode,
        "Country": address.country,
        "to_EmailAddress": {"results": mails},
        "to_PhoneNumber": {"results": phones},
    }


def _tax_rows(row: Party) -> list[Row]:
    if not row.tax_number:
        return []
    return [{"BPTaxType": f"{row.tax_number[:2]}0", "BPTaxNumber": row.tax_number}]


_ROLE = "to_BusinessPartnerRole"
