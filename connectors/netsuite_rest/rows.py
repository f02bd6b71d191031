"""SuiteQL's rows as records, so that one reading serves both. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connectors.netsuite.mapping import Record
from connectors.netsuite_rest.queries import TYPE_OF

Row = Mapping[str, Any]
_PLAIN = {
    "entityid": "entityId",
    "companyname": "companyName",
    "firstname": "firstName",
    "lastname": "lastName",
    "accountnumber": "accountNumber",
    "isinactive": "isInactive",
    "isbasecurrency": "isBaseCurrency",
    "itemid": "itemId",
    "acctnumber": "acctNumber",
    "fullname": "fullName",
    "accttype": "acctType",
    "tranid": "tranId",
    "externalid": "externalId",
    "trandate": "tranDate",
    "duedate": "dueDate",
    "exchangerate": "exchangeRate",
}
_REFS = {
    "entity": "entity",
    "currency": "currency",
    "parent": "parent",
    "country": "country",
    "incomeaccount": "incomeAccount",
    "expenseaccount": "expenseAccount",
    "status": "status",
}
# Credits, and all that is bought, may stand negative there; documents never do.
_AMOUNTS = {
    "foreigntotal": "total",
    "foreignamountunpaid": "amountRemaining",
    "foreignpaymentamountunused": "unapplied",
}


def record_from(row: Row) -> Record:
    record: Record = {}
    for name, value in row.items():
        if value in (None, ""):
            continue
        if name in _REFS:
            record[_REFS[name]] = {"id": str(value)}
        elif name in _AMOUNTS:
            record[_AMOUNTS[name]] = abs(Decimal(str(value)))
        elif name != "entityname":
            record[_PLAIN.get(name, name)] = value
    if "entity" in record:
        record["entity"]["refName"] = str(row.get("entityname") or "")
    if "type" in record:
        record["type"] = TYPE_OF.get(str(record["type"]), record["type"])
    return record
