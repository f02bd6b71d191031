"""What is put and released: documents, payments, parties."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..books import (
    ZERO,
    Address,
    Direction,
    Document,
    Kind,
    Line,
    Party,
    Payment,
    Role,
    State,
)
from ..errors import NotFound, UnknownAccount, UnknownItem, UnknownParty, UnknownTax
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import shapes
from .refusals import Refused, misfit
from .render import PREFIXES, TYPES

Sent = Mapping[str, Any]
KINDS = {
    "Invoice": {"Invoice": Kind.SALES_INVOICE, "Credit Memo": Kind.CREDIT_NOTE},
    "SalesInvoice": {"Invoice": Kind.SALES_INVOICE, "Credit Memo": Kind.CREDIT_NOTE},
    "Bill": {"Bill": Kind.SUPPLIER_INVOICE},
}
PARTY_MEMBERS = {
    "Invoice": "Customer",
    "SalesInvoice": "CustomerID",
    "Bill": "Vendor",
    "Payment": "CustomerID",
    "Check": "Vendor",
}
ROLES = {"Customer": Role.CUSTOMER, "Vendor": Role.SUPPLIER}
DIRECTIONS = {"Payment": Direction.RECEIVED, "Check": Direction.MADE}
_KIND_OF_TYPE = {word: kind for kind, word in TYPES.items()}


def parsed(shape: Shape, body: Any) -> dict[str, Any]:
    try:
        return shape.parsed(body)
    except Misfit as error:
        raise misfit(error) from error


def put_document(ledger: Ledger, entity: str, body: Any) -> Document:
    """A number of its own that is there already would mean an update."""
    sent = parsed(shapes.DOCUMENTS[entity], body)
    word = sent.get("Type") or next(iter(KINDS[entity]))
    kind = KINDS[entity].get(word)
    if kind is None:
        raise Refused(f"Type '{word}' is not valid.", member="Type")
    if sent.get("ReferenceNbr"):
        raise Refused("A released document cannot be changed.")
    date = sent.get("Date") or ledger.today()
    description = sent.get("Description") or ""
    made = ledger.documents.create(
        Document(
            kind=kind,
            party=sent[PARTY_MEMBERS[entity]],
            date=date,
            due=sent.get("DueDate") or date,
            number=sent.get("CustomerOrder") or sent.get("VendorRef") or "",
            reference=description.split(" | ")[0] or "api",
            currency=ledger.company.currency,
            lines=tuple(
                _line(ledger, entity, row, place)
                for place, row in enumerate(sent["Details"])
            ),
            memo=description,
            state=State.DRAFT,
        )
    )
    if made.gross < ZERO:
        raise Refused("The document total cannot be negative.")
    return made


def document_of(ledger: Ledger, entity: str, word: str, number: str) -> Document:
    kind = KINDS[entity].get(word)
    digits = number.removeprefix(PREFIXES[kind]) if kind else ""
    row = ledger.documents.find(str(int(digits))) if digits.isdigit() else None
    if row is None or row.kind is not kind:
        raise NotFound("documents", number)
    return row


def release_document(ledger: Ledger, entity: str, word: str, number: str) -> None:
    row = document_of(ledger, entity, word, number)
    if row.state is not State.DRAFT:
        raise Refused("Document status is invalid for processing.")
    ledger.documents.post(row.id)


def put_party(
    ledger: Ledger, entity: str, body: Any, *, create_only: bool
) -> Party | None:
    """None: it is there, and only a new one was wanted."""
    sent = parsed(shapes.PARTIES[entity], body)
    id = sent.get(f"{entity}ID", "")
    contact = sent.get("MainContact") or {}
    address = contact.get("Address") or {}
    there = ledger.parties.find(id) if id else None
    if there is not None and create_only:
        return None
    values: dict[str, Any] = {
        "name": sent[f"{entity}Name"],
        "email": contact.get("Email") or "",
        "phone": contact.get("Phone1") or "",
        "tax_number": sent.get("TaxRegistrationID") or "",
        "currency": sent.get("CurrencyID") or ledger.company.currency,
        "address": Address(
            street=address.get("AddressLine1") or "",
            city=address.get("City") or "",
            region=address.get("State") or "",
            postcode=address.get("PostalCode") or "",
            country=address.get("Country") or "",
        ),
    }
    if there is not None:
        return ledger.parties.update(id, **values)
    return ledger.parties.create(Party(id=id, roles=(ROLES[entity],), **values))


def put_payment(ledger: Ledger, entity: str, body: Any) -> dict[str, Any]:
    """Saved, and not in the books before it is released."""
    sent = parsed(shapes.PAYMENTS[entity], body)
    rows = [
        {**row, "AmountPaid": str(row.get("AmountPaid") or ZERO)}
        for row in sent.get("DocumentsToApply") or sent.get("Details") or []
    ]
    if sent.get("Type") == "Credit Memo":
        return _credit(ledger, sent, rows)
    party = ledger.parties.find(sent.get(PARTY_MEMBERS[entity], ""))
    if party is None:
        raise UnknownParty(sent.get(PARTY_MEMBERS[entity], ""), field="party")
    account = ledger.accounts.coded(sent.get("CashAccount", ""))
    if account is None:
        code = sent.get("CashAccount", "")
        said = f"'CashAccount' '{code}' cannot be found in the system."
        raise Refused(said, member="CashAccount")
    date = sent.get("ApplicationDate") or ledger.today()
    ledger.documents.require_open(date)
    id = ledger.policies.ids.next("payments")
    saved = {
        "id": id,
        "party": party.id,
        "account": account.code,
        "method": sent.get("PaymentMethod") or "CHECK",
        "number": sent.get("PaymentRef") or "",
        "description": sent.get("Description") or "",
        "external": sent.get("ExternalRef") or "",
        "date": date.isoformat(),
        "amount": str(sent.get("PaymentAmount") or ZERO),
        "currency": party.currency,
        "at": ledger.store.now().isoformat(),
        "rows": rows,
    }
    ledger.remember(_saved_key(entity, id), saved)
    return saved


def saved_payments(ledger: Ledger, entity: str) -> list[dict[str, Any]]:
    return [dict(row) for row in ledger.recall_all(_saved_key(entity, ""))]


def release_payment(ledger: Ledger, entity: str, word: str, number: str) -> None:
    id = str(int(number)) if number.isdigit() else number
    if word == "Credit Memo":
        return _apply_credit(ledger, number)
    saved = ledger.recall(_saved_key(entity, id))
    if saved is None:
        raise Refused("Document status is invalid for processing.")
    account = ledger.accounts.coded(saved["account"])
    pays = {_named(ledger, row).id: Decimal(row["AmountPaid"]) for row in saved["rows"]}
    with ledger.store.change():
        ledger.settlements.record(
            Payment(
                id=saved["id"],
                party=saved["party"],
                direction=DIRECTIONS[entity],
                amount=Decimal(saved["amount"]),
                date=_date(saved["date"]),
                account=account.id if account else "",
                number=saved["number"],
                reference=saved["external"] or saved["description"] or "api",
                method=saved["method"],
                currency=saved["currency"],
                extra={
                    "external": saved["external"],
                    "description": saved["description"],
                },
            ),
            pays,
        )
        ledger.forget(_saved_key(entity, id))
    return None


def void_payment(ledger: Ledger, entity: str, number: str) -> None:
    row = ledger.settlements.payments.find(str(int(number)))
    if row is None or row.direction is not DIRECTIONS[entity]:
        raise NotFound("payments", number)
    ledger.settlements.void(row.id)


def _credit(ledger: Ledger, sent: Sent, rows: list[Any]) -> dict[str, Any]:
    memo = document_of(ledger, "Invoice", "Credit Memo", sent.get("ReferenceNbr", ""))
    ledger.remember(f"acumatica.memo.{memo.id}", rows)
    return {"memo": memo.id}


def _apply_credit(ledger: Ledger, number: str) -> None:
    memo = document_of(ledger, "Invoice", "Credit Memo", number)
    for row in ledger.recall(f"acumatica.memo.{memo.id}", []):
        paid = _named(ledger, row)
        amount = Decimal(row["AmountPaid"])
        ledger.settlements.apply_credit(memo.id, paid.id, amount)
    ledger.forget(f"acumatica.memo.{memo.id}")


def _named(ledger: Ledger, row: Sent) -> Document:
    kind = _KIND_OF_TYPE.get(row["DocType"])
    entity = "Bill" if kind is Kind.SUPPLIER_INVOICE else "Invoice"
    return document_of(ledger, entity, row["DocType"], row["ReferenceNbr"])


def _line(ledger: Ledger, entity: str, sent: Sent, place: int) -> Line:
    where = f"lines.{place}"
    code, item_code = sent.get("Account") or "", sent.get("InventoryID") or ""
    account = ledger.accounts.coded(code) if code else None
    item = ledger.items.coded(item_code) if item_code else None
    if item_code and item is None:
        raise UnknownItem(item_code, field=f"{where}.item")
    if account is None and (code or item is None):
        raise UnknownAccount(code, field=f"{where}.account")
    category = sent.get("TaxCategory") or ""
    tax = ledger.tax_codes.coded(category) if category else None
    if category and tax is None:
        raise UnknownTax(category, field=f"{where}.tax_code")
    price = sent.get("UnitCost") if entity == "Bill" else sent.get("UnitPrice")
    text = sent.get("TransactionDescr") or sent.get("TransactionDescription")
    return Line(
        description=text or "",
        quantity=sent.get("Qty") or Decimal(1),
        unit_price=price if price is not None else sent.get("Amount") or ZERO,
        account=account.id if account else "",
        item=item.id if item else "",
        tax_code=tax.id if tax else "",
    )


def _saved_key(entity: str, id: str) -> str:
    return f"acumatica.{entity}.{id}"


def _date(text: str) -> Any:
    return shapes.moment(text, "date")
