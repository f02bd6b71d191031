"""Which elements a function takes, in which order, and which it must have.

From the vendor's XSD (3.0), with the tax elements of later releases.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from connectors.transport.xml import local_name

from .wording import SCHEMA, Refused


@dataclass(frozen=True)
class Order:
    names: Sequence[str]
    needs: Sequence[str] = ()
    many: bool = False

    def check(self, element: etree._Element) -> None:
        """Raises `Refused` as the gateway's parser does."""
        place = 0
        seen = [local_name(child) for child in element]
        for name in seen:
            try:
                place = self.names.index(name, 0 if self.many else place)
            except ValueError:
                raise _parse_error(local_name(element), name) from None
            place += 0 if self.many else 1
        for name in self.needs:
            if name not in seen:
                raise _parse_error(local_name(element), f"missing {name}")


_CURRENCY = ("basecurr", "currency", "exchratedate", "exchratetype", "exchrate")
_TAIL = (*_CURRENCY, "nogl", "supdocid", "taxsolutionid", "customfields")
INVOICE = Order(
    (
        *("customerid", "datecreated", "dateposted", "datedue", "termname"),
        *("batchkey", "action", "invoiceno", "ponumber", "description"),
        *("externalid", "billto", "shipto", *_TAIL, "invoiceitems"),
    ),
    needs=("customerid", "datecreated", "invoiceitems"),
)
ADJUSTMENT = Order(
    (
        *("customerid", "datecreated", "dateposted", "batchkey", "adjustmentno"),
        *("action", "invoiceno", "description", "externalid", *_CURRENCY, "nogl"),
        *("taxsolutionid", "aradjustmentitems"),
    ),
    needs=("customerid", "datecreated", "aradjustmentitems"),
)
BILL = Order(
    (
        *("vendorid", "datecreated", "dateposted", "datedue", "termname"),
        *("action", "batchkey", "billno", "ponumber", "onhold", "description"),
        *("externalid", "payto", "returnto", *_TAIL, "billitems"),
    ),
    needs=("vendorid", "datecreated", "billitems"),
)
LINE = Order(
    (
        *("accountlabel", "glaccountno", "offsetglaccountno", "amount"),
        *("allocationid", "memo", "locationid", "departmentid", "taxentries"),
        *("item1099", "key", "totalpaid", "totaldue", "customfields", "projectid"),
        *("customerid", "vendorid", "employeeid", "itemid", "classid"),
    ),
    needs=("amount",),
)
TAX_ENTRY = Order(("detailid", "trx_tax"), needs=("detailid",))
DAY = Order(("year", "month", "day"), needs=("year", "month", "day"))
# Younger functions take theirs in any order: sageintacctsdk tells a filter last.
QUERY = Order(
    (
        *("object", "docparid", "select", "filter", "orderby", "options"),
        *("pagesize", "offset"),
    ),
    needs=("object", "select"),
    many=True,
)
READ_BY_QUERY = Order(
    ("object", "query", "pagesize", "fields", "returnFormat", "docparid"),
    needs=("object", "query"),
    many=True,
)
READ = Order(("object", "keys", "fields"), needs=("object", "keys"), many=True)
REVERSAL = Order(("datereversed", "description"), needs=("datereversed",))


def _parse_error(parent: str, what: str) -> Refused:
    return Refused(SCHEMA, f"XML Parse schema error: {parent}: {what} is unexpected")
