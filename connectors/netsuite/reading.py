"""NetSuite's records as ours, for both ways in. Pure.

A record is a mapping as `mapping` describes it; amounts may be text or numbers, dates
may carry a time. What SOAP calls `internalId` stands as `id` here.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from connectors.dates import day, moment
from connectors.netsuite.mapping import our_mark
from connectors.records import (
    ZERO,
    AccountType,
    Address,
    Allocation,
    DocumentKind,
    Item,
    LedgerAccount,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
    TaxCode,
)

Entity = Mapping[str, Any]

# By the letter of REST and the word of SOAP. Pending and rejected are not posted.
STATUSES = {
    "a": RemoteStatus.OPEN,
    "open": RemoteStatus.OPEN,
    "b": RemoteStatus.PAID,
    "paid in full": RemoteStatus.PAID,
    "fully applied": RemoteStatus.PAID,
    "d": RemoteStatus.DRAFT,
    "pending approval": RemoteStatus.DRAFT,
    "e": RemoteStatus.DRAFT,
    "rejected": RemoteStatus.DRAFT,
    "v": RemoteStatus.VOID,
    "voided": RemoteStatus.VOID,
}
ACCOUNT_TYPES = {
    "income": AccountType.INCOME,
    "othincome": AccountType.INCOME,
    "otherincome": AccountType.INCOME,
    "expense": AccountType.EXPENSE,
    "othexpense": AccountType.EXPENSE,
    "otherexpense": AccountType.EXPENSE,
    "cogs": AccountType.EXPENSE,
    "costofgoodssold": AccountType.EXPENSE,
    "bank": AccountType.BANK,
    "acctrec": AccountType.RECEIVABLE,
    "accountsreceivable": AccountType.RECEIVABLE,
    "acctpay": AccountType.PAYABLE,
    "accountspayable": AccountType.PAYABLE,
}


def document_from(
    kind: DocumentKind, record: Entity, currencies: Mapping[str, str], *, url: str = ""
) -> RemoteDocument:
    """`currencies`: code by internal id."""
    gross = amount(record, "total", "userTotal") or ZERO
    tax = amount(record, "taxTotal")
    status = document_status(record, gross)
    return RemoteDocument(
        kind=kind,
        id=str(record["id"]),
        number=text(record, "tranId"),
        status=status,
        date=day(record.get("tranDate")),
        currency=currencies.get(ref(record, "currency"), ""),
        gross=gross,
        net=None if tax is None else gross - tax,
        tax=tax,
        balance=_balance(record, status),
        reference=our_mark(text(record, "externalId")),
        party_id=ref(record, "entity"),
        party_name=ref_name(record, "entity"),
        due_date=day(record.get("dueDate")),
        rate=amount(record, "exchangeRate"),
        version=text(record, "lastModifiedDate"),
        url=url,
        changed_at=moment(record.get("lastModifiedDate")),
        lines=tuple(_lines(record)),
    )


def document_status(record: Entity, gross: Decimal) -> RemoteStatus:
    """Part paid is not a status there: it follows from what is left."""
    found = STATUSES.get(_status_word(record), RemoteStatus.UNKNOWN)
    left = amount(record, "amountRemaining", "unapplied")
    if found is RemoteStatus.OPEN and left is not None and left < gross:
        return RemoteStatus.PART_PAID if left > ZERO else RemoteStatus.PAID
    return found


def payment_from(
    direction: PaymentDirection,
    record: Entity,
    currencies: Mapping[str, str],
    *,
    url: str = "",
) -> RemotePayment:
    received = direction is PaymentDirection.RECEIVED
    kind = DocumentKind.SALES_INVOICE if received else DocumentKind.SUPPLIER_INVOICE
    return RemotePayment(
        direction=direction,
        id=str(record["id"]),
        date=day(record.get("tranDate")),
        amount=amount(record, "payment", "total") or ZERO,
        currency=currencies.get(ref(record, "currency"), ""),
        allocations=tuple(_allocations(record, kind)),
        party_id=ref(record, "customer") or ref(record, "entity"),
        reference=text(record, "memo"),
        bank_account_id=ref(record, "account"),
        deleted=_status_word(record) in ("v", "voided"),
        version=text(record, "lastModifiedDate"),
        changed_at=moment(record.get("lastModifiedDate")),
        url=url,
    )


def party_from(
    role: PartyRole, record: Entity, currencies: Mapping[str, str], *, url: str = ""
) -> Party:
    return Party(
        role=role,
        id=str(record["id"]),
        name=party_name(record),
        code=text(record, "accountNumber"),
        email=text(record, "email"),
        phone=text(record, "phone"),
        tax_number=text(record, "vatRegNumber"),
        currency=currencies.get(ref(record, "currency"), ""),
        address=_address(record),
        active=not flag(record, "isInactive"),
        url=url,
    )


def party_name(record: Entity) -> str:
    """A person has no company's name, and one who has neither goes by his code."""
    person = f"{text(record, 'firstName')} {text(record, 'lastName')}".strip()
    return text(record, "companyName") or person or text(record, "entityId")


def account_from(record: Entity) -> LedgerAccount:
    word = text(record, "acctType").lstrip("_").casefold()
    return LedgerAccount(
        id=str(record["id"]),
        name=text(record, "acctName") or text(record, "fullName"),
        code=text(record, "acctNumber"),
        type=ACCOUNT_TYPES.get(word, AccountType.OTHER),
        active=not flag(record, "isInactive"),
    )


def tax_code_from(record: Entity) -> TaxCode:
    """The rate comes as "20.00%" or as a number."""
    rate = text(record, "rate").rstrip("% ")
    available = text(record, "available").lstrip("_").casefold() or "both"
    return TaxCode(
        id=str(record["id"]),
        name=text(record, "displayName") or text(record, "itemId"),
        code=text(record, "itemId"),
        rate=Decimal(rate) if rate else None,
        sales=available in ("both", "sale"),
        purchases=available in ("both", "purchase"),
        active=not flag(record, "isInactive"),
    )


def item_from(record: Entity) -> Item:
    return Item(
        id=str(record["id"]),
        name=text(record, "itemId"),
        code=text(record, "itemId"),
        income_account_id=ref(record, "incomeAccount"),
        expense_account_id=ref(record, "expenseAccount") or ref(record, "cogsAccount"),
        active=not flag(record, "isInactive"),
    )


def ref(record: Entity, name: str) -> str:
    found = record.get(name)
    return str(found.get("id") or "") if isinstance(found, Mapping) else ""


def ref_name(record: Entity, name: str) -> str:
    found = record.get(name)
    return str(found.get("refName") or "") if isinstance(found, Mapping) else ""


def rows(record: Entity, name: str) -> list[Entity]:
    found = record.get(name)
    inner = found.get("items") if isinstance(found, Mapping) else None
    return [row for row in inner or () if isinstance(row, Mapping)]


def text(record: Entity, name: str) -> str:
    found = record.get(name)
    return "" if found is None or isinstance(found, Mapping) else str(found)


def flag(record: Entity, name: str) -> bool:
    return text(record, name).casefold() in ("true", "t")


def amount(record: Entity, *names: str) -> Decimal | None:
    """The first that is there."""
    for name in names:
        if text(record, name):
            return Decimal(text(record, name))
    return None


def _status_word(record: Entity) -> str:
    """REST gives a letter as id, sometimes after the type ("CustInvc:A")."""
    word = ref(record, "status") or text(record, "status")
    return word.rpartition(":")[2].strip().casefold()


def _balance(record: Entity, status: RemoteStatus) -> Decimal | None:
    if status is RemoteStatus.PAID:
        return ZERO
    return amount(record, "amountRemaining", "unapplied")


def _lines(record: Entity) -> Iterable[RemoteLine]:
    for row in (*rows(record, "expense"), *rows(record, "item")):
        yield RemoteLine(
            text=text(row, "description") or text(row, "memo"),
            net=amount(row, "amount") or ZERO,
            tax=amount(row, "tax1Amt"),
            quantity=amount(row, "quantity"),
            unit_price=amount(row, "rate"),
            account_id=ref(row, "account"),
            item_id=ref(row, "item"),
            tax_code_id=ref(row, "taxCode"),
        )


def _allocations(record: Entity, kind: DocumentKind) -> Iterable[Allocation]:
    for row in rows(record, "apply"):
        paid = amount(row, "amount") or ZERO
        if flag(row, "apply") and paid:
            # SOAP writes the invoice as a number, REST as a reference.
            id = ref(row, "doc") or text(row, "doc")
            yield Allocation(document_id=id, kind=kind, amount=paid)


def _address(record: Entity) -> Address:
    for row in rows(record, "addressBook"):
        found = row.get("addressBookAddress")
        if isinstance(found, Mapping):
            return Address(
                street=text(found, "addr1"),
                city=text(found, "city"),
                region=text(found, "state"),
                postcode=text(found, "zip"),
                country=ref(found, "country") or text(found, "country"),
            )
    return Address()
