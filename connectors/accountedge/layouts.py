"""Which columns AccountEdge's import files have.

The importer finds its fields by our headings, so that only the columns that we fill are
written. Their words differ by version: a layout that was learned from the user's own
export takes the place of ours, in its own order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.transport.tables import heading_key

# The same column under another word, as editions and countries have it.
OTHER_WORDS = {
    "postcode": "zipcode",
    "addr1line2": "line2",
    "addr1city": "city",
    "addr1state": "state",
    "addr1zipcode": "zipcode",
    "addr1postcode": "zipcode",
    "addr1country": "country",
    "addr1phoneno1": "phoneno1",
    "addr1email": "email",
    "namelastname": "colastname",
    "coname": "colastname",
    "inventoryno": "itemnumber",
    "itemno": "itemnumber",
    "idnumber": "idno",
    "invoicenumber": "invoiceno",
    "purchasenumber": "purchaseno",
    "chequeno": "checkno",
    "accountnumber": "accountno",
    "code": "taxcode",
}


def key_of(heading: str) -> str:
    key = heading_key(heading)
    return OTHER_WORDS.get(key, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`menu` is where it is imported and exported; `needed` are columns without which
    nothing can be written or known again."""

    name: str
    word: str
    menu: str
    headings: tuple[str, ...]
    needed: tuple[str, ...]


NAME = ("Co./Last Name", "First Name")
CARD = (
    *NAME,
    *("Card ID", "Card Status", "Addr 1 - Line 1", "- City", "- State", "- ZIP Code"),
    *("- Country", "- Phone # 1", "- Email", "Notes"),
)
TERMS = ("Terms - Payment is Due", "- Balance Due Days")
SALE = (*NAME, "Inclusive", "Invoice #", "Date", "Customer PO", "Delivery Status")
SALE_END = ("Journal Memo", "Tax Code", "Sale Status", *TERMS, "Card ID")

CUSTOMERS = Layout(
    name="customers",
    word="1 customers",
    menu="Cards, Customer Cards",
    headings=CARD,
    needed=("colastname", "notes"),
)
VENDORS = Layout(
    name="vendors",
    word="2 vendors",
    menu="Cards, Vendor Cards",
    headings=CARD,
    needed=("colastname", "notes"),
)
SERVICE_SALES = Layout(
    name="service_sales",
    word="3 service sales",
    menu="Sales, Service Sales",
    headings=(
        *SALE,
        *("Description", "Account #", "Amount", "Inc-Tax Amount"),
        *SALE_END,
    ),
    needed=(
        *("colastname", "invoiceno", "date", "description", "accountno", "amount"),
        *("inctaxamount", "journalmemo", "taxcode", "salestatus"),
    ),
)
ITEM_SALES = Layout(
    name="item_sales",
    word="4 item sales",
    menu="Sales, Item Sales",
    headings=(
        *SALE,
        *("Item Number", "Quantity", "Description", "Price", "Total", "Inc-Tax Total"),
        *SALE_END,
    ),
    needed=(
        *("colastname", "invoiceno", "date", "itemnumber", "quantity", "price"),
        *("total", "inctaxtotal", "journalmemo", "taxcode", "salestatus"),
    ),
)
PURCHASES = Layout(
    name="service_purchases",
    word="5 service purchases",
    menu="Purchases, Service Purchases",
    headings=(
        *NAME,
        *("Inclusive", "Purchase #", "Date", "Supplier Invoice #", "Delivery Status"),
        *("Description", "Account #", "Amount", "Inc-Tax Amount", "Journal Memo"),
        *("Tax Code", "Purchase Status", *TERMS, "Card ID"),
    ),
    needed=(
        *("colastname", "supplierinvoiceno", "date", "description", "accountno"),
        *("amount", "inctaxamount", "journalmemo", "taxcode", "purchasestatus"),
    ),
)
RECEIPTS = Layout(
    name="receive_payments",
    word="6 receive payments",
    menu="Receipts, Receive Payments",
    headings=(
        *NAME,
        *("Deposit Account", "ID #", "Receipt Date", "Invoice #", "Amount Applied"),
        *("Memo", "Payment Method", "Card ID"),
    ),
    needed=(
        *("colastname", "depositaccount", "receiptdate", "invoiceno"),
        *("amountapplied", "memo"),
    ),
)
BILL_PAYMENTS = Layout(
    name="pay_bills",
    word="7 pay bills",
    menu="Disbursements, Pay Bills",
    headings=(
        *NAME,
        *("Account", "Check #", "Date", "Purchase #", "Supplier Invoice #"),
        *("Amount Applied", "Memo", "Card ID"),
    ),
    needed=(
        *("colastname", "account", "date", "supplierinvoiceno", "amountapplied"),
        "memo",
    ),
)
LAYOUTS = (
    *(CUSTOMERS, VENDORS, SERVICE_SALES, ITEM_SALES, PURCHASES),
    *(RECEIPTS, BILL_PAYMENTS),
)
# What tells a file of ours, or an export, from the others: in this order.
MARKS = (
    ("receiptdate", RECEIPTS),
    ("checkno", BILL_PAYMENTS),
    ("purchasestatus", PURCHASES),
    ("itemnumber", ITEM_SALES),
    ("salestatus", SERVICE_SALES),
    ("cardstatus", CUSTOMERS),
    ("notes", CUSTOMERS),
)


def layout_of(keys: Sequence[str]) -> Layout | None:
    """Which one a table with such columns is; vendors pass for customers."""
    return next((layout for mark, layout in MARKS if mark in keys), None)


def row_of(headings: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The values in the order of the headings, each in the first column of its name."""
    left = dict(values)
    return [left.pop(key_of(each), "") for each in headings]


def lacking(layout: Layout, headings: Sequence[str]) -> list[str]:
    """Columns that an export of the user's lacks, in our words."""
    there = set(map(key_of, headings))
    words = {key_of(each): each for each in layout.headings}
    return [words[key] for key in layout.needed if key not in there]
