"""The one document that a check-up makes, and what is looked at when it is there."""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from accounting_links.check_up.steps import Step
from connectors.amounts import cents
from connectors.base import Connector
from connectors.capabilities import Capabilities
from connectors.errors import ConnectorError
from connectors.records import Document, DocumentKind, Line, RemoteDocument

NET = Decimal("1.00")
TEXT = "FinSync check-up. Please ignore."
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person chose for it; ids of the platform."""

    party_id: str
    party_name: str = ""
    account_id: str = ""
    item_id: str = ""
    tax_id: str = ""
    tax_rate: Decimal = Decimal(0)
    currency: str = ""


def kind_of(able: Capabilities) -> DocumentKind:
    """A sales invoice, where the platform takes any."""
    if DocumentKind.SALES_INVOICE in able.kinds:
        return DocumentKind.SALES_INVOICE
    return min(able.kinds)


def new_draft(kind: DocumentKind, wanted: Wanted, on: dt.date) -> dict[str, str]:
    """As it stands in the event before anything leaves: text alone."""
    mark = secrets.token_hex(3).upper()
    return {
        "kind": kind.value,
        "number": f"CHECK-{mark}",
        "reference": f"FinSync-check-{mark}",
        "key": str(uuid4()),
        "date": on.isoformat(),
        "party_id": wanted.party_id,
        "party_name": wanted.party_name,
        "account_id": wanted.account_id,
        "item_id": wanted.item_id,
        "tax_id": wanted.tax_id,
        "tax_rate": str(wanted.tax_rate),
        "currency": wanted.currency,
    }


def document_of(draft: Mapping[str, Any]) -> Document:
    """The same one each time, so that it is known again."""
    rate = Decimal(draft["tax_rate"])
    line = Line(
        position=1,
        text=TEXT,
        quantity=Decimal(1),
        unit_price=NET,
        net=NET,
        tax=cents(NET * rate / _HUNDRED),
        account_id=draft["account_id"],
        item_id=draft["item_id"],
        tax_code_id=draft["tax_id"],
        tax_rate=rate,
    )
    day = dt.date.fromisoformat(draft["date"])
    return Document(
        kind=DocumentKind(draft["kind"]),
        number=draft["number"],
        reference=draft["reference"],
        key=draft["key"],
        party_id=draft["party_id"],
        party_name=draft["party_name"],
        date=day,
        due_date=day,
        currency=draft["currency"],
        lines=(line,),
        net=line.net,
        tax=line.tax,
        gross=line.net + line.tax,
        id=draft.get("id", ""),
        version=draft.get("version", ""),
    )


def look_at(
    connector: Connector, document: Document, made: RemoteDocument
) -> list[Step]:
    """What came back, and whether it is found again in each way that FinSync needs."""
    arrived = f"It arrived as {made.number or 'no number'}, id {made.id}."
    steps = [Step(name="Sent", passed=made.number == document.number, sentence=arrived)]
    try:
        shown = connector.get_document(document.kind, made.id)
    except ConnectorError as error:
        failed = Step(name="Read back", passed=False, sentence=str(error))
        return [*steps, failed, *_found(connector, document, made)]
    steps.append(Step(name="Read back", passed=True, sentence="It is read by its id."))
    steps += _compared(document, connector.forecast(document).gross, shown)
    return [*steps, *_found(connector, document, made)]


def _compared(document: Document, gross: Decimal, shown: RemoteDocument) -> list[Step]:
    line = shown.lines[0] if shown.lines else None
    pairs = [
        ("Total", f"{gross:.2f}", f"{shown.gross:.2f}"),
        ("Date", _day(document.date), _day(shown.date)),
        ("Customer", document.party_id, shown.party_id or document.party_id),
    ]
    if line is not None:
        pairs.append(("Line", f"{NET:.2f}", f"{line.net:.2f}"))
    if shown.balance is not None:
        pairs.append(("Left to pay", f"{shown.gross:.2f}", f"{shown.balance:.2f}"))
    return [_same(name, ours, theirs) for name, ours, theirs in pairs]


def _day(day: dt.date | None) -> str:
    return f"{day:%d %b %Y}" if day else "none"


def _same(name: str, ours: str, theirs: str) -> Step:
    if ours == theirs:
        return Step(name=name, passed=True, sentence=f"{theirs}, as it should be.")
    return Step(name=name, passed=False, sentence=f"{ours} expected, {theirs} there.")


def _found(
    connector: Connector, document: Document, made: RemoteDocument
) -> list[Step]:
    """What keeps FinSync from sending a document twice."""
    ways: dict[str, Callable[[], list[str]]] = {
        "Found by its number": lambda: [
            row.id for row in connector.find_documents(document.kind, [made.number])
        ],
        "Found after a lost answer": lambda: [
            row.id for row in connector.find_sent([document]) if row
        ],
    }
    steps = []
    for name, way in ways.items():
        try:
            passed = made.id in way()
        except ConnectorError as error:
            steps.append(Step(name=name, passed=False, sentence=str(error)))
            continue
        sentence = "It is." if passed else "It is not: it could be sent twice."
        steps.append(Step(name=name, passed=passed, sentence=sentence))
    return steps


def with_id(draft: Mapping[str, Any], made: RemoteDocument) -> dict[str, Any]:
    return {**draft, "id": made.id, "version": made.version}


def as_there(draft: Mapping[str, Any], there: RemoteDocument) -> Document:
    return replace(document_of(draft), id=there.id, version=there.version)
