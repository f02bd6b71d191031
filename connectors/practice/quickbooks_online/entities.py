"""The vendor's entities: shape, rows in the books, rendering, and what can be done.

`ENTITIES` is keyed by the name in JSON (`Invoice`); its path is that name in lower
case. `write(ledger, operation, sent, options)` carries one operation out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..books import Direction, Kind, Record, Role
from ..ledger import Ledger
from . import masters, payments, refusals, render, render_names, shapes, transactions
from .render import Json

Sent = Mapping[str, Any]
Write = Callable[[Ledger, Sent], Record]
ALLOW_DUPLICATES = "allowduplicatedocnum"


@dataclass(frozen=True, slots=True)
class Entity:
    """`active_only`: queries leave inactive rows out unless `Active` is asked for."""

    name: str
    table: str
    rows: Callable[[Ledger], Iterable[Any]]
    belongs: Callable[[Any], bool]
    render: Callable[[Ledger, Any], Json]
    shape: shapes.Shape | None = None
    writes: Mapping[str, Write] | None = None
    active_only: bool = False

    def find(self, ledger: Ledger, record_id: str) -> Any:
        """Raises `Refused` 610."""
        row = ledger.store.tables[self.table].find(record_id)
        if row is None or not self.belongs(row):
            raise refusals.not_found()
        return row


def write(
    ledger: Ledger, entity: Entity, operation: str, sent: Any, options: str = ""
) -> Json:
    """The entity as it stands afterwards, or the vendor's note of a deletion.

    Raises `Refused` or `LedgerError`; nothing is changed then.
    """
    if entity.shape is None or entity.writes is None:
        raise transactions.unsupported(operation)
    parsed = shapes.parsed(entity.shape, sent)
    if operation == "create" and parsed.get("Id"):
        operation = "update"
    key = operation
    if ALLOW_DUPLICATES in options and f"{operation} any" in entity.writes:
        key = f"{operation} any"
    action = entity.writes.get(key)
    if action is None:
        raise transactions.unsupported(operation)
    row = action(ledger, parsed)
    if operation == "delete":
        return {"domain": "QBO", "status": "Deleted", "Id": row.id}
    return entity.render(ledger, row)


def _documents(name: str, kind: Kind, shape: shapes.Shape) -> Entity:
    def create(ledger: Ledger, sent: Sent) -> Record:
        return transactions.create(ledger, kind, sent)

    def update(ledger: Ledger, sent: Sent) -> Record:
        return transactions.update(ledger, kind, sent)

    return Entity(
        name=name,
        table="documents",
        rows=lambda ledger: ledger.documents.of_kind(kind),
        belongs=lambda row: row.kind is kind,
        render=render.document,
        shape=shape,
        writes={
            "create": create,
            "update": update,
            "create any": lambda ledger, sent: transactions.create(
                ledger, kind, sent, unique=False
            ),
            "update any": lambda ledger, sent: transactions.update(
                ledger, kind, sent, unique=False
            ),
            "void": lambda ledger, sent: transactions.void(ledger, kind, sent),
            "delete": lambda ledger, sent: transactions.delete(ledger, kind, sent),
        },
    )


def _payments(name: str, direction: Direction, shape: shapes.Shape) -> Entity:
    def rows(ledger: Ledger) -> Iterable[Any]:
        table = ledger.settlements.payments
        return (row for row in table if row.direction is direction)

    return Entity(
        name=name,
        table="payments",
        rows=rows,
        belongs=lambda row: row.direction is direction,
        render=render.payment,
        shape=shape,
        writes={
            "create": lambda ledger, sent: payments.create(ledger, direction, sent),
            "update": lambda ledger, sent: payments.update(ledger, direction, sent),
            "void": lambda ledger, sent: payments.void(ledger, direction, sent),
            "delete": lambda ledger, sent: payments.delete(ledger, direction, sent),
        },
    )


def _names(name: str, role: Role, shape: shapes.Shape) -> Entity:
    return Entity(
        name=name,
        table="parties",
        rows=lambda ledger: ledger.parties.in_role(role),
        belongs=lambda row: role in row.roles,
        render=render_names.party,
        shape=shape,
        active_only=True,
        writes={
            "create": lambda ledger, sent: masters.create_party(ledger, role, sent),
            "update": lambda ledger, sent: masters.update_party(ledger, role, sent),
        },
    )


def _all(_: Any) -> bool:
    return True


def _table(name: str, ledger: Ledger) -> Iterable[Any]:
    return ledger.store.tables[name]


ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        _documents("Invoice", Kind.SALES_INVOICE, shapes.INVOICE),
        _documents("CreditMemo", Kind.CREDIT_NOTE, shapes.CREDIT_MEMO),
        _documents("Bill", Kind.SUPPLIER_INVOICE, shapes.BILL),
        _documents("VendorCredit", Kind.SUPPLIER_CREDIT, shapes.VENDOR_CREDIT),
        _payments("Payment", Direction.RECEIVED, shapes.PAYMENT),
        _payments("BillPayment", Direction.MADE, shapes.BILL_PAYMENT),
        _names("Customer", Role.CUSTOMER, shapes.CUSTOMER),
        _names("Vendor", Role.SUPPLIER, shapes.VENDOR),
        Entity(
            name="Account",
            table="accounts",
            rows=partial(_table, "accounts"),
            belongs=_all,
            render=render_names.account,
            shape=shapes.ACCOUNT,
            active_only=True,
            writes={"create": masters.create_account, "update": masters.update_account},
        ),
        Entity(
            name="Item",
            table="items",
            rows=partial(_table, "items"),
            belongs=_all,
            render=render_names.item,
            shape=shapes.ITEM,
            active_only=True,
            writes={"create": masters.create_item, "update": masters.update_item},
        ),
        Entity(
            name="TaxCode",
            table="tax_codes",
            rows=partial(_table, "tax_codes"),
            belongs=_all,
            render=render_names.tax_code,
            active_only=True,
        ),
        Entity(
            name="TaxRate",
            table="tax_rates",
            rows=partial(_table, "tax_rates"),
            belongs=_all,
            render=render_names.tax_rate,
            active_only=True,
        ),
    )
}
