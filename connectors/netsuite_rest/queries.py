"""The questions that FinSync asks in SuiteQL, all of them. Pure.

Dates come as text in the account's own format unless they are asked for by `TO_CHAR`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from connectors.netsuite.mapping import PARTY_TYPES, PAYMENT_TYPES, TYPES
from connectors.records import DocumentKind, PartyRole

CODES = {
    "invoice": "CustInvc",
    "creditMemo": "CustCred",
    "vendorBill": "VendBill",
    "customerPayment": "CustPymt",
    "vendorPayment": "VendPymt",
}
TYPE_OF = {code: type for type, code in CODES.items()}
DOCUMENT_CODES = tuple(CODES[type] for type in TYPES.values())
PAYMENT_CODES = tuple(CODES[type] for type in PAYMENT_TYPES.values())
_DAY = "YYYY-MM-DD"
_MOMENT = "YYYY-MM-DD HH24:MI:SS"
_TRANSACTION = (
    "id",
    "type",
    "tranid",
    "externalid",
    "status",
    "entity",
    "BUILTIN.DF(entity) AS entityname",
    f"TO_CHAR(trandate, '{_DAY}') AS trandate",
    f"TO_CHAR(duedate, '{_DAY}') AS duedate",
    "currency",
    "exchangerate",
    "foreigntotal",
    "foreignamountunpaid",
    "foreignpaymentamountunused",
)
_PARTY = (
    "id",
    "entityid",
    "companyname",
    "firstname",
    "lastname",
    "email",
    "phone",
    "accountnumber",
    "currency",
    "isinactive",
)
_ITEM = ("id", "itemid", "itemtype", "incomeaccount", "expenseaccount", "isinactive")
_SUBSIDIARY = ("id", "name", "parent", "country", "currency")
_CURRENCY = ("id", "symbol", "isbasecurrency", "isinactive")
_TAX_CODE = ("id", "itemid", "rate", "isinactive")
_ACCOUNT = ("id", "acctnumber", "fullname", "accttype", "isinactive")
_ACTIVE = "isinactive = 'F'"


def subsidiaries() -> str:
    return _select(_SUBSIDIARY, "subsidiary", _ACTIVE)


def currencies() -> str:
    return _select(_CURRENCY, "currency", "id > 0")


def tax_codes() -> str:
    return _select(_TAX_CODE, "salestaxitem", _ACTIVE)


def accounts(*, type: str = "") -> str:
    condition = f" AND accttype = {quoted(type)}" if type else ""
    return _select(_ACCOUNT, "account", f"{_ACTIVE}{condition}")


def items(names: Sequence[str] = ()) -> str:
    where = among("itemid", names) if names else _ACTIVE
    return _select(_ITEM, "item", where)


def parties(role: PartyRole, where: str = _ACTIVE) -> str:
    return _select(_PARTY, PARTY_TYPES[role], where)


def named(names: Sequence[str]) -> str:
    """A person's name is found among the codes."""
    either = f"{among('companyname', names)} OR {among('entityid', names)}"
    return f"({either}) AND {_ACTIVE}"


def transactions(codes: Iterable[str], *conditions: str) -> str:
    where = " AND ".join((among("type", list(codes)), *filter(None, conditions)))
    return _select(_TRANSACTION, "transaction", where)


def of_kind(kind: DocumentKind, *conditions: str) -> str:
    return transactions((CODES[TYPES[kind]],), *conditions)


def dated(start: date | None, end: date | None) -> str:
    parts = [
        f"trandate {sign} TO_DATE({quoted(day.isoformat())}, '{_DAY}')"
        for sign, day in ((">=", start), ("<=", end))
        if day
    ]
    return " AND ".join(parts)


def changed_from(moment: datetime) -> str:
    return f"lastmodifieddate >= {_moment(moment)}"


def deleted_from(moment: datetime) -> str:
    where = f"deleteddate >= {_moment(moment)}"
    return _select(("recordid", "type"), "deletedrecord", where, order="recordid")


def among(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(quoted(value) for value in values)})"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _select(
    columns: Sequence[str], table: str, where: str, *, order: str = "id"
) -> str:
    """Values come quoted, all else is ours: SuiteQL takes no parameters over REST."""
    named = ", ".join(columns)
    return f"SELECT {named} FROM {table} WHERE {where} ORDER BY {order}"  # noqa: S608


def _moment(moment: datetime) -> str:
    return f"TO_DATE({quoted(moment.strftime('%Y-%m-%d %H:%M:%S'))}, '{_MOMENT}')"
