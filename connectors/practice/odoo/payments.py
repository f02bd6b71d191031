"""account.payment, and the wizard that staff and clients register payments with."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import ZERO, Direction, Document, Kind, Payment, State
from ..ledger import Ledger
from ..settlements import SETTLES
from . import trouble
from .masters import Masters, version_of
from .orm import Call, Field, Json, Model

PAYMENT, WIZARD = "account.payment", "account.payment.register"
MOVE = "account.move"
DIRECTIONS = {"inbound": Direction.RECEIVED, "outbound": Direction.MADE}
TYPES = {direction: name for name, direction in DIRECTIONS.items()}
WIZARD_WRITABLE = {
    "payment_date": "date",
    "amount": "float",
    "communication": "char",
    "journal_id": "many2one",
    "currency_id": "many2one",
    "group_payment": "boolean",
}
WRITABLE = {
    "payment_type": "char",
    "partner_type": "char",
    "partner_id": "many2one",
    "amount": "float",
    "date": "date",
    "journal_id": "many2one",
    "currency_id": "many2one",
    "memo": "char",
    "ref": "char",
}


class Payments:
    def __init__(self, ledger: Ledger, masters: Masters) -> None:
        self.ledger = ledger
        self.masters = masters
        # Gone with the process, as Odoo's own are gone after a while.
        self._wizards: dict[int, tuple[Json, list[int]]] = {}

    def models(self) -> list[Model]:
        payments = Model(
            PAYMENT,
            lambda: self.ledger.settlements.payments,
            self._fields(),
            methods={
                "action_post": self._post,
                "action_draft": self._draft,
                "action_cancel": self._cancel,
            },
            create=self._create,
            find=lambda each: self.ledger.settlements.payments.find(str(each)),
            writable=WRITABLE,
        )
        wizard = Model(
            WIZARD,
            list,
            {"id": Field("integer", int)},
            methods={
                "create": self._open_wizard,
                "action_create_payments": self._register,
            },
            writable=WIZARD_WRITABLE,
        )
        self._wizard = wizard
        return [payments, wizard]

    # --- the wizard

    def _open_wizard(self, ids: Sequence[int] | None, call: Call) -> Any:
        if call.context.get("active_model") != MOVE:
            raise trouble.user_error(
                "The register payment wizard should only be called on account.move or "
                "account.move.line records."
            )
        sent = call.given(0, "vals_list", {})
        many = sent if isinstance(sent, list) else [sent]
        made = []
        for values in many:
            made.append(len(self._wizards) + 1)
            checked = self._wizard.checked(values)
            self._wizards[made[-1]] = (checked, self._open_ids(call.context))
        return made if isinstance(sent, list) else made[0]

    def _open_ids(self, context: Mapping[str, Any]) -> list[int]:
        ids = list(context.get("active_ids") or ())
        rows = [self._move(each) for each in ids]
        if any(row.state is not State.POSTED for row in rows):
            raise trouble.user_error(
                "You can only register payment for posted entries."
            )
        if not any(row.balance for row in rows):
            raise trouble.user_error(
                "You can't register a payment because there is nothing left to pay on "
                "the selected journal items."
            )
        return ids

    def _move(self, record_id: int) -> Document:
        row = self.ledger.documents.find(str(record_id))
        if row is None:
            raise trouble.missing(MOVE, record_id)
        return row

    def _register(self, ids: Sequence[int] | None, call: Call) -> Json:
        made = [self._paid(*self._wizards[each]) for each in ids or ()]
        return {
            "name": "Payments",
            "type": "ir.actions.act_window",
            "res_model": PAYMENT,
            "view_mode": "form",
            "context": {"create": False},
            "res_id": int(made[0].id),
        }

    def _paid(self, values: Json, ids: Sequence[int]) -> Payment:
        rows = [self._move(each) for each in ids]
        rows.sort(key=lambda row: (row.due or row.date, int(row.id)))
        left = sum((row.balance for row in rows), ZERO)
        amount = _amount(values.get("amount", left))
        payment = Payment(
            party=rows[0].party,
            direction=_direction(rows[0].kind),
            amount=amount,
            date=_day(values.get("payment_date"), self.ledger),
            account=self._account(values),
            reference=values.get("communication") or "",
            currency=rows[0].currency,
        )
        pays: dict[str, Decimal] = {}
        for row in rows:
            if part := min(amount, row.balance):
                pays[row.id] = part
                amount -= part
        return self._recorded(payment, pays)

    def _account(self, values: Json) -> str:
        if values.get("journal_id"):
            return self.masters.bank_account(values["journal_id"])
        return self.masters.banks()[0].id

    def _recorded(self, payment: Payment, pays: Mapping[str, Decimal]) -> Payment:
        prefix = f"PBNK{self._journal_place(payment.account)}/{payment.date.year}/"
        count = int(self.ledger.recall(f"odoo.sequence.{prefix}", 0)) + 1
        self.ledger.remember(f"odoo.sequence.{prefix}", count)
        payment = replace(payment, number=f"{prefix}{count:05d}")
        return self.ledger.settlements.record(payment, pays)

    def _journal_place(self, account: str) -> int:
        return [row.id for row in self.masters.banks()].index(account) + 1

    # --- payments by themselves

    def _create(self, values: Json) -> int:
        for name in ("payment_type", "partner_id", "amount", "journal_id"):
            if not values.get(name):
                raise trouble.user_error(f"Missing required value for {name}.")
        if self.ledger.parties.find(str(values["partner_id"])) is None:
            raise trouble.missing("res.partner", values["partner_id"])
        payment = Payment(
            party=str(values["partner_id"]),
            direction=DIRECTIONS[values["payment_type"]],
            amount=_amount(values["amount"]),
            date=_day(values.get("date"), self.ledger),
            account=self._account(values),
            reference=values.get("memo") or values.get("ref") or "",
            currency=self._currency(values),
            state=State.DRAFT,
        )
        return int(self._recorded(payment, {}).id)

    def _currency(self, values: Json) -> str:
        if values.get("currency_id"):
            return self.masters.currency_code(values["currency_id"])
        return self.ledger.company.currency

    def _post(self, ids: Sequence[int] | None, call: Call) -> None:
        for row in self._rows(ids):
            self._put(replace(row, state=State.POSTED))

    def _draft(self, ids: Sequence[int] | None, call: Call) -> None:
        for row in self._rows(ids):
            self.ledger.settlements.update(row.id, {}, state=State.DRAFT)

    def _cancel(self, ids: Sequence[int] | None, call: Call) -> None:
        for row in self._rows(ids):
            self.ledger.settlements.void(row.id)

    def _rows(self, ids: Sequence[int] | None) -> list[Payment]:
        found = []
        for each in ids or ():
            row = self.ledger.settlements.payments.find(str(each))
            if row is None:
                raise trouble.missing(PAYMENT, each)
            found.append(row)
        return found

    def _put(self, row: Payment) -> None:
        with self.ledger.store.change():
            self.ledger.settlements.payments.put(row, "update")

    # --- fields

    def _fields(self) -> dict[str, Field]:
        memo = "memo" if version_of(self.ledger) >= 18 else "ref"
        return {
            "id": Field("integer", lambda row: int(row.id)),
            "name": Field("char", lambda row: row.number),
            memo: Field("char", lambda row: row.reference),
            "state": Field("selection", lambda row: _state(row)),
            "amount": Field("monetary", lambda row: row.amount),
            "date": Field("date", lambda row: row.date),
            "payment_type": Field("selection", lambda row: TYPES[row.direction]),
            "partner_id": Field(
                "many2one", lambda row: self.masters.partner(row.party), "res.partner"
            ),
            "currency_id": Field(
                "many2one",
                lambda row: self.masters.currency(row.currency),
                "res.currency",
            ),
            "journal_id": Field(
                "many2one",
                lambda row: self.masters.journal(row.account),
                "account.journal",
            ),
            "reconciled_invoice_ids": Field(
                "many2many", lambda row: self._settled(row, purchase=False), MOVE
            ),
            "reconciled_bill_ids": Field(
                "many2many", lambda row: self._settled(row, purchase=True), MOVE
            ),
            "write_date": Field("datetime", lambda row: row.updated_at),
        }

    def _settled(self, row: Payment, *, purchase: bool) -> list[int]:
        settled = self.ledger.settlements.of_payment(row.id)
        found = (self.ledger.documents.find(each.document) for each in settled)
        return [int(d.id) for d in found if d and d.kind.is_purchase is purchase]


def _state(row: Payment) -> str:
    return {State.DRAFT: "draft", State.VOID: "canceled"}.get(row.state, "in_process")


def _direction(kind: Kind) -> Direction:
    return next(each for each, kinds in SETTLES.items() if kind in kinds)


def _amount(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _day(value: str | None, ledger: Ledger) -> dt.date:
    return dt.date.fromisoformat(value) if value else ledger.today()
