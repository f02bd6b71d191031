"""Our records, as S/4HANA wants them. Pure.

SAP computes no tax here: each tax code of a document brings its base and its amount,
and debits and credits must balance.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors.amounts import line_taxes
from connectors.errors import Rejected, Unsupported
from connectors.records import (
    ZERO,
    Address,
    Document,
    DocumentKind,
    Line,
    Party,
    PartyRole,
)
from connectors.sap_s4hana_cloud.api import ticks
from connectors.sap_s4hana_cloud.connection import Rules

NUMBER_LENGTH = 16
HEADER_LENGTH = 25
TEXT_LENGTH = 50
NAME_LENGTH = 40
# The text of the customer's or supplier's line, by which a document is known as ours.
OURS = "FinSync "
# A document of finance has 999 lines at most; some are the party's and the taxes'.
MOST_LINES = 980
_ROLES = {
    PartyRole.CUSTOMER: ("FLCU00", "FLCU01"),
    PartyRole.SUPPLIER: ("FLVN00", "FLVN01"),
}


@dataclass(frozen=True, slots=True)
class TaxSum:
    code: str
    base: Decimal
    tax: Decimal


def party_text(document: Document) -> str:
    return f"{OURS}{document.reference}"[:TEXT_LENGTH]


def our_reference(text: str) -> str:
    return text.removeprefix(OURS) if text.startswith(OURS) else ""


def tax_sums(document: Document) -> list[TaxSum]:
    """One for each tax code, those of nothing too."""
    sums: dict[str, TaxSum] = {}
    for line, tax in zip(document.lines, line_taxes(document), strict=True):
        old = sums.get(line.tax_code_id, TaxSum(line.tax_code_id, ZERO, ZERO))
        new = TaxSum(old.code, old.base + line.net, old.tax + tax)
        sums[line.tax_code_id] = new
    return [each for each in sums.values() if each.code]


def posted_lines(document: Document) -> list[Line]:
    """Finance keeps amounts alone, so that lines of nothing stay behind."""
    return [line for line in document.lines if line.net]


def warnings_of(document: Document) -> tuple[str, ...]:
    empty = [line for line in document.lines if not line.net]
    long = [line for line in document.lines if len(line.text) > TEXT_LENGTH]
    found = []
    for what, lines in (
        ("was left out, for it comes to nothing", empty),
        (f"was cut at {TEXT_LENGTH} characters", long),
    ):
        if lines:
            numbers = ", ".join(str(line.position) for line in lines)
            found.append(f"Line {numbers} {what}.")
    return tuple(found)


def check(document: Document) -> None:
    """Raises `Rejected` or `Unsupported` for what SAP cannot be told."""
    if document.kind is DocumentKind.SALES_ORDER:
        raise Unsupported("FinSync sends no orders to SAP.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"SAP keeps {NUMBER_LENGTH} characters of a number.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    if not document.gross:
        raise Rejected(
            "SAP posts no document of zero.", status_code="ZERO_VALUE", field="lines"
        )
    if len(document.lines) > MOST_LINES:
        raise Rejected(f"SAP posts {MOST_LINES} lines at most.", field="lines")
    for line in document.lines:
        if not line.account_id:
            raise Rejected(
                f"Line {line.position} has no G/L account.",
                status_code="NO_NOMINAL",
                field="lines",
            )


def bill_payload(document: Document, rules: Rules) -> dict[str, Any]:
    """A_SupplierInvoice with its lines and taxes, which can be made no other way."""
    check(document)
    currency = document.currency
    payload: dict[str, Any] = {
        "CompanyCode": rules["company_code"],
        "DocumentDate": ticks(document.date),
        "PostingDate": ticks(document.date),
        "SupplierInvoiceIDByInvcgParty": document.number,
        "InvoicingParty": document.party_id,
        "DocumentCurrency": currency,
        "InvoiceGrossAmount": f"{document.gross:f}",
        "DocumentHeaderText": document.number[:HEADER_LENGTH],
        "SupplierPostingLineItemText": party_text(document),
        "TaxIsCalculatedAutomatically": False,
        "to_SupplierInvoiceItemGLAcct": {
            "results": [
                _bill_line(number, line, currency, rules)
                for number, line in enumerate(posted_lines(document), start=1)
            ]
        },
    }
    taxes = [
        {
            "TaxCode": each.code,
            "DocumentCurrency": currency,
            "TaxAmount": f"{each.tax:f}",
            "TaxBaseAmountInTransCrcy": f"{each.base:f}",
        }
        for each in tax_sums(document)
    ]
    return payload | ({"to_SupplierInvoiceTax": {"results": taxes}} if taxes else {})


def party_payload(party: Party, rules: Rules) -> dict[str, Any]:
    """A business partner in the company code. Raises `Unsupported` where no
    reconciliation account is named."""
    customer = party.role is PartyRole.CUSTOMER
    account = rules["receivables" if customer else "payables"]
    if not account:
        raise Unsupported(
            "To make partners in SAP, name their reconciliation account on the "
            "connection. Until then, link those that are there.",
        )
    company = {"CompanyCode": rules["company_code"], "ReconciliationAccount": account}
    names = split_name(party.name)
    payload: dict[str, Any] = {
        "BusinessPartnerCategory": "2",
        "BusinessPartnerGrouping": rules["grouping"],
        **{f"OrganizationBPName{n}": part for n, part in enumerate(names, start=1)},
        "to_BusinessPartnerRole": _results(
            [{"BusinessPartnerRole": role} for role in _ROLES[party.role]]
        ),
        "to_BusinessPartnerAddress": _results([_address(party, rules)]),
        "to_Customer" if customer else "to_Supplier": {
            "to_CustomerCompany" if customer else "to_SupplierCompany": _results(
                [company]
            )
        },
    }
    if party.code:
        payload["SearchTerm1"] = party.code[:20]
    if party.tax_number:
        land = party.tax_number[:2].upper()
        land = land if land.isalpha() else _country(party.address, rules)
        tax = {"BPTaxType": f"{land}0", "BPTaxNumber": party.tax_number[:20]}
        payload["to_BusinessPartnerTax"] = _results([tax])
    return payload


def split_name(name: str) -> list[str]:
    """Two fields of 40, split at a blank, which SAP puts back. Raises `Rejected`."""
    if len(name) <= NAME_LENGTH:
        return [name]
    cut = name.rfind(" ", 0, NAME_LENGTH + 1)
    parts = [name[:cut], name[cut + 1 :]] if cut > 0 else ["", name]
    if any(not 0 < len(part) <= NAME_LENGTH for part in parts):
        raise Rejected("SAP keeps names of two times 40 characters.", field="name")
    return parts


def _bill_line(number: int, line: Line, currency: str, rules: Rules) -> dict[str, Any]:
    payload = {
        "SupplierInvoiceItem": f"{number:04d}",
        "CompanyCode": rules["company_code"],
        "GLAccount": line.account_id,
        "DocumentCurrency": currency,
        "SupplierInvoiceItemAmount": f"{abs(line.net):f}",
        "DebitCreditCode": "S" if line.net > ZERO else "H",
        "SupplierInvoiceItemText": line.text[:TEXT_LENGTH],
    }
    if line.tax_code_id:
        payload["TaxCode"] = line.tax_code_id
    if rules["cost_center"]:
        payload["CostCenter"] = rules["cost_center"]
    return payload


def _address(party: Party, rules: Rules) -> dict[str, Any]:
    address = party.address
    fields = {
        "StreetName": address.street[:60],
        "CityName": address.city[:40],
        "Region": address.region[:3],
        "PostalCode": address.postcode[:10],
    }
    payload: dict[str, Any] = {name: text for name, text in fields.items() if text}
    payload |= {"Country": _country(address, rules), "Language": "EN"}
    if party.email:
        payload["to_EmailAddress"] = _results([{"EmailAddress": party.email}])
    if party.phone:
        payload["to_PhoneNumber"] = _results([{"PhoneNumber": party.phone[:30]}])
    return payload


def _country(address: Address, rules: Rules) -> str:
    return address.country.strip().upper()[:3] or rules["country"]


def _results(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"results": rows}
