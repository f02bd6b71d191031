"""Payments both ways, and credits laid on documents.

An allocation takes an amount off a document, out of a payment or out of a credit. The
settled amounts of the documents on both ends follow at once, each with a new version.
Money received settles sales invoices (and refunds of suppliers' credits), money made
settles supplier invoices (and refunds of credit notes); a party's own documents only.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .books import ZERO, Allocation, Direction, Document, Kind, Payment, State
from .errors import Invalid, UnknownAccount, UnknownParty, UnknownReference, WrongState
from .rules import (
    external_id,
    require_active,
    require_free_external_id,
    require_version,
)
from .store import Table

if TYPE_CHECKING:
    from .ledger import Ledger

SETTLES = {
    Direction.RECEIVED: (Kind.SALES_INVOICE, Kind.SALES_ORDER, Kind.SUPPLIER_CREDIT),
    Direction.MADE: (Kind.SUPPLIER_INVOICE, Kind.CREDIT_NOTE),
}
CREDITS = {
    Kind.CREDIT_NOTE: Kind.SALES_INVOICE,
    Kind.SUPPLIER_CREDIT: Kind.SUPPLIER_INVOICE,
}


class Settlements:
    def __init__(self, ledger: "Ledger") -> None:
        self.ledger = ledger
        self.payments = Table(
            ledger.store,
            "payments",
            Payment,
            party=lambda row: row.party,
            number=lambda row: row.number.casefold(),
            reference=lambda row: row.reference.casefold(),
            external_id=external_id,
        )
        self.allocations = Table(
            ledger.store,
            "allocations",
            Allocation,
            document=lambda row: row.document,
            payment=lambda row: row.payment,
            credit=lambda row: row.credit,
            group=lambda row: row.group,
            external_id=external_id,
        )

    # --- look-ups

    def of_payment(self, payment_id: str) -> list[Allocation]:
        return self.allocations.by("payment", payment_id)

    def of_document(self, document_id: str) -> list[Allocation]:
        """What was taken off a document, by payments and by credits."""
        return self.allocations.by("document", document_id)

    def of_credit(self, credit_id: str) -> list[Allocation]:
        """Where a credit was used (refunds stand in `of_document`)."""
        return self.allocations.by("credit", credit_id)

    def unallocated(self, payment: Payment) -> Decimal:
        if payment.state is State.VOID:
            return ZERO
        used = sum((row.amount for row in self.of_payment(payment.id)), ZERO)
        return payment.amount - used

    # --- payments

    def record(self, payment: Payment, pays: Mapping[str, Decimal]) -> Payment:
        """`pays`: amount by document id; what is left over stays unallocated."""
        with self.ledger.store.change():
            self._check(payment)
            require_free_external_id(self.payments, payment)
            return self.insert(payment, pays)

    def insert(self, payment: Payment, pays: Mapping[str, Decimal]) -> Payment:
        """As `record`, behind the checks of period and accounts (edits, seeds)."""
        with self.ledger.store.change():
            ids = self.ledger.policies.ids
            record_id = payment.id or ids.next(self.payments.name)
            ids.seen(self.payments.name, record_id)
            row = self.payments.put(replace(payment, id=record_id), "create")
            self._allocate(row, pays)
            return row

    def update(
        self,
        payment_id: str,
        pays: Mapping[str, Decimal] | None = None,
        *,
        version: int | None = None,
        **fields: Any,
    ) -> Payment:
        """`pays` given: replaces all that the payment was allocated to."""
        with self.ledger.store.change():
            row = self._changeable(payment_id, version)
            changed = replace(row, **fields)
            self._check(changed)
            changed = self.payments.put(changed, "update")
            if pays is not None:
                self._drop(self.of_payment(payment_id))
                self._allocate(changed, pays)
            if self.unallocated(changed) < ZERO:
                raise Invalid("More is allocated than was paid.", field="amount")
            return changed

    def allocate(self, payment_id: str, pays: Mapping[str, Decimal]) -> None:
        """Lays more of a payment on documents; its own version stays."""
        with self.ledger.store.change():
            self._allocate(self.payments.get(payment_id), pays)

    def void(self, payment_id: str, *, version: int | None = None) -> Payment:
        with self.ledger.store.change():
            row = self._changeable(payment_id, version)
            self._drop(self.of_payment(payment_id))
            return self.payments.put(replace(row, state=State.VOID), "void")

    def delete(self, payment_id: str, *, version: int | None = None) -> Payment:
        with self.ledger.store.change():
            row = self.payments.get(payment_id)
            require_version(row, version)
            self.ledger.documents.require_open(row.date)
            self._drop(self.of_payment(payment_id))
            return self.payments.put(replace(row, deleted=True), "delete")

    def _changeable(self, payment_id: str, version: int | None) -> Payment:
        row = self.payments.get(payment_id)
        require_version(row, version)
        self.ledger.documents.require_open(row.date)
        if row.state is State.VOID:
            raise WrongState("The payment is void.", field="state")
        return row

    # --- credits

    def apply_credit(
        self,
        credit_id: str,
        document_id: str,
        amount: Decimal,
        *,
        on: dt.date | None = None,
        group: str = "",
    ) -> Allocation:
        """Lays part of a credit on a document of the same party."""
        with self.ledger.store.change():
            credit = self._payable(credit_id, amount, field="credit")
            document = self._payable(document_id, amount, field="document")
            if CREDITS.get(credit.kind) is not document.kind:
                raise Invalid("That credit does not fit.", field="credit")
            if credit.party != document.party:
                raise UnknownParty(document.party, field="party")
            return self._put(
                Allocation(
                    document=document_id,
                    credit=credit_id,
                    amount=amount,
                    date=on or self.ledger.today(),
                    group=group,
                )
            )

    def remove(self, allocation_id: str) -> None:
        with self.ledger.store.change():
            self._drop([self.allocations.get(allocation_id)])

    def remove_group(self, group: str) -> None:
        with self.ledger.store.change():
            self._drop(self.allocations.by("group", group))

    def release(self, document_id: str) -> None:
        """Takes all payments and credits off a document; they become unallocated."""
        with self.ledger.store.change():
            self._drop(self.of_document(document_id) + self.of_credit(document_id))

    def trim(self, document_id: str) -> None:
        """Takes allocations off, newest first, until no more is settled than due."""
        with self.ledger.store.change():
            rows = self.of_document(document_id) + self.of_credit(document_id)
            for row in reversed(rows):
                if self.ledger.documents.get(document_id).balance >= ZERO:
                    return
                self._drop([row])

    # --- rules

    def _check(self, payment: Payment) -> None:
        books = self.ledger
        books.documents.require_open(payment.date)
        parties = books.parties.table
        require_active(parties, payment.party, UnknownParty, field="party")
        if payment.amount < ZERO:
            raise Invalid("The amount is negative.", field="amount")
        if payment.account:
            accounts = books.accounts.table
            require_active(accounts, payment.account, UnknownAccount, field="account")

    def _payable(self, document_id: str, amount: Decimal, *, field: str) -> Document:
        row = self.ledger.documents.find(document_id)
        if row is None:
            raise UnknownReference(document_id, field=field)
        if row.state is not State.POSTED:
            raise WrongState(f"The document is {row.state}.", field=field)
        if not ZERO < amount <= row.balance:
            raise Invalid(f"{amount} of {row.balance} left.", field="amount")
        return row

    def _allocate(self, payment: Payment, pays: Mapping[str, Decimal]) -> None:
        for document_id, amount in pays.items():
            row = self._payable(document_id, amount, field="document")
            if row.kind not in SETTLES[payment.direction]:
                raise Invalid("Money goes the other way.", field="document")
            if row.party != payment.party:
                raise UnknownParty(row.party, field="party")
            self._put(
                Allocation(
                    document=document_id,
                    payment=payment.id,
                    amount=amount,
                    date=payment.date,
                )
            )
        if self.unallocated(payment) < ZERO:
            raise Invalid("More is allocated than was paid.", field="amount")

    def _put(self, row: Allocation) -> Allocation:
        row = replace(row, id=self.ledger.policies.ids.next(self.allocations.name))
        row = self.allocations.put(row, "create")
        self._resettle(row)
        return row

    def _drop(self, rows: list[Allocation]) -> None:
        for row in rows:
            self.allocations.put(replace(row, deleted=True), "delete")
            self._resettle(row)

    def _resettle(self, row: Allocation) -> None:
        for document_id in filter(None, (row.document, row.credit)):
            rows = self.of_document(document_id) + self.of_credit(document_id)
            settled = sum((each.amount for each in rows), ZERO)
            self.ledger.documents.settle(document_id, settled)
