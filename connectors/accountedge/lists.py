"""What people export from AccountEdge so that FinSync knows what is there."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation

from connectors.accountedge.layouts import LAYOUTS, key_of, lacking, layout_of
from connectors.accountedge.rows import PERSON
from connectors.accountedge.settings import COMMA, TAB, Style
from connectors.accountedge.written import Record, name_of
from connectors.errors import Unreadable, Where
from connectors.files import FileList, Learned, Listed
from connectors.records import (
    AccountType,
    Address,
    Item,
    LedgerAccount,
    Party,
    PartyRole,
    TaxCode,
)
from connectors.transport.tables import NoTable, Table, read_table, record_of

EXPORT = "AccountEdge: File, Export Data, {}, all fields, with a header record."
LISTS = (
    *(
        FileList(name=name, label=label, help=EXPORT.format(menu), holds=holds)
        for name, label, menu, holds in (
            ("customers", "Customers", "Cards, Customer Cards", Listed.CUSTOMER),
            ("suppliers", "Vendors", "Cards, Vendor Cards", Listed.SUPPLIER),
            ("accounts", "Accounts", "Accounts, Account Information", Listed.ACCOUNT),
            ("tax_codes", "Tax codes", "Accounts, Tax Codes", Listed.TAX_CODE),
            ("items", "Items", "Items", Listed.ITEM),
        )
    ),
    *(
        FileList(
            name=f"layout_{each.name}",
            label=f"Columns of {each.menu.partition(', ')[2].lower()}",
            help=EXPORT.format(each.menu)
            + " One record of your own is enough: only its header is kept.",
        )
        for each in LAYOUTS
    ),
)
TYPES = {
    "income": AccountType.INCOME,
    "otherincome": AccountType.INCOME,
    "expense": AccountType.EXPENSE,
    "otherexpense": AccountType.EXPENSE,
    "costofsales": AccountType.EXPENSE,
    "bank": AccountType.BANK,
    "accountsreceivable": AccountType.RECEIVABLE,
    "accountspayable": AccountType.PAYABLE,
}
HEADER, INACTIVE = "H", "Y"


def read(name: str, content: bytes, style: Style) -> Learned:
    """Raises `Unreadable`."""
    try:
        table = read_table(content, encoding=style["code_page"])
    except NoTable as error:
        raise _unreadable(f"The export cannot be read. {error}") from error
    if name.startswith("layout_"):
        return Learned(values=_layout(name, table))
    needed, make = READERS[name]
    keys = tuple(map(key_of, table.headings))
    if missing := [each for each in needed if each not in keys]:
        raise _unreadable(f"The export lacks the columns: {', '.join(missing)}.")
    records = (record_of(keys, row) for row in table.rows if any(row))
    return Learned(records=tuple(make(records, style)))


def _layout(name: str, table: Table) -> dict[str, str]:
    layout = next(each for each in LAYOUTS if f"layout_{each.name}" == name)
    if missing := lacking(layout, table.headings):
        raise _unreadable(
            f"The export of {layout.menu} lacks what FinSync needs:"
            f" {', '.join(missing)}. Export all fields."
        )
    found = layout_of(tuple(map(key_of, table.headings)))
    is_card = layout.name in ("customers", "vendors")
    if found is not layout and not (is_card and found is LAYOUTS[0]):
        raise _unreadable(f"This is no export of {layout.menu}.")
    return {
        name: "\t".join(table.headings),
        "file_style": TAB if table.delimiter == "\t" else COMMA,
    }


def _parties(
    rows: Iterator[Record], style: Style, *, role: PartyRole
) -> Iterator[Party]:
    for row in rows:
        name, code = name_of(row), row.get("cardid", "").removeprefix("*None")
        names = (row.get("colastname", ""), row.get("firstname", ""))
        known = code if style.by_card else PERSON.join(filter(None, names))
        if known:
            yield Party(
                role=role,
                id=known[:100],
                name=name,
                code=code,
                email=row.get("email", ""),
                phone=row.get("phoneno1", ""),
                active=row.get("cardstatus", "") != INACTIVE,
                address=Address(
                    street=row.get("addr1line1", ""),
                    city=row.get("city", ""),
                    region=row.get("state", ""),
                    postcode=row.get("zipcode", ""),
                    country=row.get("country", ""),
                ),
            )


def _customers(rows: Iterator[Record], style: Style) -> Iterator[Party]:
    return _parties(rows, style, role=PartyRole.CUSTOMER)


def _suppliers(rows: Iterator[Record], style: Style) -> Iterator[Party]:
    return _parties(rows, style, role=PartyRole.SUPPLIER)


def _accounts(rows: Iterator[Record], style: Style) -> Iterator[LedgerAccount]:
    for row in rows:
        number = row.get("accountno", "")
        if number and row.get("header", "") != HEADER:
            kind = "".join(filter(str.isalpha, row.get("accounttype", ""))).casefold()
            yield LedgerAccount(
                id=number,
                code=number,
                name=row.get("accountname", number),
                type=TYPES.get(kind, AccountType.OTHER),
                active=row.get("inactiveaccount", "") != INACTIVE,
            )


def _tax_codes(rows: Iterator[Record], style: Style) -> Iterator[TaxCode]:
    for row in rows:
        if code := row.get("taxcode", ""):
            yield TaxCode(
                id=code,
                code=code,
                name=row.get("description") or code,
                rate=_rate(row.get("rate", "")),
            )


def _items(rows: Iterator[Record], style: Style) -> Iterator[Item]:
    for row in rows:
        if number := row.get("itemnumber", ""):
            yield Item(id=number, code=number, name=row.get("itemname") or number)


Make = Callable[
    [Iterator[Record], Style],
    Iterator[Party] | Iterator[LedgerAccount] | Iterator[TaxCode] | Iterator[Item],
]
READERS: dict[str, tuple[Sequence[str], Make]] = {
    "customers": (("colastname", "cardid"), _customers),
    "suppliers": (("colastname", "cardid"), _suppliers),
    "accounts": (("accountno", "accountname", "accounttype"), _accounts),
    "tax_codes": (("taxcode", "rate"), _tax_codes),
    "items": (("itemnumber", "itemname"), _items),
}


def _rate(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace("%", "").strip()).normalize()
    except InvalidOperation:
        return None


def _unreadable(sentence: str) -> Unreadable:
    return Unreadable(
        sentence, where=Where(platform="accountedge", operation="read_list")
    )
