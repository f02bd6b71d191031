"""Payment journals: lines that wait, and are posted all together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ..books import ZERO, Document, Payment
from ..errors import LedgerError
from ..ledger import Ledger
from . import render, shapes
from .names import JOURNALS, PARTIES, SETS, JournalSet, guid_of
from .refusals import Refused, not_found
from .writes import parsed, party_of, require_match

Row = dict[str, Any]
_JOURNAL = "bc.journal."
_LINE = "bc.line."
_ROLES = {"customer": PARTIES["customers"], "vendor": PARTIES["vendors"]}


def rows(ledger: Ledger, name: str) -> list[Row]:
    return [_shown(row) for row in ledger.recall_all(_JOURNAL) if row["set"] == name]


def create(ledger: Ledger, name: str, body: Any) -> Row:
    sent = parsed(shapes.JOURNAL, body)
    code = sent["code"].upper()
    if any(row["code"] == code for row in rows(ledger, name)):
        raise Refused(
            f"The record Gen. Journal Batch {code} already exists.",
            code="Internal_EntityWithSameKeyExists",
        )
    account = ledger.accounts.find(sent.get("balancingAccountId", ""))
    if account is None:
        raise Refused('The "balancingAccountId" does not match to a G/L Account.')
    row = {
        "set": name,
        "id": ledger.policies.ids.next("journals"),
        "code": code,
        "displayName": sent.get("displayName", code),
        "balancingAccountId": account.id,
        "balancingAccountNumber": account.code,
        "lastModifiedDateTime": render.stamp(ledger.store.now()),
    }
    ledger.remember(f"{_JOURNAL}{row['id']}", row)
    return _shown(row)


def lines(ledger: Ledger, name: str, journal: str) -> list[Row]:
    journal_of(ledger, journal, name)
    return [
        {"@odata.etag": render.etag(row["id"], 0)} | _plain(row)
        for row in ledger.recall_all(f"{_LINE}{journal}.")
    ]


def add_line(ledger: Ledger, name: str, journal: str, body: Any) -> Row:
    kind = JOURNALS[name]
    journal_of(ledger, journal, name)
    sent = parsed(shapes.PAYMENTS[name], body)
    who = f'The "{kind.party}Id" does not match to a {kind.party.title()}.'
    party = party_of(ledger, kind, _ROLES[kind.party], sent, who)
    applied = _applied(ledger, kind, sent)
    date: dt.date = sent.get("postingDate") or ledger.today()
    row: Row = {
        "id": ledger.policies.ids.next("journal_lines"),
        "journalId": journal,
        "lineNumber": 10_000 * (1 + len(ledger.recall_all(f"{_LINE}{journal}."))),
        f"{kind.party}Id": guid_of("party", party.id),
        f"{kind.party}Number": party.id,
        "postingDate": date.isoformat(),
        "documentNumber": sent.get("documentNumber", "").upper(),
        "externalDocumentNumber": sent.get("externalDocumentNumber", "").upper(),
        "amount": str(sent.get("amount", ZERO)),
        "appliesToInvoiceId": applied.id if applied else guid_of("none", ""),
        "appliesToInvoiceNumber": applied.number if applied else "",
        "description": sent.get("description", ""),
        "lastModifiedDateTime": render.stamp(ledger.store.now()),
    }
    ledger.remember(f"{_LINE}{journal}.{row['id']}", row)
    return {"@odata.etag": render.etag(row["id"], 0)} | _plain(row)


def delete_line(ledger: Ledger, journal: str, id: str, given: str) -> None:
    key = f"{_LINE}{journal}.{id}"
    if ledger.recall(key) is None:
        raise not_found()
    require_match(given, render.etag(id, 0))
    ledger.forget(key)


def post(ledger: Ledger, journal: str) -> None:
    """Every line of it, or none. The lines of one document are one payment."""
    row = journal_of(ledger, journal)
    groups: defaultdict[tuple[str, str, str], list[Row]] = defaultdict(list)
    kind = JOURNALS[row["set"]]
    for line in ledger.recall_all(f"{_LINE}{journal}."):
        party = line[f"{kind.party}Number"]
        groups[line["documentNumber"], party, line["postingDate"]].append(line)
    if not groups:
        raise Refused("There is nothing to post.")
    with ledger.store.change():
        for (number, party, day), group in groups.items():
            payment = Payment(
                party=party,
                direction=kind.direction,
                amount=ZERO,
                date=dt.date.fromisoformat(day),
                account=row["balancingAccountId"],
                number=number,
                currency=ledger.company.currency,
            )
            _pay(ledger, kind, payment, group)
            for line in group:
                ledger.forget(f"{_LINE}{journal}.{line['id']}")


def journal_of(ledger: Ledger, id: str, name: str = "") -> Row:
    row: Row | None = ledger.recall(f"{_JOURNAL}{id}")
    if row is None or name not in ("", row["set"]):
        raise not_found()
    return row


def _pay(ledger: Ledger, kind: JournalSet, payment: Payment, group: list[Row]) -> None:
    pays: defaultdict[str, Decimal] = defaultdict(Decimal)
    total = ZERO
    for line in group:
        amount = kind.sign * Decimal(line["amount"])
        if amount <= ZERO:
            word = "negative" if kind.sign < 0 else "positive"
            raise Refused(f"Amount must be {word} in Gen. Journal Line.")
        total += amount
        if line["appliesToInvoiceNumber"]:
            pays[line["appliesToInvoiceId"]] += amount
    first = group[0]
    stamps = {id: render.modified(ledger.documents.get(id)) for id in pays}
    reference = first["externalDocumentNumber"] or first["documentNumber"]
    made = replace(
        payment, amount=total, reference=reference, memo=first["description"]
    )
    try:
        ledger.settlements.record(made, pays)
    except LedgerError as error:
        if error.field == "amount":
            raise Refused("The remaining amount to apply is too small.") from error
        raise
    for id, at in stamps.items():
        _keep_stamp(ledger, ledger.documents.get(id), at)


def _keep_stamp(ledger: Ledger, row: Document, at: str) -> None:
    """Of a document that stays open: see `render.modified`."""
    if row.balance > ZERO:
        kept = {"version": row.version + 1, "at": at}
        changed = replace(row, extra={**row.extra, "kept": kept})
        ledger.documents.table.put(changed, "update")


def _applied(
    ledger: Ledger, kind: JournalSet, sent: Mapping[str, Any]
) -> Document | None:
    id, number = sent.get("appliesToInvoiceId"), sent.get("appliesToInvoiceNumber")
    if not id and not number:
        return None
    wanted = SETS[kind.pays].kind
    found = ledger.documents.find(id) if id else None
    if number and found is None:
        found = next(iter(ledger.documents.numbered(wanted, number)), None)
    if found is None or found.kind is not wanted or not render.is_posted(found):
        raise Refused(
            'The "appliesToInvoiceId" should be the ID of an Open, Paid, Corrective, '
            "or Canceled Invoice."
        )
    return found


def _shown(row: Row) -> Row:
    body = {name: value for name, value in row.items() if name != "set"}
    return {"@odata.etag": render.etag(row["id"], 0)} | body


def _plain(row: Row) -> Row:
    return row | {"amount": Decimal(row["amount"])}
