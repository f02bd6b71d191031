"""A record of an answer, flat: its texts by name, and its lists of lines."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from connectors.records import ZERO
from connectors.transport.xml import local_name


@dataclass(frozen=True, slots=True)
class Record:
    """`texts` by name in capitals, nested ones as `DISPLAYCONTACT.EMAIL1`. `lists` by
    the name of the element that holds the lines."""

    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list["Record"]] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """The first of these that is filled."""
        return next((self.texts[n] for n in names if self.texts.get(n)), "")

    def amount(self, *names: str) -> Decimal | None:
        try:
            return Decimal(self.text(*names))
        except InvalidOperation:
            return None

    def total(self, *names: str) -> Decimal:
        found = self.amount(*names)
        return ZERO if found is None else found

    def day(self, *names: str) -> date | None:
        """Written mm/dd/yyyy, by some functions yyyy-mm-dd."""
        text = self.text(*names)[:10]
        if not text:
            return None
        if "/" in text:
            month, day, year = map(int, text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)


def record_of(element: etree._Element) -> Record:
    record = Record()
    _collect(element, "", record)
    return record


def us_date(day: date) -> str:
    return day.strftime("%m/%d/%Y")


def _collect(element: etree._Element, prefix: str, into: Record) -> None:
    for child in element:
        name = f"{prefix}{local_name(child)}".upper()
        inner = list(child)
        if not inner:
            into.texts[name] = (child.text or "").strip()
        elif _is_list(child):
            into.lists[name] = [record_of(each) for each in inner]
        else:
            _collect(child, f"{name}.", into)


def _is_list(element: etree._Element) -> bool:
    """`ARINVOICEITEMS` holds `arinvoiceitem`."""
    name = local_name(element).upper()
    return all(local_name(child).upper() == name.rstrip("S") for child in element) or (
        name.endswith("ENTRIES")
    )
