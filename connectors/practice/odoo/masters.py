"""The models of reference data: company, partners, accounts, taxes, journals, items.

Odoo's taxes are for sales or for purchases; the ledger's codes are for both, so each is
shown twice. Payments go through journals, one for each bank account.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ..books import Account, AccountType, Item, ItemType, Party, Role, TaxCode
from ..ledger import Ledger
from . import trouble
from .orm import Field, Json, Model

COMPANY_ID = 1
SALES_JOURNAL, PURCHASE_JOURNAL, BANK_JOURNALS = 1, 2, 100
PURCHASE_TAXES = 1000
CURRENCIES = {"USD": 1, "EUR": 125, "GBP": 143}
COUNTRIES = {"GB": 231, "US": 233, "DE": 57, "FR": 75, "CZ": 56, "PL": 179, "IE": 101}
ACCOUNT_TYPES = {
    AccountType.INCOME: "income",
    AccountType.EXPENSE: "expense",
    AccountType.COST_OF_SALES: "expense_direct_cost",
    AccountType.BANK: "asset_cash",
    AccountType.RECEIVABLE: "asset_receivable",
    AccountType.PAYABLE: "liability_payable",
    AccountType.TAX: "liability_current",
    AccountType.ASSET: "asset_fixed",
    AccountType.LIABILITY: "liability_current",
    AccountType.EQUITY: "equity",
}
PARTNER_WRITABLE = {
    "name": "char",
    "email": "char",
    "phone": "char",
    "vat": "char",
    "ref": "char",
    "company_registry": "char",
    "street": "char",
    "city": "char",
    "zip": "char",
    "is_company": "boolean",
    "active": "boolean",
    "country_id": "many2one",
    "customer_rank": "integer",
    "supplier_rank": "integer",
}
ITEM_WRITABLE = {
    "name": "char",
    "default_code": "char",
    "type": "char",
    "property_account_income_id": "many2one",
    "property_account_expense_id": "many2one",
}
DISPLAY = "display_name"


def version_of(ledger: Ledger) -> int:
    return int(ledger.company.extra.get("version", 18))


class Masters:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def models(self) -> list[Model]:
        return [
            self._company(),
            self._currency(),
            self._country(),
            self._partner(),
            self._account(),
            self._tax(),
            self._journal(),
            self._product(),
        ]

    def currency(self, code: str) -> tuple[int, str]:
        known = self.ledger.company.currencies
        other = 200 + known.index(code) if code in known else 0
        return CURRENCIES.get(code, other), code

    def currency_code(self, record_id: int) -> str:
        for code in self.ledger.company.currencies:
            if self.currency(code)[0] == record_id:
                return code
        raise trouble.missing("res.currency", record_id)

    def partner(self, party_id: str) -> tuple[int, str] | None:
        row = self.ledger.parties.table.peek(party_id)
        return (int(row.id), row.name) if row else None

    def account(self, account_id: str) -> tuple[int, str] | None:
        row = self.ledger.accounts.find(account_id) if account_id else None
        return (int(row.id), f"{row.code} {row.name}") if row else None

    def tax_code(self, record_id: int, *, purchase: bool) -> str:
        """The ledger's code. A tax of the other side is as good as none."""
        found = record_id - (PURCHASE_TAXES if purchase else 0)
        code = self.ledger.tax_codes.find(str(found))
        if code is None:
            raise trouble.unknown_tax()
        return code.id

    def journal(self, account_id: str) -> tuple[int, str] | None:
        row = self.ledger.accounts.find(account_id) if account_id else None
        return (int(row.id) + BANK_JOURNALS, row.name) if row else None

    def bank_account(self, journal_id: int) -> str:
        for row in self.banks():
            if int(row.id) + BANK_JOURNALS == journal_id:
                return row.id
        raise trouble.missing("account.journal", journal_id)

    def banks(self) -> list[Account]:
        rows = self.ledger.accounts.table
        return [row for row in rows if row.type is AccountType.BANK]

    # --- models

    def _company(self) -> Model:
        book = self.ledger
        fields = {
            "id": Field("integer", lambda _: COMPANY_ID),
            "name": Field("char", lambda row: row.name),
            "currency_id": Field(
                "many2one", lambda row: self.currency(row.currency), "res.currency"
            ),
            "country_id": Field(
                "many2one",
                lambda row: (COUNTRIES.get(row.country, 0), row.country),
                "res.country",
            ),
            "country_code": Field("char", lambda row: row.country),
            "tax_calculation_rounding_method": Field(
                "selection", lambda _: "round_per_line"
            ),
            "account_sale_tax_id": Field("many2one", lambda _: self._default(False)),
            "account_purchase_tax_id": Field("many2one", lambda _: self._default(True)),
            "fiscalyear_lock_date": Field("date", lambda row: row.closed_until),
        }
        if version_of(book) >= 18:
            for name in ("hard_lock_date", "sale_lock_date", "purchase_lock_date"):
                fields[name] = Field("date", lambda _: None)
        return Model("res.company", lambda: [book.company], fields)

    def default_tax(self) -> TaxCode:
        return self.ledger.tax_codes.with_percent(Decimal(20))

    def _default(self, purchase: bool) -> tuple[int, str]:
        code = self.default_tax()
        return int(code.id) + (PURCHASE_TAXES if purchase else 0), code.name

    def _currency(self) -> Model:
        fields = {
            "id": Field("integer", lambda row: row[0]),
            "name": Field("char", lambda row: row[1]),
            "active": Field("boolean", lambda _: True),
        }
        company = self.ledger.company
        return Model(
            "res.currency",
            lambda: [self.currency(code) for code in company.currencies],
            fields,
        )

    def _country(self) -> Model:
        fields = {
            "id": Field("integer", lambda row: row[1]),
            "code": Field("char", lambda row: row[0]),
            "name": Field("char", lambda row: row[0]),
        }
        return Model("res.country", lambda: list(COUNTRIES.items()), fields)

    def _partner(self) -> Model:
        def rank(role: Role) -> Field:
            return Field("integer", lambda row: int(role in row.roles))

        fields = {
            "id": Field("integer", lambda row: int(row.id)),
            DISPLAY: Field("char", lambda row: row.name),
            "name": Field("char", lambda row: row.name),
            "is_company": Field("boolean", lambda _: True),
            "email": Field("char", lambda row: row.email),
            "phone": Field("char", lambda row: row.phone),
            "vat": Field("char", lambda row: row.tax_number),
            "ref": Field("char", lambda row: row.code),
            "company_registry": Field("char", lambda row: row.company_number),
            "street": Field("char", lambda row: row.address.street),
            "city": Field("char", lambda row: row.address.city),
            "zip": Field("char", lambda row: row.address.postcode),
            "country_code": Field("char", lambda row: row.address.country),
            "customer_rank": rank(Role.CUSTOMER),
            "supplier_rank": rank(Role.SUPPLIER),
            "active": Field("boolean", lambda row: row.active),
            "write_date": Field("datetime", lambda row: row.updated_at),
        }
        parties = self.ledger.parties
        return Model(
            "res.partner",
            lambda: parties.table,
            fields,
            create=self._create_partner,
            write=self._write_partner,
            find=lambda record_id: parties.find(str(record_id)),
            writable=PARTNER_WRITABLE,
        )

    def _create_partner(self, values: Json) -> int:
        if not values.get("name"):
            raise trouble.user_error("The operation cannot be completed: name is null")
        blank = Party(name="", roles=(), currency=self.ledger.company.currency)
        return int(self.ledger.parties.create(self._party(blank, values)).id)

    def _write_partner(self, record_id: int, values: Json) -> None:
        row = self.ledger.parties.get(str(record_id))
        changed = self._party(row, values)
        names = ("name", "roles", "code", "email", "phone", "tax_number", "address")
        fields = {name: getattr(changed, name) for name in (*names, "active")}
        self.ledger.parties.update(row.id, **fields)

    def _party(self, row: Party, values: Json) -> Party:
        ranks = {"customer_rank": Role.CUSTOMER, "supplier_rank": Role.SUPPLIER}
        added = [role for name, role in ranks.items() if values.get(name)]
        roles = tuple(dict.fromkeys((*row.roles, *added)))
        address = replace(
            row.address,
            street=values.get("street") or row.address.street,
            city=values.get("city") or row.address.city,
            postcode=values.get("zip") or row.address.postcode,
            country=_country_code(values.get("country_id")) or row.address.country,
        )
        return replace(
            row,
            roles=roles,
            name=values.get("name") or row.name,
            email=values.get("email") or row.email,
            phone=values.get("phone") or row.phone,
            tax_number=values.get("vat") or row.tax_number,
            code=values.get("ref") or row.code,
            company_number=values.get("company_registry") or row.company_number,
            active=values.get("active", row.active),
            address=address,
        )

    def _account(self) -> Model:
        book = self.ledger
        fields = {
            "id": Field("integer", lambda row: int(row.id)),
            "code": Field("char", lambda row: row.code),
            "name": Field("char", lambda row: row.name),
            "account_type": Field("selection", lambda row: ACCOUNT_TYPES[row.type]),
            "current_balance": Field(
                "float", lambda row: book.account_balances().get(row.id, Decimal(0))
            ),
        }
        if version_of(book) >= 19:
            fields["active"] = Field("boolean", lambda row: row.active)
        else:
            fields["deprecated"] = Field("boolean", lambda row: not row.active)
        return Model("account.account", lambda: book.accounts.table, fields)

    def _tax(self) -> Model:
        codes = self.ledger.tax_codes
        fields = {
            "id": Field("integer", lambda row: row[1]),
            "name": Field("char", lambda row: row[0].name),
            "amount": Field("float", lambda row: codes.percent(row[0].id)),
            "amount_type": Field("selection", lambda _: "percent"),
            "type_tax_use": Field("selection", lambda row: row[2]),
            "price_include": Field("boolean", lambda _: False),
            "active": Field("boolean", lambda row: row[0].active),
        }

        def rows() -> Iterable[tuple[TaxCode, int, str]]:
            for code in codes.table:
                yield code, int(code.id), "sale"
                yield code, int(code.id) + PURCHASE_TAXES, "purchase"

        return Model("account.tax", rows, fields)

    def _journal(self) -> Model:
        fields = {
            "id": Field("integer", lambda row: row[0]),
            "name": Field("char", lambda row: row[1]),
            "code": Field("char", lambda row: row[2]),
            "type": Field("selection", lambda row: row[3]),
            "currency_id": Field("many2one", lambda _: None, "res.currency"),
            "active": Field("boolean", lambda _: True),
        }

        def rows() -> Iterable[tuple[int, str, str, str]]:
            yield SALES_JOURNAL, "Customer Invoices", "INV", "sale"
            yield PURCHASE_JOURNAL, "Vendor Bills", "BILL", "purchase"
            for number, row in enumerate(self.banks(), start=1):
                yield int(row.id) + BANK_JOURNALS, row.name, f"BNK{number}", "bank"

        return Model("account.journal", rows, fields)

    def _product(self) -> Model:
        items = self.ledger.items
        fields = {
            "id": Field("integer", lambda row: int(row.id)),
            "name": Field("char", lambda row: row.name),
            "default_code": Field("char", lambda row: row.code),
            "list_price": Field("float", lambda row: row.price),
            "active": Field("boolean", lambda row: row.active),
            "property_account_income_id": Field(
                "many2one", lambda row: self.account(row.income_account)
            ),
            "property_account_expense_id": Field(
                "many2one", lambda row: self.account(row.expense_account)
            ),
        }
        return Model(
            "product.product",
            lambda: items.table,
            fields,
            create=self._create_item,
            find=lambda record_id: items.find(str(record_id)),
            writable=ITEM_WRITABLE,
        )

    def _create_item(self, values: Json) -> int:
        made = self.ledger.items.create(
            Item(
                name=values.get("name") or "",
                code=values.get("default_code") or "",
                type=ItemType.SERVICE,
                income_account=str(values.get("property_account_income_id") or ""),
                expense_account=str(values.get("property_account_expense_id") or ""),
            )
        )
        return int(made.id)


def _country_code(record_id: int | None) -> str:
    return next((code for code, each in COUNTRIES.items() if each == record_id), "")
