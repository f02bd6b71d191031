"""Wave's mutations. What is wrong with a record is told by a path, with HTTP 200."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeGuard

from graphql import GraphQLError

from .. import errors
from ..books import (
    ZERO,
    Account,
    AccountType,
    Address,
    Direction,
    Document,
    Item,
    Journal,
    JournalLine,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
)
from ..errors import LedgerError
from ..ledger import Ledger
from .nodes import Node, Nodes, not_found, opaque, plain_id

Input = Mapping[str, Any]
CENT = Decimal("0.01")


class Refused(Exception):
    """One entry of `inputErrors`."""

    def __init__(self, path: str, message: str, code: str = "INVALID") -> None:
        super().__init__(message)
        self.entry = {
            "path": ["input", *path.split(".")],
            "message": message,
            "code": code,
        }


class Mutations:
    def __init__(self, ledger: Ledger, nodes: Nodes) -> None:
        self.ledger = ledger
        self.nodes = nodes

    def root(self) -> dict[str, Callable[..., Node]]:
        calls: dict[str, Callable[[Input], Node]] = {
            "customerCreate": self.customer_create,
            "productCreate": self.product_create,
            "invoiceCreate": self.invoice_create,
            "invoicePatch": self.invoice_patch,
            "invoiceApprove": self.invoice_approve,
            "invoiceMarkSent": self.invoice_mark_sent,
            "invoiceDelete": self.invoice_delete,
            "invoicePaymentCreateManual": self.payment_create,
            "invoicePaymentDelete": self.payment_delete,
            "moneyTransactionCreate": self.transaction_create,
        }
        return {name: self._answering(call) for name, call in calls.items()}

    def _answering(self, call: Callable[[Input], Node]) -> Callable[..., Node]:
        def answer(info: Any, input: Input) -> Node:
            try:
                with self.ledger.store.change():
                    self._check_business(input)
                    return {"didSucceed": True, "inputErrors": None, **call(input)}
            except Refused as error:
                return {"didSucceed": False, "inputErrors": [error.entry]}
            except LedgerError as error:
                entry = refused(error).entry
                return {"didSucceed": False, "inputErrors": [entry]}

        return answer

    def _check_business(self, sent: Input) -> None:
        own = opaque("Business", self.ledger.company.id)
        if sent.get("businessId", own) != own:
            raise not_found()

    # --- customers and products

    def customer_create(self, sent: Input) -> Node:
        address = sent.get("address") or {}
        if "address" in sent and not any(address.values()):
            raise Refused("address", "The address is empty.")
        made = self.ledger.parties.create(
            Party(
                name=sent["name"],
                roles=(Role.CUSTOMER,),
                email=sent.get("email") or "",
                phone=sent.get("phone") or "",
                currency=self._currency(sent),
                address=Address(
                    street=address.get("addressLine1") or "",
                    city=address.get("city") or "",
                    postcode=address.get("postalCode") or "",
                    country=address.get("countryCode") or "",
                ),
            )
        )
        return {"customer": self.nodes.customer(made)}

    def product_create(self, sent: Input) -> Node:
        accounts = {
            name: self._account(sent, name)
            for name in ("incomeAccountId", "expenseAccountId")
        }
        if not any(accounts.values()):
            raise Refused("incomeAccountId", "An account is required.", "REQUIRED")
        made = self.ledger.items.create(
            Item(
                name=sent["name"],
                price=sent["unitPrice"],
                income_account=accounts["incomeAccountId"],
                expense_account=accounts["expenseAccountId"],
            )
        )
        return {"product": self.nodes.product(made)}

    def _account(self, sent: Input, name: str) -> str:
        if not sent.get(name):
            return ""
        record_id = plain_id("Account", sent[name])
        if self.ledger.accounts.find(record_id) is None:
            raise not_found()
        return record_id

    # --- invoices

    def invoice_create(self, sent: Input) -> Node:
        customer = self._customer(sent["customerId"])
        number = sent.get("invoiceNumber") or ""
        document = Document(
            kind=Kind.SALES_INVOICE,
            party=customer.id,
            date=sent.get("invoiceDate") or self.ledger.today(),
            number=number,
            reference=number or "api",
            currency=self._currency(sent, customer.currency),
            state=State.DRAFT if sent["status"] == "DRAFT" else State.POSTED,
        )
        document = self._with(document, sent)
        return {"invoice": self.nodes.invoice(self.ledger.documents.create(document))}

    def invoice_patch(self, sent: Input) -> Node:
        row = self._invoice(sent["id"])
        if "customerId" in sent:
            row = replace(row, party=self._customer(sent["customerId"]).id)
        changed = self._with(row, sent)
        names = ("party", "date", "due", "number", "rate", "memo", "extra", "lines")
        fields = {name: getattr(changed, name) for name in names}
        done = self.ledger.documents.update(row.id, **fields)
        return {"invoice": self.nodes.invoice(done)}

    def invoice_approve(self, sent: Input) -> Node:
        row = self._invoice(sent["invoiceId"])
        if row.state is not State.DRAFT:
            raise Refused("invoiceId", "The invoice is approved already.")
        return {"invoice": self.nodes.invoice(self.ledger.documents.post(row.id))}

    def invoice_mark_sent(self, sent: Input) -> Node:
        row = self._invoice(sent["invoiceId"])
        if row.state is State.DRAFT:
            raise Refused("invoiceId", "A draft cannot be marked as sent.")
        done = self.ledger.documents.mark_sent(row.id, sent.get("sentAt"))
        return {"invoice": self.nodes.invoice(done)}

    def invoice_delete(self, sent: Input) -> Node:
        self.ledger.documents.delete(self._invoice(sent["invoiceId"]).id)
        return {}

    def _with(self, row: Document, sent: Input) -> Document:
        extra = {**row.extra}
        extra |= {name: sent[name] for name in ("poNumber", "footer") if name in sent}
        day: dt.date = sent.get("invoiceDate") or row.date
        row = replace(
            row,
            date=day,
            due=sent.get("dueDate") or row.due or day,
            number=sent.get("invoiceNumber") or row.number,
            memo=sent["memo"] or "" if "memo" in sent else row.memo,
            rate=sent.get("exchangeRate") or row.rate,
            extra=extra,
        )
        if sent.get("items") is None:
            return row
        lines = [self._line(at, each) for at, each in enumerate(sent["items"])]
        return replace(row, lines=tuple(lines))

    def _line(self, at: int, sent: Input) -> Line:
        item = self._product(at, sent["productId"])
        taxes = sent.get("taxes") or []
        if len(taxes) > 1:
            raise Refused(f"items.{at}.taxes", "The practice ledger knows one tax.")
        price = sent.get("unitPrice")
        quantity: Decimal = sent["quantity"]
        amount = quantity * (item.price if price is None else price)
        tax = taxes[0] if taxes else {}
        return Line(
            description=sent.get("description") or "",
            quantity=quantity,
            unit_price=item.price if price is None else price,
            item=item.id,
            tax_code=self._tax(at, tax["salesTaxId"]) if tax else "",
            given_net=amount.quantize(CENT, ROUND_HALF_UP),
            given_tax=tax.get("amount"),
        )

    def _product(self, at: int, node_id: str) -> Item:
        try:
            found = self.ledger.items.find(plain_id("Product", node_id))
        except GraphQLError:
            found = None
        if found is None or not found.active:
            raise Refused(f"items.{at}.productId", "Product does not exist.")
        return found

    def _tax(self, at: int, node_id: str) -> str:
        record_id = plain_id("SalesTax", node_id)
        if self.ledger.tax_codes.find(record_id) is None:
            raise Refused(f"items.{at}.taxes.0.salesTaxId", "Tax does not exist.")
        return record_id

    def _customer(self, node_id: str) -> Party:
        row = self.ledger.parties.find(plain_id("Customer", node_id))
        if row is None or Role.CUSTOMER not in row.roles:
            raise not_found()
        return row

    def _invoice(self, node_id: str) -> Document:
        row = self.ledger.documents.find(plain_id("Invoice", node_id))
        if not is_shown(row):
            raise not_found()
        return row

    def _currency(self, sent: Input, default: str = "") -> str:
        code = sent.get("currency") or default or self.ledger.company.currency
        if code not in self.ledger.company.currencies:
            raise Refused("currency", f"{code} is not enabled.")
        return str(code)

    # --- money

    def payment_create(self, sent: Input) -> Node:
        row = self._invoice(sent["invoiceId"])
        account = self._bank(sent["paymentAccountId"])
        payment = Payment(
            party=row.party,
            direction=Direction.RECEIVED,
            amount=sent["amount"],
            date=sent["paymentDate"],
            account=account.id,
            reference=sent.get("memo") or "",
            method=sent["paymentMethod"],
            currency=row.currency,
        )
        made = self.ledger.settlements.record(payment, {row.id: sent["amount"]})
        invoice = self.ledger.documents.get(row.id)
        node = self.nodes.payment(made, invoice, made.amount)
        return {"invoicePayment": node}

    def _bank(self, node_id: str) -> Account:
        try:
            row = self.ledger.accounts.find(plain_id("Account", node_id))
        except GraphQLError:
            row = None
        if row is None or row.type is not AccountType.BANK:
            raise Refused("paymentAccountId", "Account does not exist.")
        return row

    def payment_delete(self, sent: Input) -> Node:
        record_id = plain_id("InvoicePayment", sent["id"])
        if self.ledger.settlements.payments.find(record_id) is None:
            raise not_found()
        self.ledger.settlements.delete(record_id)
        return {}

    def transaction_create(self, sent: Input) -> Node:
        """One of each external id: a repeat is answered with the first."""
        table = self.ledger.journals.table
        known = next(iter(table.by("external_id", sent["externalId"])), None)
        made = known or self.ledger.journals.create(self._journal(sent))
        return {"transaction": {"id": opaque("Transaction", made.id)}}

    def _journal(self, sent: Input) -> Journal:
        anchor = sent["anchor"]
        sign = 1 if anchor["direction"] == "DEPOSIT" else -1
        lines = [self._journal_line(anchor, sign * anchor["amount"])]
        total = ZERO
        for each in sent["lineItems"]:
            amount = each["amount"]
            amount = -amount if each["balance"] in ("DECREASE", "DEBIT") else amount
            total += amount
            lines.append(self._journal_line(each, -sign * amount))
        if total != anchor["amount"]:
            raise Refused("lineItems", "The lines do not add up to the anchor.")
        return Journal(
            date=sent["date"],
            lines=tuple(lines),
            external_id=sent["externalId"],
            memo=sent["description"],
        )

    def _journal_line(self, sent: Input, amount: Decimal) -> JournalLine:
        return JournalLine(account=self._account(sent, "accountId"), amount=amount)


def is_shown(row: Document | None) -> TypeGuard[Document]:
    """Wave voids nothing: what is void in the ledger is gone there."""
    if row is None or row.kind is not Kind.SALES_INVOICE:
        return False
    return row.state is not State.VOID


def refused(error: LedgerError) -> Refused:
    """A refusal of the books, in Wave's form."""
    if isinstance(error, errors.DuplicateNumber):
        return Refused(
            "invoiceNumber", "Invoice number must be unique", code="NOT_UNIQUE"
        )
    if isinstance(error, errors.PeriodClosed):
        return Refused("invoiceDate", "The books are closed for this date.")
    names = {"party": "customerId", "amount": "amount", "lines": "items"}
    place = error.field.partition(".")[0]
    return Refused(names.get(place, place or "id"), error.message)
