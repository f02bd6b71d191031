"""The account's records as rows of SuiteQL's tables: small letters, T and F, text."""

from collections.abc import Callable, Iterator
from typing import Any

from ..ledger import Ledger
from ..netsuite.account import Account, shown
from ..netsuite.masters import ITEMS
from ..netsuite.transactions import KINDS, PAYMENTS

Row = dict[str, Any]
CODES = {
    "invoice": "CustInvc",
    "creditMemo": "CustCred",
    "vendorBill": "VendBill",
    "customerPayment": "CustPymt",
    "vendorPayment": "VendPymt",
}
GONE = {
    "invoice": "Invoice",
    "creditMemo": "Credit Memo",
    "vendorBill": "Bill",
    "customerPayment": "Payment",
    "vendorPayment": "Bill Payment",
}


def rows(account: Account, table: str) -> Iterator[Row]:
    return TABLES[table](account)


def _transactions(account: Account) -> Iterator[Row]:
    for type in (*KINDS, *PAYMENTS):
        for _, record in account.rows(type):
            yield _transaction(type, record)


def _transaction(type: str, record: Row) -> Row:
    """Credits and purchases stand negative."""
    sign = 1 if type in ("invoice", "customerPayment") else -1
    total = record["userTotal" if type == "vendorBill" else "total"]
    party = record.get("entity") or record["customer"]
    left = record.get("amountRemaining")
    return {
        "id": record["id"],
        "type": CODES[type],
        "tranid": record.get("tranId"),
        "externalid": record.get("externalId"),
        "status": record["status"]["id"],
        "entity": party["id"],
        "entityname": party["refName"],
        "trandate": record["tranDate"],
        "duedate": record.get("dueDate"),
        "currency": record["currency"]["id"],
        "exchangerate": shown(record["exchangeRate"]),
        "foreigntotal": shown(total * sign),
        "foreignamountunpaid": shown(left) if type == "invoice" else None,
        "foreignpaymentamountunused": (
            shown(-record["unapplied"]) if type == "creditMemo" else None
        ),
        "lastmodifieddate": record["lastModifiedDate"][:19].replace("T", " "),
    }


def _parties(type: str) -> Callable[[Account], Iterator[Row]]:
    def found(account: Account) -> Iterator[Row]:
        for _, record in account.rows(type):
            yield {
                "id": record["id"],
                "entityid": record["entityId"],
                "companyname": record["companyName"],
                "firstname": None,
                "lastname": None,
                "email": record.get("email"),
                "phone": record.get("phone"),
                "accountnumber": record.get("accountNumber"),
                "currency": record["currency"]["id"],
                "isinactive": shown(record["isInactive"]),
            }

    return found


def _items(account: Account) -> Iterator[Row]:
    for _, record in account.rows(ITEMS[0]):
        yield {
            "id": record["id"],
            "itemid": record["itemId"],
            "itemtype": "Service",
            "incomeaccount": record.get("incomeAccount", {}).get("id"),
            "expenseaccount": record.get("expenseAccount", {}).get("id"),
            "isinactive": shown(record["isInactive"]),
        }


def _accounts(account: Account) -> Iterator[Row]:
    for _, record in account.rows("account"):
        yield {
            "id": record["id"],
            "acctnumber": record["acctNumber"],
            "fullname": record["acctName"],
            "accttype": record["acctType"],
            "isinactive": shown(record["isInactive"]),
        }


def _taxes(account: Account) -> Iterator[Row]:
    for _, record in account.rows("salesTaxItem"):
        rate = record["rate"].rstrip("%")
        inactive = shown(record["isInactive"])
        row = {"id": record["id"], "itemid": record["itemId"], "rate": rate}
        yield {**row, "isinactive": inactive}


def _currencies(account: Account) -> Iterator[Row]:
    for _, record in account.rows("currency"):
        yield {
            "id": record["id"],
            "symbol": record["symbol"],
            "isbasecurrency": shown(record["isBaseCurrency"]),
            "isinactive": shown(record["isInactive"]),
        }


def _subsidiaries(account: Account) -> Iterator[Row]:
    for _, record in account.rows("subsidiary"):
        yield {
            "id": record["id"],
            "name": record["name"],
            "parent": None,
            "country": record["country"]["id"],
            "currency": record["currency"]["id"],
            "isinactive": "F",
        }


def _deleted(account: Account) -> Iterator[Row]:
    ledger: Ledger = account.ledger
    for entry in ledger.store.changes_after(0):
        if entry.action != "delete" or entry.table not in ("documents", "payments"):
            continue
        row = ledger.store.tables[entry.table].peek(entry.id)
        kinds: dict[Any, str] = {**{k: t for t, k in KINDS.items()}}
        kinds |= {way: type for type, way in PAYMENTS.items()}
        type = kinds.get(getattr(row, "kind", None) or getattr(row, "direction", None))
        yield {
            "recordid": entry.id,
            "type": GONE.get(type or "", ""),
            "deleteddate": entry.at.strftime("%Y-%m-%d %H:%M:%S"),
        }


TABLES: dict[str, Callable[[Account], Iterator[Row]]] = {
    "transaction": _transactions,
    "customer": _parties("customer"),
    "vendor": _parties("vendor"),
    "item": _items,
    "account": _accounts,
    "salestaxitem": _taxes,
    "currency": _currencies,
    "subsidiary": _subsidiaries,
    "deletedrecord": _deleted,
}
