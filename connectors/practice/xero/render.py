"""The books as Xero's JSON objects."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from ..books import (
    ZERO,
    Account,
    AccountType,
    Address,
    Allocation,
    Direction,
    Document,
    Item,
    Kind,
    Line,
    Party,
    Payment,
    State,
    Status,
)
from ..ledger import Ledger
from . import taxes

Json = dict[str, Any]
TYPES = {
    Kind.SALES_INVOICE: "ACCREC",
    Kind.SUPPLIER_INVOICE: "ACCPAY",
    Kind.CREDIT_NOTE: "ACCRECCREDIT",
    Kind.SUPPLIER_CREDIT: "ACCPAYCREDIT",
}
KINDS = {type: kind for kind, type in TYPES.items()}
ACCOUNT_TYPES = {
    AccountType.INCOME: ("REVENUE", "REVENUE", ""),
    AccountType.EXPENSE: ("EXPENSE", "EXPENSE", ""),
    AccountType.COST_OF_SALES: ("DIRECTCOSTS", "EXPENSE", ""),
    AccountType.BANK: ("BANK", "ASSET", ""),
    AccountType.RECEIVABLE: ("CURRENT", "ASSET", "DEBTORS"),
    AccountType.PAYABLE: ("CURRLIAB", "LIABILITY", "CREDITORS"),
    AccountType.TAX: ("CURRLIAB", "LIABILITY", "GST"),
    AccountType.ASSET: ("FIXED", "ASSET", ""),
    AccountType.LIABILITY: ("LIABILITY", "LIABILITY", ""),
    AccountType.EQUITY: ("EQUITY", "EQUITY", ""),
}
_PAYMENT_TYPES = {
    Kind.SALES_INVOICE: "ACCRECPAYMENT",
    Kind.SUPPLIER_INVOICE: "ACCPAYPAYMENT",
    Kind.CREDIT_NOTE: "ARCREDITPAYMENT",
    Kind.SUPPLIER_CREDIT: "APCREDITPAYMENT",
}


def stamp(moment: dt.datetime) -> str:
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def _dates(name: str, on: dt.date | None) -> Json:
    if on is None:
        return {}
    midnight = dt.datetime(on.year, on.month, on.day, tzinfo=dt.UTC)
    return {f"{name}String": f"{on.isoformat()}T00:00:00", name: stamp(midnight)}


# --- documents


def status(row: Document) -> str:
    if row.deleted:
        return "DELETED"
    if row.state is State.VOID:
        return "VOIDED"
    if row.state is State.DRAFT:
        return str(row.extra.get("status", "DRAFT"))
    return "PAID" if row.status is Status.PAID else "AUTHORISED"


def header(ledger: Ledger, row: Document) -> Json:
    """Without lines, as lists that are not paged bring it."""
    body: Json = {
        "Type": TYPES[row.kind],
        "Contact": {"ContactID": row.party, "Name": _name(ledger, row.party)},
        **_dates("Date", row.date),
        "Status": status(row),
        "LineAmountTypes": row.extra.get("mode", "Exclusive"),
        "SubTotal": row.net,
        "TotalTax": row.tax,
        "Total": row.gross,
        "UpdatedDateUTC": stamp(row.updated_at),
        "CurrencyCode": row.currency,
        "CurrencyRate": _rate(row),
        "HasErrors": False,
    }
    return body | (_credit(row) if row.kind.is_credit else _invoice(ledger, row))


def document(ledger: Ledger, row: Document, *, places: int = 4) -> Json:
    purchase = row.kind.is_purchase
    lines = [_line(ledger, row, n, purchase=purchase) for n in range(len(row.lines))]
    for line in lines:
        line["UnitAmount"] = round(line["UnitAmount"], places)
    return header(ledger, row) | {"LineItems": lines}


def _invoice(ledger: Ledger, row: Document) -> Json:
    paid = ZERO if row.deleted else _paid(ledger, row)
    body: Json = {
        "InvoiceID": row.id,
        "InvoiceNumber": row.number,
        **_dates("DueDate", row.due),
        "AmountDue": ZERO if row.deleted else row.balance,
        "AmountPaid": paid,
        "AmountCredited": row.settled - paid,
        "SentToContact": row.sent,
    }
    if row.kind is Kind.SALES_INVOICE:
        return body | {"Reference": _shown_reference(row)}
    return body | ({"Url": row.extra["url"]} if row.extra.get("url") else {})


def _credit(row: Document) -> Json:
    return {
        "CreditNoteID": row.id,
        "CreditNoteNumber": row.number,
        "Reference": _shown_reference(row),
        "RemainingCredit": ZERO if row.deleted else row.balance,
        "SentToContact": row.sent,
    }


def _shown_reference(row: Document) -> str:
    return str(row.extra.get("reference", row.reference))


def _paid(ledger: Ledger, row: Document) -> Decimal:
    rows = ledger.settlements.of_document(row.id)
    return sum((each.amount for each in rows if each.payment), ZERO)


def _rate(row: Document) -> Decimal:
    return Decimal(1) if row.rate == 1 else round(1 / row.rate, 6)


def _name(ledger: Ledger, party_id: str) -> str:
    party = ledger.parties.table.peek(party_id)
    return party.name if party else ""


def line_id(row: Document, at: int) -> str:
    return str(uuid5(NAMESPACE_OID, f"{row.id}/{at}"))


def _line(ledger: Ledger, row: Document, at: int, *, purchase: bool) -> Json:
    line = row.lines[at]
    inclusive = row.prices_include_tax
    body: Json = {
        "LineItemID": line_id(row, at),
        "Description": line.description,
        "Quantity": line.quantity,
        "UnitAmount": line.unit_price,
        "LineAmount": line.gross if inclusive else line.net,
        "TaxType": taxes.type_of(ledger, line, purchase=purchase),
        "TaxAmount": line.tax,
        "Tracking": [],
    }
    return body | _account(ledger, line, purchase=purchase)


def _account(ledger: Ledger, line: Line, *, purchase: bool) -> Json:
    account = ledger.line_account(line, purchase=purchase)
    item = ledger.items.find(line.item) if line.item else None
    body = {"AccountCode": account.code, "AccountID": account.id} if account else {}
    return body | ({"ItemCode": item.code} if item and item.code else {})


# --- payments


def allocation(row: Allocation) -> Json:
    return {
        "AllocationID": row.id,
        "Amount": row.amount,
        "Date": stamp(row.created_at),
        "Invoice": {"InvoiceID": row.document},
    }


def payment(ledger: Ledger, row: Payment) -> Json | None:
    """None: money on account is no payment of Xero's."""
    paid = _paid_document(ledger, row)
    if paid is None:
        return None
    ended = row.state is State.VOID or row.deleted
    account = ledger.accounts.table.peek(row.account)
    body: Json = {
        "PaymentID": row.id,
        **_dates("Date", row.date),
        "Amount": row.amount,
        "Reference": row.number,
        "CurrencyRate": Decimal(1),
        "PaymentType": _PAYMENT_TYPES[paid.kind],
        "Status": "DELETED" if ended else "AUTHORISED",
        "UpdatedDateUTC": stamp(row.updated_at),
        "HasAccount": account is not None,
        "IsReconciled": False,
        "CreditNote" if paid.kind.is_credit else "Invoice": _paid_ref(ledger, paid),
    }
    if account is not None:
        body["Account"] = {"AccountID": account.id, "Code": account.code}
    if batch := row.extra.get("batch"):
        body |= {"BatchPaymentID": batch, "BatchPayment": {"BatchPaymentID": batch}}
    return body


def _paid_document(ledger: Ledger, row: Payment) -> Document | None:
    rows = ledger.settlements.of_payment(row.id)
    told = row.extra.get("document") or (rows[0].document if rows else "")
    return ledger.documents.table.peek(told) if told else None


def _paid_ref(ledger: Ledger, row: Document) -> Json:
    contact = {"ContactID": row.party, "Name": _name(ledger, row.party)}
    name = "CreditNote" if row.kind.is_credit else "Invoice"
    return {
        "Type": TYPES[row.kind],
        f"{name}ID": row.id,
        f"{name}Number": row.number,
        "Contact": contact,
        "CurrencyCode": row.currency,
    }


def direction(kind: Kind) -> Direction:
    out = kind.is_purchase != kind.is_credit
    return Direction.MADE if out else Direction.RECEIVED


# --- master data


def contact(ledger: Ledger, row: Party) -> Json:
    kinds = {document.kind for document in ledger.documents.of_party(row.id)}
    body: Json = {
        "ContactID": row.id,
        "ContactStatus": "ACTIVE" if row.active else "ARCHIVED",
        "Name": row.name,
        "EmailAddress": row.email,
        "AccountNumber": row.code,
        "TaxNumber": row.tax_number,
        "CompanyNumber": row.company_number,
        "DefaultCurrency": row.currency,
        "Addresses": [_address(row.address)],
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": row.phone}],
        "IsCustomer": bool(kinds & {Kind.SALES_INVOICE, Kind.CREDIT_NOTE}),
        "IsSupplier": any(kind.is_purchase for kind in kinds),
        "UpdatedDateUTC": stamp(row.updated_at),
        "HasValidationErrors": False,
    }
    return {name: value for name, value in body.items() if value != ""}


def _address(address: Address) -> Json:
    return {
        "AddressType": "POBOX",
        "AddressLine1": address.street,
        "City": address.city,
        "Region": address.region,
        "PostalCode": address.postcode,
        "Country": address.country,
    }


def account(row: Account) -> Json:
    kind, family, system = ACCOUNT_TYPES[row.type]
    body: Json = {
        "AccountID": row.id,
        "Code": row.code,
        "Name": row.name,
        "Status": "ACTIVE" if row.active else "ARCHIVED",
        "Type": kind,
        "Class": family,
        "TaxType": "NONE",
        "EnablePaymentsToAccount": False,
        "UpdatedDateUTC": stamp(row.updated_at),
    }
    if system:
        body["SystemAccount"] = system
    if row.type is AccountType.BANK:
        body |= {"CurrencyCode": row.currency, "BankAccountType": "BANK"}
    return body


def item(ledger: Ledger, row: Item) -> Json:
    body: Json = {
        "ItemID": row.id,
        "Code": row.code or row.name[:30],
        "Name": row.name[:50],
        "IsSold": bool(row.income_account),
        "IsPurchased": bool(row.expense_account),
        "IsTrackedAsInventory": False,
        "UpdatedDateUTC": stamp(row.updated_at),
    }
    for side, account_id in (
        ("SalesDetails", row.income_account),
        ("PurchaseDetails", row.expense_account),
    ):
        found = ledger.accounts.find(account_id) if account_id else None
        if found is not None:
            body[side] = {"AccountCode": found.code}
    return body


def tax_rate(ledger: Ledger, each: taxes.TaxType) -> Json:
    code = taxes.code_of(ledger, each)
    percent = ledger.tax_codes.percent(code.id) if code else ZERO
    return {
        "Name": each.name,
        "TaxType": each.type,
        "Status": "ACTIVE",
        "CanApplyToRevenue": each.sales,
        "CanApplyToExpenses": each.purchases,
        "CanApplyToAssets": each.purchases,
        "CanApplyToEquity": each.type == "NONE",
        "CanApplyToLiabilities": each.type == "NONE",
        "DisplayTaxRate": percent,
        "EffectiveRate": percent,
        "TaxComponents": [
            {
                "Name": "VAT",
                "Rate": percent,
                "IsCompound": False,
                "IsNonRecoverable": False,
            }
        ],
    }


def organisation(ledger: Ledger) -> Json:
    company = ledger.company
    return {
        "OrganisationID": company.id,
        "Name": company.name,
        "LegalName": company.name,
        "PaysTax": True,
        "Version": "UK",
        "OrganisationType": "COMPANY",
        "BaseCurrency": company.currency,
        "CountryCode": company.country,
        "IsDemoCompany": True,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUALS",
        "Timezone": "GMTSTANDARDTIME",
        "ShortCode": f"!{company.id[:5]}",
        **_lock(company.closed_until),
    }


def _lock(closed: dt.date | None) -> Json:
    dates = _dates("PeriodLockDate", closed)
    return {name: value for name, value in dates.items() if name == "PeriodLockDate"}
