"""What the export window writes: of transactions all fields, in an order of its own."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ..books import ZERO, AccountType, Direction, Document, Kind, Role
from ..ledger import Ledger
from .columns import DATE

SALE = (
    *("Co./Last Name", "First Name", "Addr 1 - Line 1", "Inclusive", "Invoice #"),
    *("Date", "Customer PO", "Ship Via", "Delivery Status", "Description"),
    *("Account #", "Amount", "Inc-Tax Amount", "Job", "Comment", "Journal Memo"),
    *("Salesperson Last Name", "Tax Code", "Tax Amount", "Sale Status"),
    *("Terms - Payment is Due", "- Balance Due Days", "Amount Paid", "Card ID"),
    "Record ID",
)
PURCHASE = (
    *("Co./Last Name", "First Name", "Purchase #", "Date", "Supplier Invoice #"),
    *("Description", "Account #", "Amount", "Inc-Tax Amount", "Journal Memo"),
    *("Tax Code", "Purchase Status", "Amount Paid", "Card ID", "Record ID"),
)
RECEIPT = (
    *("Co./Last Name", "First Name", "Deposit Account", "ID #", "Receipt Date"),
    *("Invoice #", "Amount Applied", "Memo", "Payment Method", "Card ID"),
)
BILL_PAYMENT = (
    *("Co./Last Name", "First Name", "Account", "Check #", "Date"),
    *("Supplier Invoice #", "Amount Applied", "Memo", "Card ID"),
)
CARD = (
    *("Co./Last Name", "First Name", "Card ID", "Card Status", "Addr 1 - Line 1"),
    *("- City", "- State", "- ZIP Code", "- Country", "- Phone # 1", "- Email"),
    *("Notes", "Record ID"),
)
ACCOUNT_TYPES = {
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expense",
    AccountType.COST_OF_SALES: "Cost of Sales",
    AccountType.BANK: "Bank",
    AccountType.RECEIVABLE: "Accounts Receivable",
    AccountType.PAYABLE: "Accounts Payable",
}
Rows = Iterator[Sequence[str]]


def of_kind(ledger: Ledger, kind: str, *, vendors: bool = False) -> Rows:
    if kind == "card":
        return cards(ledger, Role.SUPPLIER if vendors else Role.CUSTOMER)
    if kind == "purchase":
        return documents(ledger, PURCHASE, Kind.SUPPLIER_INVOICE)
    if kind in ("receipt", "bill_payment"):
        return payments(ledger, kind)
    return documents(ledger, SALE, Kind.SALES_INVOICE, Kind.CREDIT_NOTE)


def listed(ledger: Ledger, name: str) -> Rows | None:
    """The lists that one uploads to begin with; None for those that it has not."""
    lists = {
        "customers": lambda: cards(ledger, Role.CUSTOMER),
        "suppliers": lambda: cards(ledger, Role.SUPPLIER),
        "accounts": lambda: accounts(ledger),
        "tax_codes": lambda: tax_codes(ledger),
        "items": lambda: items(ledger),
        "layout_service_sales": lambda: sample(SALE),
        "layout_receive_payments": lambda: sample(RECEIPT),
    }
    make = lists.get(name)
    return make() if make else None


def cards(ledger: Ledger, role: Role) -> Rows:
    yield CARD
    for each in ledger.parties.in_role(role):
        address = each.address
        yield (
            *(each.name, "", each.code or "*None", "N" if each.active else "Y"),
            *(address.street, address.city, address.region, address.postcode),
            *(address.country, each.phone, each.email),
            *(str(each.extra.get("notes", "")), each.id),
        )


def documents(ledger: Ledger, headings: Sequence[str], *kinds: Kind) -> Rows:
    yield headings
    for document in ledger.documents.of_kind(*kinds):
        for row in _lines(ledger, document):
            yield [row.get(heading, "") for heading in headings]
        yield ()


def _lines(ledger: Ledger, document: Document) -> Iterator[dict[str, str]]:
    party = ledger.parties.table.get(document.party)
    sign = -1 if document.kind is Kind.CREDIT_NOTE else 1
    for line in document.lines:
        account = ledger.accounts.find(line.account)
        code = ledger.tax_codes.find(line.tax_code)
        yield {
            "Co./Last Name": party.name,
            "Card ID": party.code or "*None",
            "Invoice #": document.number,
            "Supplier Invoice #": document.number,
            "Purchase #": f"{int(document.id):08}",
            "Date": document.date.strftime(DATE),
            "Delivery Status": "A",
            "Description": line.description,
            "Account #": account.code if account else "",
            "Amount": _dollars(sign * line.net),
            "Inc-Tax Amount": _dollars(sign * line.gross),
            "Tax Amount": _dollars(sign * line.tax),
            "Journal Memo": document.memo,
            "Tax Code": code.code if code else "",
            "Sale Status": "I",
            "Purchase Status": "B",
            "Amount Paid": _dollars(sign * document.settled),
            "Record ID": document.id,
        }


def payments(ledger: Ledger, kind: str) -> Rows:
    is_made = kind == "bill_payment"
    yield BILL_PAYMENT if is_made else RECEIPT
    direction = Direction.MADE if is_made else Direction.RECEIVED
    for each in ledger.settlements.payments:
        if each.direction is not direction:
            continue
        party = ledger.parties.table.get(each.party)
        bank = ledger.accounts.table.get(each.account).code
        date = each.date.strftime(DATE)
        for number, share in _shares(ledger, each.id, each.amount):
            amounts = (number, _dollars(share), each.memo)
            if is_made:
                yield (party.name, "", bank, "", date, *amounts, party.code)
            else:
                ids = (party.name, "", bank, each.id, date)
                yield (*ids, *amounts, each.method, party.code)
        yield ()


def _shares(
    ledger: Ledger, payment_id: str, amount: Decimal
) -> Iterator[tuple[str, Decimal]]:
    for each in ledger.settlements.of_payment(payment_id):
        amount -= each.amount
        yield ledger.documents.get(each.document).number, each.amount
    if amount > ZERO:
        yield "", amount


def accounts(ledger: Ledger) -> Rows:
    yield ("Account #", "Account Name", "Header", "Balance", "Account Type")
    for each in ledger.accounts.table:
        kind = ACCOUNT_TYPES.get(each.type, "Other Asset")
        yield (each.code, each.name, "", "$0.00", kind)


def tax_codes(ledger: Ledger) -> Rows:
    yield ("Tax Code", "Description", "Tax Type", "Rate")
    for each in ledger.tax_codes.table:
        percent = ledger.tax_codes.percent(each.id)
        yield (each.code, each.name, "Sales Tax", f"{percent:.3f}%")


def items(ledger: Ledger) -> Rows:
    yield ("Item Number", "Item Name", "Buy", "Sell", "Inventory")
    for each in ledger.items.table:
        yield (each.code, each.name, "", "S", "")


def sample(headings: Sequence[str]) -> Rows:
    """An export of no records has its header all the same."""
    yield headings


def _dollars(amount: Decimal) -> str:
    return f"-${-amount:,.2f}" if amount < ZERO else f"${amount:,.2f}"
