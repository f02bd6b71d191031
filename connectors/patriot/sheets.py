"""The tables that are written for Patriot: two that it imports, and worksheets from
which a person keys documents and payments in, and ticks them off."""

from dataclasses import dataclass

from connectors.transport.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """`reference` is the column that holds ours; `imported` tells what Patriot takes
    from what people key in. `most` rows fit into a file, 0: any number."""

    name: str
    word: str
    headings: tuple[str, ...]
    mark: str
    reference: str
    imported: bool = False
    most: int = 0


CUSTOMERS = Sheet(
    name="customers",
    word="1 import customers",
    headings=(
        *("Business Name", "First Name", "Last Name", "Address 1", "Address 2"),
        *("City", "State", "Zip", "Email", "Phone", "Notes"),
    ),
    mark="businessname",
    reference="notes",
    imported=True,
    most=200,
)
VENDORS = Sheet(
    name="vendors",
    word="2 import vendors",
    headings=(
        *("Vendor Name", "Address 1", "Address 2", "City", "State", "Zip", "Phone"),
        *("Cell Phone", "Email", "Vendor Legal Name", "EIN or SSN/ITIN", "Notes"),
    ),
    mark="vendorname",
    reference="notes",
    imported=True,
    most=200,
)
INVOICES = Sheet(
    name="invoices",
    word="3 key in invoices",
    headings=(
        *("Entered", "Type", "Our Number", "Patriot Number", "Customer"),
        *("Invoice Date", "Due Date", "Terms", "Line", "Product/Service"),
        *("Description", "Quantity", "Rate", "Amount", "Taxable", "Account", "Memo"),
        *("Our Total", "Our Tax", "FinSync"),
    ),
    mark="ournumber",
    reference="finsync",
)
BILLS = Sheet(
    name="bills",
    word="4 key in bills",
    headings=(
        *("Entered", "Vendor", "Bill Number", "Bill Date", "Due Date", "Line"),
        *("Description", "Amount", "Account", "Memo", "Our Total", "FinSync"),
    ),
    mark="billnumber",
    reference="finsync",
)
PAYMENTS = Sheet(
    name="payments",
    word="5 key in payments",
    headings=(
        *("Entered", "Direction", "Customer or Vendor", "Our Payment Id", "Date"),
        *("Method", "Account", "Amount", "Applies To", "Amount Applied", "Reference"),
    ),
    mark="ourpaymentid",
    reference="ourpaymentid",
)
SHEETS = (CUSTOMERS, VENDORS, INVOICES, BILLS, PAYMENTS)


def sheet_of(table: Table) -> Sheet:
    """Which one a file of ours is."""
    return next(each for each in SHEETS if each.mark in table.keys)
