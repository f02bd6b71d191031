"""Our payments, through Odoo's own wizard: it books them as a person's would be."""

from collections.abc import Mapping

from connectors.errors import ConnectorError, InDoubt, Rejected, Unsupported
from connectors.odoo.api import Database, Row
from connectors.odoo.mapping import integer
from connectors.odoo.reading import amount
from connectors.records import Allocation, Payment, PaymentDirection
from connectors.transport.retries import Effect

MOVE, PAYMENT, WIZARD = "account.move", "account.payment", "account.payment.register"
LINE = "account.move.line"
CONTROL = ["asset_receivable", "liability_payable"]
_TYPES = {
    PaymentDirection.RECEIVED: ("inbound", "customer"),
    PaymentDirection.MADE: ("outbound", "supplier"),
}


class Cashier:
    def __init__(self, db: Database) -> None:
        self._db = db

    def pay(self, payment: Payment, *, currency_id: int, memo: str) -> int:
        """The id of Odoo's payment. `memo`: the name of the field for our reference."""
        if not payment.allocations:
            return self._on_account(payment, currency_id=currency_id, memo=memo)
        ids = [_document_id(each) for each in payment.allocations]
        self._check_split(payment, ids)
        context = {"active_model": MOVE, "active_ids": ids}
        values = {
            "payment_date": payment.date.isoformat(),
            "amount": payment.amount,
            "communication": payment.reference,
            "journal_id": _journal(payment),
            "currency_id": currency_id,
        }
        if len(ids) > 1:
            values["group_payment"] = True
        # A wizard is gone by itself and books nothing: making it is no write.
        made = self._db.call(
            *("record_payments", WIZARD, "create"),
            args={"vals_list": [values]},
            context=context,
            effect=Effect.READ,
        )
        done = self._db.call(
            *("record_payments", WIZARD, "action_create_payments"),
            ids=made,
            context=context,
        )
        return self._made(done)

    def cancel(self, id: int) -> None:
        for step in ("action_draft", "action_cancel"):
            self._db.call("void_payment", PAYMENT, step, ids=[id])

    def reconcile(self, invoice: Allocation, credit: Allocation) -> None:
        """Lays a credit note on an invoice, as far as both reach. What lies on it
        already is left."""
        ids = [_document_id(invoice), _document_id(credit)]
        open_lines = self._open_lines(ids)
        if len(open_lines) < 2:
            return
        least = min(abs(amount(row["amount_residual_currency"])) for row in open_lines)
        if invoice.amount != least:
            raise Unsupported(
                "Odoo lays the whole of a credit note on an invoice, as far as both "
                f"reach ({least}), and no part of it.",
                field="allocations",
            )
        self._db.call(
            *("allocate_credit", LINE, "reconcile"),
            ids=[int(row["id"]) for row in open_lines],
        )

    def _open_lines(self, ids: list[int]) -> list[Row]:
        domain = [
            ["move_id", "in", ids],
            ["account_type", "in", CONTROL],
            ["reconciled", "=", False],
        ]
        fields = ("move_id", "amount_residual_currency")
        return self._db.search("allocate_credit", LINE, domain, fields)

    def _check_split(self, payment: Payment, ids: list[int]) -> None:
        """Odoo lays one payment on several documents by itself, oldest first; that is
        what was meant only where each is settled whole."""
        if len(ids) == 1:
            return
        rows = self._db.read("record_payments", MOVE, ids, ("amount_residual",))
        left = {int(row["id"]): amount(row["amount_residual"]) for row in rows}
        for each, id in zip(payment.allocations, ids, strict=True):
            if left.get(id) != each.amount:
                raise Unsupported(
                    "Odoo settles one of several documents in part only by its own "
                    "order. Record this payment there, or one for each document.",
                    field="allocations",
                )

    def _on_account(self, payment: Payment, *, currency_id: int, memo: str) -> int:
        payment_type, partner_type = _TYPES[payment.direction]
        values = {
            "payment_type": payment_type,
            "partner_type": partner_type,
            "partner_id": integer(payment.party_id, "ACCOUNT_WRONG", field="party_id"),
            "amount": payment.amount,
            "date": payment.date.isoformat(),
            "journal_id": _journal(payment),
            "currency_id": currency_id,
            memo: payment.reference,
        }
        [id] = self._db.create("record_payments", PAYMENT, [values])
        try:
            self._db.call("record_payments", PAYMENT, "action_post", ids=[id])
        except ConnectorError as error:
            raise InDoubt(
                f"The payment arrived in Odoo and is not posted: {error}",
                where=error.where,
            ) from error
        return id

    def _made(self, done: object) -> int:
        id = done.get("res_id") if isinstance(done, Mapping) else None
        if not isinstance(id, int):
            raise InDoubt("Odoo did not say which payment it made.")
        return id


def _journal(payment: Payment) -> int:
    if not payment.bank_account_id:
        raise Rejected(
            "Odoo needs the journal that the money went through.",
            status_code="NO_METHOD",
            field="bank_account_id",
        )
    return integer(payment.bank_account_id, "NO_METHOD", field="bank_account_id")


def _document_id(allocation: Allocation) -> int:
    return integer(allocation.document_id, "NOT_FOUND", field="allocations")
