"""Our documents, as Wave wants them. Pure.

Amounts travel as text. Our reference stands on the last line of the memo, for Wave has
no private field; the tax of each line is told, so that Wave's own rounding does not
matter.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.amounts import line_taxes, quantity_and_price
from connectors.errors import Rejected, Unsupported
from connectors.records import Document, DocumentKind, Item, Line, Party, Payment
from connectors.references import marked
from connectors.transport.json_codec import plain

Input = dict[str, Any]

NUMBER_LENGTH = 20
PRICE_PLACES = 2
QUANTITY_PLACES = 3
_METHODS = {
    "cash": "CASH",
    "cheque": "CHEQUE",
    "check": "CHEQUE",
    "card": "CREDIT_CARD",
    "paypal": "PAYPAL",
    "bank": "BANK_TRANSFER",
    "bacs": "BANK_TRANSFER",
    "transfer": "BANK_TRANSFER",
}


def invoice_input(document: Document) -> Input:
    """Raises `Rejected` or `Unsupported` for what cannot be told to Wave."""
    if document.kind is not DocumentKind.SALES_INVOICE:
        raise Unsupported("Wave's API takes sales invoices alone.", field="kind")
    if len(document.number) > NUMBER_LENGTH:
        raise Rejected(
            f"Wave keeps numbers of {NUMBER_LENGTH} characters safely.",
            status_code="NUMBER_TOO_LONG",
            field="number",
        )
    taxes = line_taxes(document)
    made: Input = {
        "customerId": document.party_id,
        "invoiceNumber": document.number,
        "invoiceDate": document.date,
        "memo": marked(document.note, document.reference),
        "items": [
            item_input(line, tax)
            for line, tax in zip(document.lines, taxes, strict=True)
        ],
    }
    if document.job_code:
        made["poNumber"] = document.job_code
    if document.due_date:
        made["dueDate"] = document.due_date
    if document.currency:
        made["currency"] = document.currency
    if document.rate != 1:
        made["exchangeRate"] = plain(document.rate)
    return made


def item_input(line: Line, tax: Decimal) -> Input:
    if not line.item_id:
        raise Rejected(
            f"Line {line.position} has no nominal code there: Wave needs a product "
            "that carries the account.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    quantity, price = quantity_and_price(
        line, price_places=PRICE_PLACES, quantity_places=QUANTITY_PLACES
    )
    made: Input = {
        "productId": line.item_id,
        "description": line.text,
        "quantity": plain(quantity),
        "unitPrice": plain(price),
        "taxes": [],
    }
    if line.tax_code_id:
        made["taxes"] = [{"salesTaxId": line.tax_code_id, "amount": plain(tax)}]
    return made


def transaction_input(document: Document, *, anchor_account: str) -> Input:
    """The user's "Create Transaction": a sale straight to the ledger. How taxes count
    on its lines is not known, so taxed documents go as invoices alone."""
    if document.kind is not DocumentKind.SALES_INVOICE:
        raise Unsupported("Wave's API takes sales alone.", field="kind")
    if document.tax or document.tax_override:
        raise Unsupported(
            "A taxed document is not posted to Wave as a transaction.", field="tax"
        )
    if document.gross <= 0:
        raise Unsupported("Wave takes no transaction of nothing.", field="gross")
    return {
        "externalId": document.reference,
        "date": document.date,
        "description": f"{document.number} {document.party_name}".strip(),
        "anchor": {
            "accountId": anchor_account,
            "amount": plain(document.gross),
            "direction": "DEPOSIT",
        },
        "lineItems": [
            _transaction_line(line, document.party_id) for line in document.lines
        ],
    }


def _transaction_line(line: Line, customer_id: str) -> Input:
    if not line.account_id:
        raise Rejected(
            f"Line {line.position} has no nominal code there.",
            status_code="NO_NOMINAL",
            field="lines",
        )
    return {
        "accountId": line.account_id,
        "amount": plain(abs(line.net)),
        "balance": "INCREASE" if line.net >= 0 else "DECREASE",
        "customerId": customer_id,
        "description": line.text,
    }


def sent_input(id: str, moment: datetime) -> Input:
    at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"invoiceId": id, "sendMethod": "MARKED_SENT", "sentAt": at}


def payment_input(payment: Payment) -> Input:
    """Wave records a payment on one invoice."""
    if len(payment.allocations) != 1:
        raise Unsupported(
            "Wave records each payment on one invoice. Record this one in parts.",
            field="allocations",
        )
    [allocation] = payment.allocations
    if allocation.amount != payment.amount:
        raise Unsupported(
            "Wave keeps nothing on account: a payment settles its invoice.",
            field="amount",
        )
    if not payment.bank_account_id:
        raise Rejected(
            "Wave needs the account that the money came to.",
            status_code="NO_METHOD",
            field="bank_account_id",
        )
    return {
        "invoiceId": allocation.document_id,
        "paymentAccountId": payment.bank_account_id,
        "amount": plain(payment.amount),
        "paymentDate": payment.date,
        "paymentMethod": method_word(payment.method),
        "exchangeRate": plain(payment.rate),
        "memo": payment.reference,
    }


def method_word(method: str) -> str:
    lower = method.casefold()
    found = (word for part, word in _METHODS.items() if part in lower)
    return next(found, "OTHER" if method else "UNSPECIFIED")


def customer_input(party: Party) -> Input:
    made: Input = {"name": party.name}
    told = {"email": party.email, "phone": party.phone, "currency": party.currency}
    address = {
        "addressLine1": party.address.street,
        "city": party.address.city,
        "postalCode": party.address.postcode,
        "countryCode": party.address.country.upper(),
    }
    made |= {name: value for name, value in told.items() if value}
    kept = {name: value for name, value in address.items() if value}
    return made | ({"address": kept} if kept else {})


def product_input(item: Item) -> Input:
    made: Input = {"name": item.name, "unitPrice": "0"}
    accounts = {
        "incomeAccountId": item.income_account_id,
        "expenseAccountId": item.expense_account_id,
    }
    return made | {name: id for name, id in accounts.items() if id}
