"""Partners, documents and payments: what is sent, checked, laid in the books."""

from collections.abc import Mapping
from dataclasses import replace
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
    State,
)
from ..errors import Invalid, UnknownAccount, UnknownParty, UnknownTax
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import shapes
from .names import CARD_TYPES, INVOICE_TYPES, tax_of_group
from .refusals import ANY_RULE, Refused, misfit, no_match

Sent = Mapping[str, Any]


def parsed(shape: Shape, sent: Any, entity: str) -> dict[str, Any]:
    try:
        return shape.parsed(sent)
    except Misfit as error:
        raise misfit(error, entity) from error


def create_partner(ledger: Ledger, body: Any) -> Party:
    sent = parsed(shapes.PARTNER, body, "BusinessPartner")
    code = sent["CardCode"]
    if ledger.parties.table.peek(code) is not None:
        raise Refused(
            "-2035", "This entry already exists in the following tables (ODBC -2035)"
        )
    home = ledger.company.currency
    return ledger.parties.create(
        Party(
            id=code,
            name=sent.get("CardName") or code,
            roles=(CARD_TYPES[sent["CardType"]],),
            code=code,
            email=sent.get("EmailAddress", ""),
            phone=sent.get("Phone1", ""),
            tax_number=sent.get("FederalTaxID", ""),
            company_number=sent.get("CompanyRegistrationNumber", ""),
            currency=sent.get("Currency", home),
            address=_address(sent.get("BPAddresses", [])),
        )
    )


def create_document(ledger: Ledger, kind: Kind, body: Any) -> Document:
    own = shapes.own_fields(body) if isinstance(body, dict) else {}
    shape = replace(shapes.DOCUMENT, members={**shapes.DOCUMENT.members, **own})
    sent = parsed(shape, body, "Document")
    row_kind = sent.get("DocType", "dDocument_Items")
    party = ledger.parties.find(sent["CardCode"])
    if party is None:
        raise UnknownParty(sent["CardCode"], field="party")
    memo = sent.get("JournalMemo", "")
    date = sent.get("DocDate", ledger.today())
    document = Document(
        kind=kind,
        party=party.id,
        date=date,
        due=sent.get("DocDueDate", date),
        number=sent.get("NumAtCard", ""),
        reference=memo or "".join(str(sent[name]) for name in own),
        currency=_currency(ledger, party, sent),
        rate=sent.get("DocRate", Decimal(1)),
        lines=tuple(_line(ledger, kind, row_kind, r) for r in sent["DocumentLines"]),
        memo=sent.get("Comments", ""),
        extra={
            "type": row_kind,
            "memo": memo,
            "own": {name: sent[name] for name in own},
        },
    )
    with ledger.store.change():
        made = ledger.documents.create(document)
        if made.gross < ZERO:
            raise Invalid("Document total must be greater than or equal to zero")
        return made


def cancel_document(ledger: Ledger, row: Document) -> None:
    """What was paid must be taken off before. A document of its own takes it back."""
    with ledger.store.change():
        ledger.documents.void(row.id)
        number = ledger.policies.ids.next(ledger.documents.table.name)
        void = ledger.documents.get(row.id)
        extra = {**void.extra, "cancellation": number}
        ledger.documents.table.put(replace(void, extra=extra), "update")


def create_payment(ledger: Ledger, direction: Direction, body: Any) -> Payment:
    sent = parsed(shapes.PAYMENT, body, "Payment")
    amount = sent.get("TransferSum", ZERO) + sent.get("CashSum", ZERO)
    code = sent.get("TransferAccount") or sent.get("CashAccount")
    account = ledger.accounts.coded(code) if code else None
    if account is None:
        raise UnknownAccount(code or "", field="account")
    party = ledger.parties.find(sent["CardCode"])
    if party is None:
        raise UnknownParty(sent["CardCode"], field="party")
    pays = dict(_paid(ledger, row) for row in sent.get("PaymentInvoices", []))
    if sum(pays.values(), ZERO) > amount:
        raise Refused(ANY_RULE, "Total amount applied exceeds the payment amount")
    return ledger.settlements.record(
        Payment(
            party=party.id,
            direction=direction,
            amount=amount,
            date=sent.get("DocDate", ledger.today()),
            account=account.id,
            number=sent.get("TransferReference", ""),
            reference=sent.get("Remarks") or sent.get("TransferReference") or "api",
            method=sent.get("JournalRemarks", ""),
            currency=sent.get("DocCurrency", ledger.company.currency),
            memo=sent.get("Remarks", ""),
            extra={"type": sent.get("DocType", "rCustomer")},
        ),
        pays,
    )


def cancel_payment(ledger: Ledger, row: Payment) -> None:
    if row.state is State.VOID:
        raise Refused(ANY_RULE, "Payment is already cancelled")
    ledger.settlements.void(row.id)


def _paid(ledger: Ledger, sent: Sent) -> tuple[str, Decimal]:
    row = ledger.documents.find(str(sent["DocEntry"]))
    word = sent.get("InvoiceType", "it_Invoice")
    if row is None or INVOICE_TYPES[row.kind] != word:
        raise no_match(status=400)
    amount = sent.get("AppliedFC") or sent.get("SumApplied")
    return row.id, amount or row.balance


def _currency(ledger: Ledger, party: Party, sent: Sent) -> str:
    currency = str(sent.get("DocCurrency", party.currency))
    if currency not in (party.currency, ledger.company.currency):
        raise Refused(ANY_RULE, "Document currency differs from that of the partner")
    if currency != ledger.company.currency and "DocRate" not in sent:
        raise Refused("-4006", f"Update the exchange rate, {currency}")
    return currency


def _line(ledger: Ledger, kind: Kind, row_kind: str, sent: Sent) -> Line:
    """All rows are items, or none is."""
    by_item = row_kind == "dDocument_Items"
    if by_item and not sent.get("ItemCode"):
        raise Refused(ANY_RULE, "Enter item code  [Document.ItemCode]")
    if not by_item and (sent.get("ItemCode") or not sent.get("AccountCode")):
        raise UnknownAccount(str(sent.get("AccountCode", "")), field="account")
    group = sent.get("VatGroup", "")
    tax = tax_of_group(ledger, group, purchase=kind.is_purchase)
    if tax is None:
        if not group:
            raise Refused(ANY_RULE, "10000180 - Specify valid tax code")
        raise UnknownTax(group, field="tax_code")
    base = Line(
        description=sent.get("ItemDescription", ""),
        account=_account(ledger, sent),
        tax_code=tax.id,
    )
    if not by_item:
        total = sent.get("LineTotal", sent.get("UnitPrice", ZERO))
        return replace(base, unit_price=total, given_net=total)
    item = ledger.items.coded(sent["ItemCode"])
    if item is None:
        raise no_match(status=400)
    return replace(
        base,
        item=item.id,
        description=base.description or item.name,
        quantity=sent.get("Quantity", Decimal(1)),
        unit_price=sent.get("UnitPrice", sent.get("Price", ZERO)),
    )


def _account(ledger: Ledger, sent: Sent) -> str:
    code = sent.get("AccountCode", "")
    if not code:
        return ""
    account = ledger.accounts.coded(code)
    if account is None:
        raise UnknownAccount(code, field="account")
    return account.id


def _address(sent: list[Sent]) -> Address:
    for row in sent:
        if row.get("AddressType", "bo_BillTo") == "bo_BillTo":
            return Address(
                street=row.get("Street", ""),
                city=row.get("City", ""),
                region=row.get("State", ""),
                postcode=row.get("ZipCode", ""),
                country=row.get("Country", ""),
            )
    return Address()
