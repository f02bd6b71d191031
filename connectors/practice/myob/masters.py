"""Cards, accounts, tax codes, items and the company file as MYOB's JSON objects."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from ..books import ZERO, Account, AccountType, Company, Item, Party, Role, TaxCode
from . import numbers
from .linking import CARDS, Json, Linking, card_id, moment

DETAILS = {Role.CUSTOMER: "SellingDetails", Role.SUPPLIER: "BuyingDetails"}
TYPES = {
    AccountType.INCOME: ("Income", "Income"),
    AccountType.EXPENSE: ("Expense", "Expense"),
    AccountType.COST_OF_SALES: ("CostOfSales", "CostOfSales"),
    AccountType.BANK: ("Asset", "Bank"),
    AccountType.RECEIVABLE: ("Asset", "AccountReceivable"),
    AccountType.PAYABLE: ("Liability", "AccountsPayable"),
    AccountType.TAX: ("Liability", "OtherCurrentLiability"),
    AccountType.ASSET: ("Asset", "FixedAsset"),
    AccountType.LIABILITY: ("Liability", "OtherLiability"),
    AccountType.EQUITY: ("Equity", "Equity"),
}
_OWED = {"Liability", "Equity", "Income"}


class Masters(Linking):
    def card(self, row: Party, role: Role) -> Json:
        return self._record(row, CARDS[role]) | {
            "IsIndividual": bool(row.extra.get("individual")),
            "IsActive": row.active,
            "DisplayID": card_id(row),
            "Type": role.value.title(),
            "CurrentBalance": self.ledger.party_balance(row.id),
            "Addresses": [_address(row)],
            DETAILS[role]: self._details(row),
            **_names(row),
        }

    def _details(self, row: Party) -> Json:
        code, freight = row.extra.get("tax_codes", ("", ""))
        is_abn = row.tax_number.replace(" ", "").isdecimal()
        return {
            "ABN": row.tax_number if is_abn else None,
            "TaxIdNumber": None if is_abn else row.tax_number or None,
            "TaxCode": self._tax_link(code),
            "FreightTaxCode": self._tax_link(freight),
        }

    def account(self, row: Account, balances: Mapping[str, Decimal]) -> Json:
        classification, type = TYPES[row.type]
        balance = balances.get(row.id, ZERO)
        return self._record(row, "GeneralLedger/Account") | {
            "Name": row.name,
            "DisplayID": row.code,
            "Number": int(row.code) if row.code.isdecimal() else 0,
            "Classification": classification,
            "Type": type,
            "IsActive": row.active,
            "IsHeader": False,
            "Level": 4,
            "CurrentBalance": -balance if classification in _OWED else balance,
            "TaxCode": self._tax_link(row.tax_code),
        }

    def tax_code(self, row: TaxCode) -> Json:
        return self._record(row, "GeneralLedger/TaxCode") | {
            "Code": row.code,
            "Description": row.name,
            "Type": "InputTaxed" if row.exempt else "GST_VAT",
            "Rate": self.ledger.tax_codes.percent(row.id),
            "IsRateNegative": False,
        }

    def item(self, row: Item) -> Json:
        accounts = self.ledger.accounts
        income = accounts.find(row.income_account) if row.income_account else None
        expense = accounts.find(row.expense_account) if row.expense_account else None
        return self._record(row, "Inventory/Item") | {
            "Number": row.code,
            "Name": row.name,
            "IsActive": row.active,
            "IsSold": income is not None,
            "IsBought": expense is not None,
            "IsInventoried": False,
            "BaseSellingPrice": row.price,
            "IncomeAccount": self._account_link(income),
            "ExpenseAccount": self._account_link(expense),
        }

    def preferences(self) -> Json:
        company = self.ledger.company
        free = self.ledger.tax_codes.with_percent(ZERO).id
        terms = {
            "PaymentIsDue": "InAGivenNumberOfDays",
            "BalanceDueDate": 30,
            "TaxCode": self._tax_link(free),
            "FreightTaxCode": self._tax_link(free),
        }
        lock = company.closed_until and company.closed_until + dt.timedelta(days=1)
        return {
            "System": {
                "LockPeriodPriorTo": moment(lock) if lock else None,
                "TransactionsCannotBeChangedMustBeReversed": reversed_only(company),
                "UseAlphaAccountIdentifier": False,
            },
            "Sales": {"Terms": terms},
            "Purchases": {"Terms": terms},
            "RowVersion": numbers.row_version(company),
        }

    def file(self) -> Json:
        company = self.ledger.company
        return {
            "Id": company.id,
            "Name": company.name,
            "ProductVersion": "2026.10",
            "Country": company.country,
            "Uri": self.root,
            "UIAccessFlags": 3,
        }


def reversed_only(company: Company) -> bool:
    return bool(company.extra.get("must_be_reversed"))


def _names(row: Party) -> Json:
    if not row.extra.get("individual"):
        return {"CompanyName": row.name, "LastName": None, "FirstName": None}
    first, _, last = row.name.rpartition(" ")
    return {"CompanyName": None, "LastName": last, "FirstName": first or None}


def _address(row: Party) -> Json:
    pairs = {
        "Street": row.address.street,
        "City": row.address.city,
        "State": row.address.region,
        "PostCode": row.address.postcode,
        "Country": row.address.country,
        "Phone1": row.phone,
        "Email": row.email,
    }
    return {"Location": 1} | {name: value or None for name, value in pairs.items()}
