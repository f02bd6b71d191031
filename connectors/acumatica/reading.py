"""Acumatica's documents, as our records. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.acumatica.mapping import NAMES
from connectors.acumatica.wrapping import amount, day, rows, text
from connectors.leading_reference import reference_in
from connectors.records import (
    ZERO,
    DocumentKind,
    RemoteDocument,
    RemoteLine,
    RemoteStatus,
)

EXPAND = "Details"
# Saved, but not released: the ledger knows nothing of it yet.
_UNRELEASED = frozenset(
    {
        *("On Hold", "Pending Approval", "Rejected", "Credit Hold", "Balanced"),
        *("Scheduled", "Pending Print", "Pending Email", "Pending Processing"),
        *("Under Reclassification", "Reserved"),
    }
)
_VOID = frozenset({"Voided", "Canceled"})


def document_from(
    kind: DocumentKind,
    entity: str,
    row: Mapping[str, Any],
    *,
    home_currency: str,
    url: str = "",
) -> RemoteDocument:
    names = NAMES[entity]
    gross, tax = amount(row, "Amount"), amount(row, "TaxTotal")
    number = text(row, "ReferenceNbr")
    return RemoteDocument(
        kind=kind,
        id=number,
        number=text(row, names.number) or number,
        status=document_status(row),
        date=day(row, "Date"),
        currency=text(row, "Currency", "CurrencyID") or home_currency,
        gross=gross,
        net=gross - tax,
        tax=tax,
        balance=amount(row, "Balance"),
        reference=reference_in(text(row, "Description")),
        party_id=text(row, names.party),
        due_date=day(row, "DueDate"),
        url=url,
        lines=tuple(_lines(row, entity)),
    )


def document_status(row: Mapping[str, Any]) -> RemoteStatus:
    status = text(row, "Status")
    if status in _UNRELEASED:
        return RemoteStatus.DRAFT
    if status in _VOID:
        return RemoteStatus.VOID
    if status == "Closed":
        return RemoteStatus.PAID
    if status != "Open":
        return RemoteStatus.UNKNOWN
    gross, balance = amount(row, "Amount"), amount(row, "Balance")
    if balance >= gross:
        return RemoteStatus.OPEN
    return RemoteStatus.PART_PAID if balance > ZERO else RemoteStatus.PAID


def _lines(row: Mapping[str, Any], entity: str) -> Iterable[RemoteLine]:
    names = NAMES[entity]
    for line in rows(row, "Details"):
        yield RemoteLine(
            text=text(line, names.text),
            net=amount(line, "Amount"),
            quantity=amount(line, "Qty"),
            unit_price=amount(line, names.price),
            account_id=text(line, "Account"),
            item_id=text(line, "InventoryID"),
            tax_code_id=text(line, "TaxCategory"),
        )
