"""account.move and its lines: drafts, posting, cancelling, over the ledger's documents.

`name` is the ledger's number, `ref` its reference; all else that Odoo keeps stands in
`extra`. A line's id is made from its document's and its place.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..books import ZERO, AccountType, Document, Kind, Line, Party, Role, State
from ..errors import DuplicateNumber
from ..ledger import Ledger
from . import trouble
from .masters import Masters
from .move_lines import LINES_APART, MOVE, MOVE_LINE, MoveLines, line_id, line_ids
from .orm import Call, Field, Json, Method, Model

TYPES = {
    Kind.SALES_INVOICE: "out_invoice",
    Kind.CREDIT_NOTE: "out_refund",
    Kind.SUPPLIER_INVOICE: "in_invoice",
    Kind.SUPPLIER_CREDIT: "in_refund",
}
KINDS = {name: kind for kind, name in TYPES.items()}
STATES = {State.DRAFT: "draft", State.POSTED: "posted", State.VOID: "cancel"}
PREFIXES = {
    Kind.SALES_INVOICE: "INV",
    Kind.CREDIT_NOTE: "RINV",
    Kind.SUPPLIER_INVOICE: "BILL",
    Kind.SUPPLIER_CREDIT: "RBILL",
}
KEPT = ("payment_reference", "invoice_origin", "narration")
WRITABLE = {
    "move_type": "char",
    "partner_id": "many2one",
    "invoice_date": "date",
    "invoice_date_due": "date",
    "date": "date",
    "name": "char",
    "ref": "char",
    "payment_reference": "char",
    "invoice_origin": "char",
    "narration": "char",
    "currency_id": "many2one",
    "journal_id": "many2one",
    "company_id": "many2one",
    "reversed_entry_id": "many2one",
    "is_move_sent": "boolean",
    "invoice_line_ids": "commands",
}
# What may still be written when it is posted.
LASTING = {"ref", *KEPT, "is_move_sent"}
LINE_WRITABLE = {
    "name": "char",
    "quantity": "float",
    "price_unit": "float",
    "discount": "float",
    "account_id": "many2one",
    "product_id": "many2one",
    "tax_ids": "commands",
}
PLACES = {"quantity": 3, "price_unit": 2, "discount": 2}


class Moves:
    def __init__(self, ledger: Ledger, masters: Masters) -> None:
        self.ledger = ledger
        self.masters = masters
        self._lines_of = MoveLines(ledger, masters)
        self._line_values = Model(MOVE_LINE, list, {}, writable=LINE_WRITABLE)

    def models(self) -> list[Model]:
        moves = Model(
            MOVE,
            self.rows,
            self._move_fields(),
            methods={
                "action_post": self._each(self.post, answer=False),
                "button_draft": self._each(self.reopen),
                "button_cancel": self._each(self.cancel),
                "unlink": self._each(self.unlink, answer=True),
            },
            create=self.create,
            write=self.write,
            find=lambda record_id: self.ledger.documents.find(str(record_id)),
            writable=WRITABLE,
        )
        return [moves, self._lines_of.model(reconcile=self.reconcile)]

    def _each(
        self, act: Callable[[Document], None], *, answer: bool | None = None
    ) -> Method:
        """A method over the records of its ids, all or none."""

        def run(ids: Sequence[int] | None, call: Call) -> bool | None:
            for each in ids or ():
                row = self.ledger.documents.find(str(each))
                if row is None:
                    raise trouble.missing(MOVE, each)
                act(row)
            return answer

        return run

    def rows(self) -> Iterable[Document]:
        return self.ledger.documents.of_kind(*TYPES)

    # --- writing

    def create(self, values: Json) -> int:
        kind = KINDS.get(values.get("move_type", ""))
        if kind is None:
            raise trouble.bug(f"Wrong value for {MOVE}.move_type")
        blank = Document(
            kind=kind,
            party="",
            date=self.ledger.today(),
            currency=self.ledger.company.currency,
            state=State.DRAFT,
        )
        document = self._with(blank, values)
        row = self.ledger.documents.insert(self._checked(document))
        return int(row.id)

    def write(self, record_id: int, values: Json) -> None:
        row = self.ledger.documents.get(str(record_id))
        if row.state is not State.DRAFT and values.keys() - LASTING:
            raise trouble.user_error(
                "You cannot modify the following readonly fields on a posted move: "
                + ", ".join(sorted(values.keys() - LASTING))
            )
        changed = self._with(row, values)
        if row.state is State.DRAFT:
            changed = self._checked(changed)
        self._put(changed)

    def post(self, row: Document) -> None:
        if row.state is not State.DRAFT:
            name = row.number or "/"
            raise trouble.user_error(
                f"The entry {name} (id {row.id}) must be in draft."
            )
        if not row.party:
            raise trouble.user_error(
                "The field 'Customer' is required, please complete it to validate the "
                "Customer Invoice."
            )
        if row.kind.is_purchase and not row.extra.get("invoice_date"):
            raise trouble.user_error(
                "The Bill/Refund date is required to validate this document."
            )
        books = self.ledger.documents
        posted = replace(row, state=State.POSTED, number=row.number or self._name(row))
        posted = replace(posted, extra={**row.extra, "posted_before": True})
        books.check(posted)
        self._require_free_name(posted)
        self._put(posted)
        self._set_against_reversed(posted)

    def _require_free_name(self, row: Document) -> None:
        """Drafts may have a name that is taken."""
        for other in self.ledger.documents.numbered(row.kind, row.number):
            if other.id != row.id and other.state is State.POSTED:
                raise DuplicateNumber(row.number, other.id)

    def reopen(self, row: Document) -> None:
        if row.state is State.DRAFT:
            raise trouble.user_error("Only posted/cancelled entries can be reset.")
        self.ledger.documents.require_open(row.date)
        self.ledger.settlements.release(row.id)
        now = self.ledger.documents.get(row.id)
        self._put(replace(now, state=State.DRAFT))

    def cancel(self, row: Document) -> None:
        self.ledger.documents.require_open(row.date)
        self.ledger.settlements.release(row.id)
        now = self.ledger.documents.get(row.id)
        self._put(replace(now, state=State.VOID), "void")

    def unlink(self, row: Document) -> None:
        if row.state is not State.DRAFT or row.extra.get("posted_before"):
            raise trouble.user_error(
                "You can't delete a posted journal item. Don’t play games with your "
                "accounting records; reset the journal entry to draft before deleting "
                "it."
            )
        self._put(replace(row, deleted=True), "delete")

    def reconcile(self, ids: Sequence[int] | None, call: Call) -> None:
        """One credit and one invoice, as far as both reach."""
        found = [
            self.ledger.documents.get(str(each // LINES_APART)) for each in ids or ()
        ]
        credits = [row for row in found if row.kind.is_credit]
        owed = [row for row in found if not row.kind.is_credit]
        for credit in credits:
            for row in owed:
                self._apply(credit.id, row.id)

    def _apply(self, credit_id: str, document_id: str) -> None:
        books = self.ledger.documents
        left = min(books.get(credit_id).balance, books.get(document_id).balance)
        if left > ZERO:
            self.ledger.settlements.apply_credit(credit_id, document_id, left)

    def _set_against_reversed(self, row: Document) -> None:
        reversed_id = row.extra.get("reversed_entry_id")
        if reversed_id and self.ledger.documents.find(str(reversed_id)):
            self._apply(row.id, str(reversed_id))

    def _put(self, row: Document, action: str = "update") -> None:
        with self.ledger.store.change():
            self.ledger.documents.table.put(row, action)

    def _name(self, row: Document) -> str:
        """Sales are counted by year, purchases by month."""
        prefix = f"{PREFIXES[row.kind]}/{row.date.year}/"
        width = 5
        if row.kind.is_purchase:
            prefix, width = f"{prefix}{row.date.month:02d}/", 4
        key = f"odoo.sequence.{prefix}"
        count = int(self.ledger.recall(key, 0)) + 1
        self.ledger.remember(key, count)
        return f"{prefix}{count:0{width}d}"

    # --- values to documents

    def _checked(self, row: Document) -> Document:
        """A draft may stand in a locked period; posting it is refused."""
        if row.party:
            self._give_role(row.party, row.kind)
            closed = self.ledger.company.closed_until
            later = max(row.date, closed + dt.timedelta(days=1)) if closed else row.date
            self.ledger.documents.check(replace(row, date=later))
        return self.ledger.documents.price(row)

    def _give_role(self, party_id: str, kind: Kind) -> None:
        """Any partner may be billed, and is a customer or supplier from then on."""
        party: Party | None = self.ledger.parties.find(party_id)
        if party is None:
            raise trouble.missing("res.partner", party_id)
        role = Role.SUPPLIER if kind.is_purchase else Role.CUSTOMER
        if role not in party.roles:
            self.ledger.parties.update(party_id, roles=(*party.roles, role))

    def _with(self, row: Document, values: Json) -> Document:
        extra = dict(row.extra)
        extra |= {name: values[name] or "" for name in KEPT if name in values}
        for name in ("invoice_date", "reversed_entry_id", "journal_id"):
            if name in values:
                extra[name] = values[name] or None
        if journal := values.get("journal_id"):
            self._require_journal(journal)
        row = replace(row, extra=extra)
        if "partner_id" in values:
            row = replace(row, party=str(values["partner_id"] or ""))
        if "ref" in values:
            row = replace(row, reference=values["ref"] or "")
        if values.get("name"):
            row = replace(row, number=values["name"])
        if values.get("currency_id"):
            code = self.masters.currency_code(values["currency_id"])
            row = replace(row, currency=code)
        if "is_move_sent" in values:
            row = replace(row, sent=values["is_move_sent"])
        row = self._dated(row, values)
        if "invoice_line_ids" in values:
            lines = self._lines(row, values["invoice_line_ids"])
            row = replace(row, lines=tuple(lines))
        return row

    def _require_journal(self, journal_id: int) -> None:
        if journal_id > 2:
            raise trouble.missing("account.journal", journal_id)

    def _dated(self, row: Document, values: Json) -> Document:
        if day := values.get("invoice_date") or values.get("date"):
            row = replace(row, date=dt.date.fromisoformat(day))
        if day := values.get("invoice_date_due"):
            row = replace(row, due=dt.date.fromisoformat(day))
        return row if row.due else replace(row, due=row.date)

    def _lines(self, row: Document, commands: Sequence[Any]) -> list[Line]:
        kept: dict[int, Line] = {
            line_id(row, place): line for place, line in enumerate(row.lines)
        }
        added = []
        for code, record_id, value in commands:
            if code == 0:
                added.append(self._line(row.kind, value))
            elif code == 2:
                kept.pop(record_id, None)
            else:
                raise trouble.bug(f"Command {code} is not known here")
        return [*kept.values(), *added]

    def _line(self, kind: Kind, sent: Mapping[str, Any]) -> Line:
        values = self._line_values.checked(sent)
        numbers = {
            name: _rounded(values.get(name, default), PLACES[name])
            for name, default in (("quantity", 1), ("price_unit", 0), ("discount", 0))
        }
        item = values.get("product_id")
        account = values.get("account_id")
        return Line(
            description=values.get("name") or "",
            quantity=numbers["quantity"],
            unit_price=numbers["price_unit"],
            discount_percent=numbers["discount"],
            item=str(item) if item else "",
            account=str(account) if account else self._default(kind, item),
            tax_code=self._tax_code(kind, values),
        )

    def _default(self, kind: Kind, item: int | None) -> str:
        found = self.ledger.items.find(str(item)) if item else None
        purchase = kind.is_purchase
        if found is not None:
            return found.expense_account if purchase else found.income_account
        account = AccountType.EXPENSE if purchase else AccountType.INCOME
        return self.ledger.accounts.first(account).id

    def _tax_code(self, kind: Kind, values: Json) -> str:
        """Where none is told, the company's own is added."""
        if "tax_ids" not in values:
            return self.masters.default_tax().id
        ids: list[int] = []
        for code, record_id, value in values["tax_ids"]:
            ids = list(value) if code == 6 else [*ids, record_id]
        if len(ids) > 1:
            raise trouble.user_error("The practice ledger knows one tax for a line.")
        purchase = kind.is_purchase
        return self.masters.tax_code(ids[0], purchase=purchase) if ids else ""

    # --- documents to values

    def _move_fields(self) -> dict[str, Field]:
        def kept(name: str) -> Callable[[Document], Any]:
            return lambda row: row.extra.get(name)

        return {
            "id": Field("integer", lambda row: int(row.id)),
            "name": Field("char", lambda row: row.number),
            "ref": Field("char", lambda row: row.reference),
            "payment_reference": Field("char", kept("payment_reference")),
            "invoice_origin": Field("char", kept("invoice_origin")),
            "narration": Field("html", kept("narration")),
            "move_type": Field("selection", lambda row: TYPES[row.kind]),
            "state": Field("selection", lambda row: STATES[row.state]),
            "payment_state": Field("selection", self._payment_state),
            "partner_id": Field(
                "many2one", lambda row: self.masters.partner(row.party), "res.partner"
            ),
            "invoice_date": Field("date", lambda row: row.date),
            "date": Field("date", lambda row: row.date),
            "invoice_date_due": Field("date", lambda row: row.due),
            "currency_id": Field(
                "many2one",
                lambda row: self.masters.currency(row.currency),
                "res.currency",
            ),
            "amount_untaxed": Field("monetary", lambda row: row.net),
            "amount_tax": Field("monetary", lambda row: row.tax),
            "amount_total": Field("monetary", lambda row: row.gross),
            "amount_residual": Field("monetary", lambda row: row.balance),
            "is_move_sent": Field("boolean", lambda row: row.sent),
            "reversed_entry_id": Field("many2one", self._reversed, MOVE),
            "invoice_line_ids": Field("one2many", line_ids, MOVE_LINE),
            "write_date": Field("datetime", lambda row: row.updated_at),
        }

    def _payment_state(self, row: Document) -> str:
        if row.state is not State.POSTED:
            return "not_paid"
        if row.balance > ZERO:
            return "partial" if row.settled else "not_paid"
        rows = self.ledger.settlements.of_document(row.id)
        credited = bool(rows) and all(each.credit for each in rows)
        return "reversed" if credited and not row.kind.is_credit else "paid"

    def _reversed(self, row: Document) -> tuple[int, str] | None:
        other = self.ledger.documents.find(
            str(row.extra.get("reversed_entry_id") or "")
        )
        return (int(other.id), other.number) if other else None


def _rounded(value: Any, places: int) -> Decimal:
    """As stored: what has more places is rounded without a word."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
