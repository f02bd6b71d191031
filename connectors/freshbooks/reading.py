"""FreshBooks' records, as ours. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connectors.dates import day
from connectors.freshbooks.kinds import PLACES
from connectors.freshbooks.mapping import tax_id
from connectors.records import (
    ZERO,
    AccountType,
    Address,
    Allocation,
    DocumentKind,
    LedgerAccount,
    Organisation,
    Party,
    PartyRole,
    PaymentDirection,
    RemoteDocument,
    RemoteLine,
    RemotePayment,
    RemoteStatus,
    TaxCode,
)
from connectors.references import reference_in

Node = Mapping[str, Any]

DELETED, ARCHIVED = 1, 2
# Accounting tells moments in this zone, but bills and vendors in UTC.
EASTERN = ZoneInfo("America/New_York")
_OPEN = (
    *("sent", "viewed", "pending", "declined", "retry", "failed", "resolved"),
    *("disputed", "overdue", "unpaid"),
)
_STATUSES: Mapping[str, RemoteStatus] = {
    "draft": RemoteStatus.DRAFT,
    "created": RemoteStatus.DRAFT,
    **dict.fromkeys(_OPEN, RemoteStatus.OPEN),
    **dict.fromkeys(
        ("partial", "deposit-partial", "deposit-paid"), RemoteStatus.PART_PAID
    ),
    **dict.fromkeys(("paid", "autopaid", "auto-paid"), RemoteStatus.PAID),
}
_TYPES = {
    "income": AccountType.INCOME,
    "expense": AccountType.EXPENSE,
    "asset": AccountType.OTHER,
    "liability": AccountType.OTHER,
    "equity": AccountType.OTHER,
}


def document_from(kind: DocumentKind, node: Node, *, url: str = "") -> RemoteDocument:
    place = PLACES[kind]
    gross = money(node, "amount") or ZERO
    bill = kind is DocumentKind.SUPPLIER_INVOICE
    lines = tuple(_lines(kind, node))
    status = document_status(kind, node)
    return RemoteDocument(
        kind=kind,
        id=str(node["id"]),
        number=str(node.get(place.number) or ""),
        status=status,
        date=day(node.get(place.date)),
        currency=str(node.get("currency_code") or _code(node, "amount")),
        gross=gross,
        net=sum((line.net for line in lines), ZERO) if lines else None,
        tax=gross - sum((line.net for line in lines), ZERO) if lines else None,
        balance=money(node, "outstanding"),
        reference=reference_in(str(node.get("notes") or "")),
        party_id=str(node.get(place.party) or ""),
        party_name=_party_name(node),
        due_date=day(node.get("due_date")),
        sent=None if bill else status is not RemoteStatus.DRAFT,
        url=url,
        changed_at=moment(node, utc=bill),
        lines=lines,
    )


def document_status(kind: DocumentKind, node: Node) -> RemoteStatus:
    """A deleted record stays readable, so it counts as void. FreshBooks' word may lag
    behind what was paid."""
    if node.get("vis_state") == DELETED:
        return RemoteStatus.VOID
    word = str(node.get("v3_status") or node.get("status") or "")
    status = _STATUSES.get(word, RemoteStatus.UNKNOWN)
    if kind is DocumentKind.CREDIT_NOTE and word == "created":
        status = RemoteStatus.OPEN
    if status is RemoteStatus.OPEN:
        return _settled(node)
    return status


def _settled(node: Node) -> RemoteStatus:
    left, gross = money(node, "outstanding"), money(node, "amount")
    if left is None or gross is None or (left >= gross and gross):
        return RemoteStatus.OPEN
    return RemoteStatus.PART_PAID if left else RemoteStatus.PAID


def payment_from(direction: PaymentDirection, node: Node) -> RemotePayment:
    made = direction is PaymentDirection.MADE
    kind = DocumentKind.SUPPLIER_INVOICE if made else DocumentKind.SALES_INVOICE
    amount = money(node, "amount") or ZERO
    document_id = str(node.get("billid" if made else "invoiceid") or "")
    word = str(node.get("payment_type" if made else "type") or "")
    return RemotePayment(
        direction=direction,
        id=str(node["id"]),
        date=day(node.get("paid_date" if made else "date")),
        amount=amount,
        currency=_code(node, "amount"),
        allocations=(Allocation(document_id=document_id, kind=kind, amount=amount),),
        party_id="" if made else str(node.get("clientid") or ""),
        reference=str(node.get("note") or ""),
        method=word,
        bank_account_id=word,
        deleted=node.get("vis_state") == DELETED,
        changed_at=moment(node, utc=made),
    )


def customer_from(node: Node) -> Party:
    return Party(
        role=PartyRole.CUSTOMER,
        id=str(node["id"]),
        name=_party_name(node),
        email=str(node.get("email") or ""),
        phone=str(node.get("home_phone") or node.get("bus_phone") or ""),
        tax_number=str(node.get("vat_number") or ""),
        currency=str(node.get("currency_code") or ""),
        address=Address(
            street=str(node.get("p_street") or ""),
            city=str(node.get("p_city") or ""),
            region=str(node.get("p_province") or ""),
            postcode=str(node.get("p_code") or ""),
            country=str(node.get("p_country") or ""),
        ),
        active=not node.get("vis_state"),
    )


def vendor_from(node: Node) -> Party:
    return Party(
        role=PartyRole.SUPPLIER,
        id=str(node["vendorid"]),
        name=str(node.get("vendor_name") or ""),
        currency=str(node.get("currency_code") or ""),
        active=not node.get("vis_state"),
    )


def tax_from(node: Node) -> TaxCode:
    percent = Decimal(str(node.get("amount") or 0))
    name = str(node.get("name") or "")
    return TaxCode(
        id=tax_id(name, format(percent.normalize(), "f")),
        name=name,
        rate=percent,
        active=not node.get("vis_state"),
    )


def ledger_account_from(node: Node) -> LedgerAccount:
    return LedgerAccount(
        id=str(node.get("uuid") or ""),
        name=str(node.get("name") or ""),
        code=str(node.get("number") or ""),
        type=_TYPES.get(str(node.get("type") or "").lower(), AccountType.OTHER),
        active=str(node.get("state") or "active").lower() == "active",
    )


def category_from(node: Node) -> LedgerAccount:
    return LedgerAccount(
        id=str(node.get("categoryid") or node["id"]),
        name=str(node.get("category") or ""),
        type=AccountType.EXPENSE,
        active=not node.get("vis_state"),
    )


def organisation_from(node: Node, *, home_currency: str = "") -> Organisation:
    return Organisation(
        id=str(node.get("account_id") or ""),
        name=str(node.get("name") or ""),
        home_currency=home_currency,
        facts={"business_uuid": str(node.get("business_uuid") or "")},
    )


def _party_name(node: Node) -> str:
    """A client without an organisation is called by the person's name."""
    organisation = node.get("organization") or node.get("current_organization")
    person = " ".join(filter(None, (node.get("fname"), node.get("lname"))))
    return str(organisation or person or "")


def _lines(kind: DocumentKind, node: Node) -> Iterable[RemoteLine]:
    for line in node.get("lines") or ():
        bill = kind is DocumentKind.SUPPLIER_INVOICE
        name = line.get("tax_name1" if bill else "taxName1")
        percent = line.get("tax_percent1" if bill else "taxAmount1")
        known = name and percent is not None
        yield RemoteLine(
            text=str(line.get("description") or line.get("name") or ""),
            net=money(line, "amount") or ZERO,
            quantity=Decimal(str(line.get("quantity" if bill else "qty") or 0)),
            unit_price=money(line, "unit_cost"),
            account_id=str(line.get("categoryid") or ""),
            tax_code_id=tax_id(str(name), _short(percent)) if known else "",
        )


def _short(percent: object) -> str:
    return format(Decimal(str(percent)).normalize(), "f")


def money(node: Node, name: str) -> Decimal | None:
    found = node.get(name)
    return Decimal(str(found["amount"])) if isinstance(found, Mapping) else None


def _code(node: Node, name: str) -> str:
    found = node.get(name)
    return str(found.get("code") or "") if isinstance(found, Mapping) else ""


def moment(node: Node, *, utc: bool) -> datetime | None:
    """A value with a "T" is in UTC wherever it stands."""
    text = str(node.get("updated") or node.get("updated_at") or "")
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        return found
    return found.replace(tzinfo=UTC if utc or "T" in text else EASTERN)
