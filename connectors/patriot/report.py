"""Lists that people export from Patriot, against the file that they are about: what
stands in the list is there. A list names no refusals; what it lacks stays open."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from connectors.errors import Unreadable, Where
from connectors.files import Learned, Report, Reported
from connectors.patriot.settings import Words
from connectors.patriot.sheets import (
    BILLS,
    CUSTOMERS,
    INVOICES,
    PAYMENTS,
    VENDORS,
    Sheet,
    sheet_of,
)
from connectors.records import Party, PartyRole
from connectors.transport.tables import NoTable, Table, read_table

Record = Mapping[str, str]
# Words that lists may have for one column, the likeliest first.
COLUMNS = {
    "invoicenumber": (
        *("invoicenumber", "invoiceno", "number", "invoice", "creditmemonumber"),
        "patriotnumber",
    ),
    "billnumber": ("billnumber", "billno", "number", "invoicenumber", "referenceno"),
    "customer": ("customer", "customername", "businessname", "company", "name"),
    "vendor": ("vendor", "vendorname", "company", "name"),
    "date": ("date", "invoicedate", "billdate", "paymentdate", "datepaid"),
    "total": ("total", "invoicetotal", "billtotal", "totalamount", "amount"),
    "balance": ("balance", "amountdue", "balancedue", "openbalance", "remaining"),
    "status": ("status",),
    "type": ("type", "transactiontype"),
    "memo": ("memo", "notes", "reference", "description"),
    "amount": ("amount", "paymentamount", "amountpaid", "amountapplied", "total"),
}
DAYS = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Lists:
    """A list, and the user's own words for its columns."""

    table: Table
    words: Words

    def rows(self) -> Iterator[dict[str, str]]:
        """By the names that FinSync has for the columns."""
        own = {name: self._key(name) for name in COLUMNS}
        for record in self.table.records():
            yield {name: record[key] for name, key in own.items() if key in record}

    def _key(self, name: str) -> str:
        if told := self.words.columns.get(name):
            return told
        there = set(self.table.keys)
        return next((key for key in COLUMNS[name] if key in there), "")

    def need(self, *names: str) -> None:
        if missing := [name for name in names if not self._key(name)]:
            columns = ", ".join(missing)
            raise _unreadable(
                f"The list has no column for: {columns}. If it has another word for it,"
                " say so in the settings of the connection."
            )


def parse(content: bytes, *, file: bytes, words: Words) -> Report:
    """Raises `Unreadable`."""
    ours = read_table(file)
    sheet = sheet_of(ours)
    lists = Lists(_table(content), words)
    read: dict[Sheet, Callable[[list[Record], Lists], Iterator[Reported]]] = {
        CUSTOMERS: _customers,
        VENDORS: _vendors,
        INVOICES: _invoices,
        BILLS: _bills,
        PAYMENTS: _payments,
    }
    return Report(results=tuple(read[sheet](list(ours.records()), lists)))


def parties(content: bytes, role: PartyRole, words: Words) -> Learned:
    """Who is there. Raises `Unreadable`."""
    name = "customer" if role is PartyRole.CUSTOMER else "vendor"
    lists = Lists(_table(content), words)
    lists.need(name)
    names = dict.fromkeys(row[name] for row in lists.rows() if row.get(name))
    return Learned(
        records=tuple(Party(role=role, id=each[:100], name=each) for each in names)
    )


def _table(content: bytes) -> Table:
    try:
        return read_table(content)
    except NoTable as error:
        raise _unreadable(f"The list cannot be read. {error}") from error


def _customers(ours: list[Record], lists: Lists) -> Iterator[Reported]:
    return _people(ours, lists, column="customer", mark=CUSTOMERS.mark)


def _vendors(ours: list[Record], lists: Lists) -> Iterator[Reported]:
    return _people(ours, lists, column="vendor", mark=VENDORS.mark)


def _people(
    ours: list[Record], lists: Lists, *, column: str, mark: str
) -> Iterator[Reported]:
    lists.need(column)
    there = {row.get(column, "").casefold() for row in lists.rows()}
    for each in ours:
        if each[mark].casefold() in there:
            reference = each["notes"].rpartition(" ")[2]
            yield Reported(reference=reference, accepted=True)


def _invoices(ours: list[Record], lists: Lists) -> Iterator[Reported]:
    lists.need("invoicenumber", "customer")
    return _documents(ours, lists, numbers=("invoicenumber", "memo"), who="customer")


def _bills(ours: list[Record], lists: Lists) -> Iterator[Reported]:
    lists.need("billnumber", "vendor")
    return _documents(ours, lists, numbers=("billnumber",), who="vendor")


def _documents(
    ours: list[Record], lists: Lists, *, numbers: Sequence[str], who: str
) -> Iterator[Reported]:
    """By number and name. Where Patriot numbers documents itself, ours is looked for in
    the memo."""
    there: dict[tuple[str, str], dict[str, str]] = {}
    for column in numbers:
        for row in lists.rows():
            key = row.get(column, "").casefold(), row.get(who, "").casefold()
            there.setdefault(key, row)
    for each in _by_reference(ours):
        number = each.get("ournumber") or each["billnumber"]
        found = there.get((number.casefold(), each[who].casefold()))
        if found is not None and _is_same_kind(each, found):
            yield _reported(each, found, numbers[0])


def _by_reference(ours: list[Record]) -> Iterator[Record]:
    """The first row of each document has all that its others have of the whole."""
    yield from {each["finsync"]: each for each in reversed(ours)}.values()


def _is_same_kind(ours: Record, found: Record) -> bool:
    """Where the list tells."""
    kind = found.get("type", "").casefold()
    if not kind:
        return True
    return ("credit" in kind) is ("credit" in ours.get("type", "").casefold())


def _reported(ours: Record, found: Record, number: str) -> Reported:
    status = found.get("status", "").casefold()
    if "void" in status or "deleted" in status:
        return Reported(
            reference=ours["finsync"],
            accepted=False,
            message="It is void in Patriot.",
            is_void=True,
        )
    gross = _money(found.get("total", ""))
    balance = _money(found.get("balance", ""))
    if balance is None and status == "paid":
        balance = Decimal(0)
    return Reported(
        reference=ours["finsync"],
        accepted=True,
        number=found.get(number, ""),
        gross=None if gross is None else abs(gross),
        balance=None if balance is None else abs(balance),
    )


def _payments(ours: list[Record], lists: Lists) -> Iterator[Reported]:
    """All that a payment settles must be there: by name, document, amount and day."""
    lists.need("amount")
    there = [_paid(row) for row in lists.rows()]
    by_payment: dict[str, list[Record]] = {}
    for each in ours:
        by_payment.setdefault(each["ourpaymentid"], []).append(each)
    for reference, rows in by_payment.items():
        if all(any(_is_paid(each, paid) for paid in there) for each in rows):
            yield Reported(reference=reference, accepted=True)


@dataclass(frozen=True, slots=True)
class Paid:
    who: str
    number: str
    amount: Decimal | None
    on: date | None


def _paid(row: Record) -> Paid:
    return Paid(
        who=(row.get("customer") or row.get("vendor") or "").casefold(),
        number=(row.get("invoicenumber") or row.get("billnumber") or "").casefold(),
        amount=_money(row.get("amount", "")),
        on=_day(row.get("date", "")),
    )


def _is_paid(ours: Record, paid: Paid) -> bool:
    return (
        paid.who == ours["customerorvendor"].casefold()
        and paid.number == ours["appliesto"].casefold()
        and paid.amount == _money(ours["amountapplied"])
        and paid.on == _day(ours["date"])
    )


def _money(text: str) -> Decimal | None:
    plain = text.replace("$", "").replace(",", "").strip().lstrip("'")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    try:
        found = Decimal(plain) if plain else None
    except InvalidOperation:
        return None
    return found if found is None or found.is_finite() else None


def _day(text: str) -> date | None:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # a plain date
        except ValueError:
            continue
    return None


def _unreadable(sentence: str) -> Unreadable:
    return Unreadable(sentence, where=Where(platform="patriot", operation="report"))
