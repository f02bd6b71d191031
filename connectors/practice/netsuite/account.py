"""One NetSuite account over the ledger: its records by type, id and external id.

Records stand as the REST service writes them; the SOAP face turns them into XML. An
external id is unique by type, case aside. Those of FinSync are kept as the ledger's
reference, so that edits behind the face are seen by it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import ZERO, Document, Kind, Party, Payment, Role, State
from ..errors import LedgerError
from ..ledger import Ledger
from ..store import Table
from . import masters, transactions
from .refusals import Refused, not_there, refused
from .transactions import KINDS, OURS, PAYMENTS, our_reference
from .values import Record

WRITABLE = (*KINDS, *PAYMENTS, *masters.ROLES, *masters.ITEMS)


class Account:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    # --- writing

    def upsert(self, type: str, sent: Record, external: str) -> str:
        """The id. Raises `Refused`."""
        found = self.by_external(type, external) if external else ""
        if found:
            self.update(type, found, sent)
            return found
        return self.create(type, sent, external)

    def create(self, type: str, sent: Record, external: str = "") -> str:
        if external and self.by_external(type, external):
            text = "A record with this external ID already exists."
            raise Refused("DUP_RCRD", text, "externalId", external)
        return self._done(lambda: self._create(type, sent, external))

    def update(self, type: str, id: str, sent: Record) -> None:
        self._done(lambda: self._update(type, id, sent))

    def delete(self, type: str, id: str) -> None:
        if type in KINDS:
            self._document(type, id)
            self._done(lambda: self.ledger.documents.delete(id).id)
        elif type in PAYMENTS:
            self._payment(type, id)
            self._done(lambda: self.ledger.settlements.delete(id).id)
        else:
            raise Refused("CANT_DELETE_RCRD", "This record cannot be deleted.")

    def _done(self, change: Callable[[], str]) -> str:
        with self.ledger.store.change():
            try:
                return change()
            except LedgerError as error:
                raise refused(error) from error

    def _create(self, type: str, sent: Record, external: str) -> str:
        ledger = self.ledger
        kept: dict[str, Any] = {}
        if external:
            kept = {"external_id": _key(type, external)}
            kept["extra"] = {"externalId": external}
        if type in KINDS:
            row = transactions.document_from(ledger, KINDS[type], sent, None)
            extra = {**row.extra, **kept.get("extra", {})}
            row = replace(row, **{**kept, "extra": extra})
            row = replace(row, reference=our_reference(external))
            made = ledger.documents.create(row)
            self._apply_credit(made, sent)
            return made.id
        if type in PAYMENTS:
            paid = transactions.payment_from(ledger, PAYMENTS[type], sent, None)
            paid = replace(paid, reference=our_reference(external), **kept)
            return ledger.settlements.record(paid, transactions.applied(sent)).id
        if type in masters.ROLES:
            party = masters.party_from(ledger, type, sent, None)
            return ledger.parties.create(replace(party, **kept)).id
        if type in masters.ITEMS:
            item = masters.item_from(ledger, type, sent, None)
            return ledger.items.create(replace(item, **kept)).id
        raise _unknown(type)

    def _update(self, type: str, id: str, sent: Record) -> str:
        ledger = self.ledger
        if type in KINDS:
            row = self._document(type, id)
            if "entity" in sent or len(sent.keys() - {"apply", "id", "type"}):
                self._change(row, sent)
            self._apply_credit(self._document(type, id), sent)
        elif type in PAYMENTS:
            paid = transactions.payment_from(
                ledger, PAYMENTS[type], sent, self._payment(type, id)
            )
            fields = _named(paid, "party amount account date currency number memo")
            ledger.settlements.update(id, transactions.applied(sent), **fields)
        elif type in masters.ROLES:
            party = masters.party_from(ledger, type, sent, self._party(type, id))
            fields = _named(party, "name email phone code tax_number currency address")
            ledger.parties.update(id, **fields)
        else:
            item = masters.item_from(ledger, type, sent, ledger.items.get(id))
            fields = _named(item, "name income_account expense_account")
            ledger.items.update(id, **fields)
        return id

    def _change(self, row: Document, sent: Record) -> None:
        if row.state is State.VOID:
            raise Refused("USER_ERROR", "A voided transaction cannot be changed.")
        changed = transactions.document_from(self.ledger, row.kind, sent, row)
        names = "party date due number currency rate memo extra lines"
        fields = _named(changed, names)
        self.ledger.documents.update(row.id, **fields)

    def _apply_credit(self, credit: Document, sent: Record) -> None:
        """Rows are merged with those that are there: the amount of each is as sent."""
        if credit.kind is not Kind.CREDIT_NOTE:
            return
        settlements = self.ledger.settlements
        gone = transactions.left_off(sent)
        for old in settlements.of_credit(credit.id):
            if old.document in gone:
                settlements.remove(old.id)
        for document, amount in transactions.applied(sent).items():
            for old in settlements.of_credit(credit.id):
                if old.document == document:
                    settlements.remove(old.id)
            if amount > ZERO:
                settlements.apply_credit(credit.id, document, amount, on=credit.date)

    # --- reading

    def read(self, type: str, id: str) -> dict[str, Any]:
        """With `id` and, where there is one, `externalId`. Raises `Refused`."""
        if type in KINDS:
            return self._with_ids(self._document(type, id), self.of_document)
        if type in PAYMENTS:
            return self._with_ids(self._payment(type, id), self.of_payment)
        if type in masters.ROLES:
            return self._with_ids(self._party(type, id), masters.party_record)
        for name, record in self.rows(type):
            if record["id"] == id and name == type:
                return record
        raise not_there()

    def rows(self, type: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """All records of a type (of both types of items for either of them), with their
        own type."""
        ledger = self.ledger
        if type in KINDS:
            for row in ledger.documents.of_kind(KINDS[type]):
                yield type, self._with_ids(row, self.of_document)
        elif type in PAYMENTS:
            for paid in ledger.settlements.payments:
                if paid.direction is PAYMENTS[type]:
                    yield type, self._with_ids(paid, self.of_payment)
        elif type in masters.ROLES:
            for party in ledger.parties.in_role(masters.ROLES[type]):
                yield type, self._with_ids(party, masters.party_record)
        else:
            yield from self._master_rows(type)

    def _master_rows(self, type: str) -> Iterator[tuple[str, dict[str, Any]]]:
        ledger = self.ledger
        if type in masters.ITEMS:
            for item in ledger.items.table:
                own = masters.item_type(item)
                yield own, self._with_ids(item, masters.item_record)
        elif type == "account":
            for account in ledger.accounts.table:
                yield type, self._with_ids(account, masters.account_record)
        elif type == "salesTaxItem":
            for tax in ledger.tax_codes.table:
                yield type, {"id": tax.id, **masters.tax_record(ledger, tax)}
        elif type == "currency":
            for id, record in masters.currency_records(ledger).items():
                yield type, {"id": id, **record}
        elif type == "subsidiary":
            yield type, {"id": "1", **masters.subsidiary_record(ledger)}

    def of_document(self, row: Document) -> dict[str, Any]:
        return transactions.document_record(self.ledger, row)

    def of_payment(self, row: Payment) -> dict[str, Any]:
        return transactions.payment_record(self.ledger, row)

    def by_external(self, type: str, external: str) -> str:
        """The id, empty where there is none."""
        if type in KINDS and (ours := our_reference(external)):
            found = self.ledger.documents.referenced(ours)
            return next((row.id for row in found if row.kind is KINDS[type]), "")
        found = self._table(type).by("external_id", _key(type, external))
        return found[0].id if found else ""

    def _table(self, type: str) -> Table[Any]:
        ledger = self.ledger
        if type in KINDS:
            return ledger.documents.table
        if type in PAYMENTS:
            return ledger.settlements.payments
        return ledger.items.table if type in masters.ITEMS else ledger.parties.table

    def _with_ids(
        self, row: Any, render: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        external = row.extra.get("externalId", "")
        if isinstance(row, Document) and row.reference:
            external = f"{OURS}{row.reference}"
        record = {"id": row.id, **render(row)}
        return record | ({"externalId": external} if external else {})

    def _document(self, type: str, id: str) -> Document:
        row = self.ledger.documents.find(id)
        if row is None or row.kind is not KINDS[type]:
            raise not_there()
        return row

    def _payment(self, type: str, id: str) -> Payment:
        row = self.ledger.settlements.payments.find(id)
        if row is None or row.direction is not PAYMENTS[type]:
            raise not_there()
        return row

    def _party(self, type: str, id: str) -> Party:
        row = self.ledger.parties.find(id)
        role: Role = masters.ROLES[type]
        if row is None or role not in row.roles:
            raise not_there()
        return row


def _named(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _key(type: str, external: str) -> str:
    """Items of both types share their external ids."""
    group = "item" if type in masters.ITEMS else type
    return f"{group}|{external.casefold()}"


def _unknown(type: str) -> Refused:
    return Refused("INVALID_RCRD_TYPE", f"The record type {type} is not valid.")


def shown(value: Any) -> str:
    """A value as text, for comparing and for columns."""
    if isinstance(value, bool):
        return "T" if value else "F"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
