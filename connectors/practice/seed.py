"""The books that a practice ledger begins with: a repair shop's, in GBP.

`reference_data` (always): nominal codes as UK books have them, taxes at 20, 5 and 0 per
cent and exempt, items that carry the accounts, and the ready records whose ids stand in
`ledger.recall("sample")`. `life` (not with `--empty`): opening balances, customers with
near names, documents and payments that FinSync never made, some of them in December
2010, where the sample month of the import lies.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .books import (
    Account,
    AccountType,
    Address,
    Direction,
    Document,
    Item,
    ItemType,
    Journal,
    JournalLine,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    TaxCode,
    TaxRate,
)
from .ledger import Ledger

D = Decimal

ACCOUNTS = (
    ("0020", "Workshop equipment", AccountType.ASSET),
    ("1100", "Debtors", AccountType.RECEIVABLE),
    ("1200", "Bank", AccountType.BANK),
    ("1230", "Petty cash", AccountType.BANK),
    ("2100", "Creditors", AccountType.PAYABLE),
    ("2200", "VAT", AccountType.TAX),
    ("3000", "Capital", AccountType.EQUITY),
    ("4000", "Sales", AccountType.INCOME),
    ("4010", "Labour", AccountType.INCOME),
    ("4020", "Parts", AccountType.INCOME),
    ("4900", "Other income", AccountType.INCOME),
    ("5000", "Purchases", AccountType.EXPENSE),
    ("5010", "Parts bought in", AccountType.COST_OF_SALES),
    ("7100", "Rent", AccountType.EXPENSE),
    ("7300", "Vehicle expenses", AccountType.EXPENSE),
    ("7500", "Postage and carriage", AccountType.EXPENSE),
)
TAXES = (
    ("S", "Standard rate", D(20), False),
    ("R", "Reduced rate", D(5), False),
    ("Z", "Zero rate", D(0), False),
    ("E", "Exempt", D(0), True),
)
ITEMS = (
    ("SALES", "General sales", ItemType.SERVICE, "4000"),
    ("LABOUR", "Labour", ItemType.SERVICE, "4010"),
    ("PARTS", "Spare parts", ItemType.GOODS, "4020"),
)
CUSTOMERS = (
    "Harbour Café Ltd",
    "Harbour Cafe Limited",
    "Bäckerei Öhlmann GmbH",
    "J. Smith",
    "Smith, John",
    "Northgate Lettings",
)
SUPPLIERS = ("Appliance Spares Direct", "City Van Hire")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A document that somebody typed into the books; `days` before today."""

    kind: Kind
    number: str
    party: str
    account: str
    net: Decimal
    tax: str
    days: int = 0
    on: dt.date | None = None
    paid: Decimal = D(0)


FOREIGN = (
    Foreign(
        Kind.SALES_INVOICE,
        "M-1001",
        "Harbour Café Ltd",
        "4010",
        D(180),
        "S",
        75,
        paid=D(216),
    ),
    Foreign(
        Kind.SALES_INVOICE,
        "M-1002",
        "Harbour Cafe Limited",
        "4020",
        D("64.50"),
        "S",
        48,
    ),
    Foreign(
        Kind.SALES_INVOICE,
        "M-1003",
        "Northgate Lettings",
        "4010",
        D(420),
        "S",
        40,
        paid=D(300),
    ),
    Foreign(Kind.SALES_INVOICE, "M-1004", "J. Smith", "4010", D(75), "R", 21),
    Foreign(
        Kind.SALES_INVOICE,
        "M-1005",
        "Bäckerei Öhlmann GmbH",
        "4000",
        D("129.99"),
        "Z",
        9,
    ),
    Foreign(Kind.CREDIT_NOTE, "MC-1001", "Northgate Lettings", "4010", D(50), "S", 30),
    Foreign(
        Kind.SUPPLIER_INVOICE,
        "ASD-7781",
        "Appliance Spares Direct",
        "5010",
        D("212.40"),
        "S",
        55,
        paid=D("254.88"),
    ),
    Foreign(Kind.SUPPLIER_INVOICE, "CVH-0093", "City Van Hire", "7300", D(95), "S", 12),
    Foreign(
        Kind.SALES_INVOICE,
        "M-0101",
        "Northgate Lettings",
        "4010",
        D(150),
        "Z",
        on=dt.date(2010, 12, 3),
        paid=D(150),
    ),
    Foreign(
        Kind.SALES_INVOICE,
        "M-0102",
        "Harbour Café Ltd",
        "4000",
        D("88.20"),
        "Z",
        on=dt.date(2010, 12, 14),
    ),
    Foreign(
        Kind.CREDIT_NOTE,
        "MC-0101",
        "Harbour Café Ltd",
        "4000",
        D("8.20"),
        "Z",
        on=dt.date(2010, 12, 20),
    ),
)
OPENING = (
    ("0020", D(8200)),
    ("1200", D("14250.75")),
    ("1230", D(150)),
    ("1100", D("1320.40")),
    ("2100", D("-910.15")),
    ("2200", D("-1180.00")),
    ("3000", D("-21831.00")),
)


def seed(ledger: Ledger, *, empty: bool) -> None:
    """One transaction. The books must be fresh."""
    with ledger.store.change():
        reference_data(ledger)
        if not empty:
            life(ledger)


def reference_data(ledger: Ledger) -> None:
    for code, name, kind in ACCOUNTS:
        ledger.accounts.create(Account(code=code, name=name, type=kind))
    for code, name, percent, exempt in TAXES:
        rate = ledger.tax_rates.create(TaxRate(name=name, percent=percent))
        tax = TaxCode(code=code, name=name, rates=(rate.id,), exempt=exempt)
        ledger.tax_codes.create(tax)
    for code, name, item_type, account in ITEMS:
        ledger.items.create(
            Item(
                code=code,
                name=name,
                type=item_type,
                income_account=account_id(ledger, account),
                expense_account=account_id(ledger, "5000"),
            )
        )
    _keep_sample(ledger)


def account_id(ledger: Ledger, code: str) -> str:
    account = ledger.accounts.coded(code)
    if account is None:
        raise LookupError(code)
    return account.id


def _keep_sample(ledger: Ledger) -> None:
    customer = ledger.parties.create(_party("Practice Customer", Role.CUSTOMER))
    supplier = ledger.parties.create(_party("Practice Supplier", Role.SUPPLIER))
    item = ledger.items.named(ITEMS[0][1])[0]
    sample = {
        "customer": customer.id,
        "supplier": supplier.id,
        "item": item.id,
        "account": account_id(ledger, "4000"),
        "expense_account": account_id(ledger, "5000"),
        "tax_code": ledger.tax_codes.with_percent(D(0)).id,
        "bank": account_id(ledger, "1200"),
    }
    ledger.remember("sample", sample)


def _party(name: str, role: Role) -> Party:
    address = Address(street="1 Quay Street", city="Bristol", postcode="BS1 1AA")
    mail = "".join(c for c in name.casefold() if c.isascii() and c.isalnum())
    return Party(
        name=name,
        roles=(role,),
        code=mail[:12].upper(),
        email=f"{mail}@books.example",
        address=address,
    )


def life(ledger: Ledger) -> None:
    for name in CUSTOMERS:
        ledger.parties.create(_party(name, Role.CUSTOMER))
    for name in SUPPLIERS:
        ledger.parties.create(_party(name, Role.SUPPLIER))
    _open_balances(ledger, OPENING)
    for foreign in FOREIGN:
        _enter(ledger, foreign)
    _pay_on_account(ledger)


def _open_balances(ledger: Ledger, rows: Sequence[tuple[str, Decimal]]) -> None:
    lines = tuple(
        JournalLine(account=account_id(ledger, code), amount=amount)
        for code, amount in rows
    )
    ledger.journals.create(
        Journal(
            date=dt.date(2010, 1, 1),
            number="OPENING",
            lines=lines,
            memo="Opening balances",
            opening=True,
        )
    )


def _enter(ledger: Ledger, foreign: Foreign) -> None:
    purchase = foreign.kind.is_purchase
    role = Role.SUPPLIER if purchase else Role.CUSTOMER
    party = ledger.parties.named(foreign.party, role)[0].id
    tax = ledger.tax_codes.coded(foreign.tax)
    day = foreign.on or ledger.today() - dt.timedelta(days=foreign.days)
    line = Line(
        description="Typed in by the bookkeeper",
        unit_price=foreign.net,
        account=account_id(ledger, foreign.account),
        item="" if purchase else _item(ledger, foreign.account),
        tax_code=tax.id if tax else "",
    )
    document = ledger.documents.create(
        Document(
            kind=foreign.kind,
            party=party,
            date=day,
            due=day + dt.timedelta(days=30),
            number=foreign.number,
            lines=(line,),
            sent=True,
        )
    )
    if foreign.paid:
        _pay(ledger, document, foreign.paid)


def _item(ledger: Ledger, code: str) -> str:
    account = account_id(ledger, code)
    rows = [row.id for row in ledger.items.table if row.income_account == account]
    return rows[0]


def _pay(ledger: Ledger, document: Document, amount: Decimal) -> None:
    made = document.kind.is_purchase
    payment = Payment(
        party=document.party,
        direction=Direction.MADE if made else Direction.RECEIVED,
        amount=amount,
        date=document.date + dt.timedelta(days=7),
        account=account_id(ledger, "1200"),
        number=f"BACS {document.number}",
    )
    ledger.settlements.record(payment, {document.id: amount})


def _pay_on_account(ledger: Ledger) -> None:
    """Money that nobody has laid on an invoice yet."""
    party = ledger.parties.named("Northgate Lettings", Role.CUSTOMER)[0]
    payment = Payment(
        party=party.id,
        direction=Direction.RECEIVED,
        amount=D(40),
        date=ledger.today() - dt.timedelta(days=5),
        account=account_id(ledger, "1200"),
        number="BACS on account",
    )
    ledger.settlements.record(payment, {})
