"""Sales invoices, credit notes and purchase invoices: checked, laid in the books."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import AccountType, Document, Kind, Line, State, TaxCode
from ..ledger import Ledger
from ..shape import Misfit, Shape
from . import render, shapes
from .refusals import Refused, misfit, record_not_found

Sent = Mapping[str, Any]
VISIBLE = {
    False: (AccountType.INCOME,),
    True: (AccountType.EXPENSE, AccountType.COST_OF_SALES),
}
STATES = {"DRAFT": State.DRAFT, "PRO_FORMA": State.DRAFT}


def parsed(path: str, body: Any, *, new: bool) -> dict[str, Any]:
    """The object in its name. Raises `Refused`."""
    name, members, _ = shapes.DOCUMENTS[path]
    inner = body.get(name) if isinstance(body, dict) else None
    needs = shapes.NEEDS[path] if new else ()
    try:
        return Shape(members, needs=needs).parsed(inner)
    except Misfit as error:
        raise misfit(error) from error


def create(ledger: Ledger, path: str, sent: Sent) -> Document:
    """Raises `Refused` or `LedgerError`. Sales are numbered here, not by the caller."""
    kind = render.KINDS[path]
    row = Document(
        kind=kind,
        party=sent["contact_id"],
        date=sent["date"],
        currency=ledger.company.currency,
        state=STATES.get(sent.get("status_id", ""), State.POSTED),
    )
    return ledger.documents.create(_laid(ledger, path, row, sent))


def update(ledger: Ledger, path: str, row: Document, sent: Sent) -> Document:
    only_sent = sent.keys() == {"sent"}
    if row.state is State.VOID or (row.settled and not only_sent):
        raise Refused("The artefact is not editable.")
    if only_sent:
        return _marked(ledger, row, sent=sent["sent"])
    changed = _laid(ledger, path, row, sent)
    fields = {
        name: getattr(changed, name)
        for name in (
            *("party", "date", "due", "number", "reference", "currency", "rate"),
            *("memo", "lines", "sent", "sent_at", "extra"),
        )
    }
    return ledger.documents.update(row.id, **fields)


def end(ledger: Ledger, row: Document, reason: str) -> Document:
    """A draft is deleted, anything else voided."""
    if row.state is State.DRAFT:
        return ledger.documents.delete(row.id)
    if not row.kind.is_purchase and not reason:
        raise Refused("Void reason can't be blank", source="void_reason")
    with ledger.store.change():
        ended = ledger.documents.void(row.id)
        extra = {**ended.extra, "void_reason": reason} if reason else ended.extra
        return ledger.documents.table.put(replace(ended, extra=extra), "update")


def mark_seen(ledger: Ledger, row: Document) -> Document:
    """A plain look at a sales document marks it as sent, as the vendor has it."""
    if row.sent or row.kind.is_purchase or row.state is State.VOID:
        return row
    return _marked(ledger, row, sent=True)


def _marked(ledger: Ledger, row: Document, *, sent: bool) -> Document:
    if sent:
        return ledger.documents.mark_sent(row.id)
    with ledger.store.change():
        fresh = replace(row, sent=False, sent_at=None)
        return ledger.documents.table.put(fresh, "update")


def _laid(ledger: Ledger, path: str, row: Document, sent: Sent) -> Document:
    lines_name = shapes.DOCUMENTS[path][2]
    extra = dict(row.extra)
    if "reference" in sent:
        extra["reference"] = sent["reference"]
    number = sent.get("vendor_reference", row.number)
    told = extra.setdefault("reference", row.reference)
    row = replace(
        row,
        party=sent.get("contact_id", row.party),
        date=sent.get("date", row.date),
        due=sent.get("due_date", row.due or sent.get("date")),
        number=number,
        reference=str(told or number or "api"),
        memo=sent.get("notes", row.memo),
        extra=extra,
        **_currency(sent, row),
    )
    if "sent" in sent:
        moment = ledger.store.now() if sent["sent"] else None
        row = replace(row, sent=sent["sent"], sent_at=moment)
    if lines_name not in sent:
        return row
    lines = [
        _line(ledger, row.kind, each, f"{lines_name}[{index}]")
        for index, each in enumerate(sent[lines_name])
    ]
    return replace(row, lines=tuple(lines))


def _currency(sent: Sent, row: Document) -> dict[str, Any]:
    rate = sent.get("exchange_rate")
    return {
        "currency": sent.get("currency_id", row.currency),
        "rate": round(1 / rate, 6) if rate else row.rate,
    }


def _line(ledger: Ledger, kind: Kind, sent: Sent, place: str) -> Line:
    account = ledger.accounts.find(sent["ledger_account_id"])
    if account is None or account.type not in VISIBLE[kind.is_purchase]:
        raise record_not_found()
    code = tax_code(ledger, sent.get("tax_rate_id", ""))
    tax = sent.get("tax_amount")
    percent = ledger.tax_codes.percent(code.id) if code else Decimal(0)
    if percent and tax is None:
        raise Refused("Tax amount can't be blank", source=f"{place}.tax_amount")
    return Line(
        description=sent["description"],
        quantity=sent.get("quantity", Decimal(1)),
        unit_price=sent["unit_price"],
        account=account.id,
        item=_product(ledger, sent),
        tax_code=code.id if code else "",
        given_tax=tax,
    )


def _product(ledger: Ledger, sent: Sent) -> str:
    told = sent.get("product_id", "")
    if told and ledger.items.find(told) is None:
        raise record_not_found()
    return str(told)


def tax_code(ledger: Ledger, id: str) -> TaxCode | None:
    """None for no tax. Raises `Refused`."""
    if id in ("", render.NO_TAX):
        return None
    code = next((code for code, name in render.TAXES.items() if name == id), "")
    found = ledger.tax_codes.coded(code)
    if found is None:
        raise record_not_found()
    return found
