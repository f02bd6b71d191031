"""A document as both sides tell it, field by field, in texts that can be compared and
shown. A field that a side does not tell is left out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from accounting_links import building
from accounting_links.models import Connection, DocumentLink
from connectors.records import Document as Record
from connectors.records import Line, RemoteDocument, RemoteLine, RemoteStatus
from invoicing.models import Document

Values = dict[str, str]
# Name of a field -> how a page calls it.
LABELS = {
    "number": "Number",
    "party": "Account",
    "date": "Date",
    "due_date": "Due",
    "currency": "Currency",
    "net": "Net",
    "tax": "Tax",
    "gross": "Total",
    "lines": "Lines",
}
AMOUNTS = frozenset(("net", "tax", "gross", "lines"))
NOT_EDITED = (RemoteStatus.DELETED, RemoteStatus.VOID)


def theirs(row: RemoteDocument) -> Values:
    told: dict[str, object] = {
        "number": row.number[:60],
        "party": row.party_id,
        "date": row.date,
        "due_date": row.due_date,
        "currency": row.currency[:3],
        "net": row.net,
        "tax": row.tax,
        "gross": row.gross,
        "lines": "\n".join(_line(line) for line in row.lines),
    }
    return _texts(told)


def ours(connection: Connection, documents: Sequence[Document]) -> dict[int, Values]:
    """By primary key. The number of statements does not grow with the documents."""
    loaded = building.documents(document.pk for document in documents)
    records = building.build(connection, loaded)
    return {pk: _of_record(record) for pk, record in records.items()}


def agreed(link: DocumentLink) -> Values:
    """What both sides last agreed on; before anything was told, what the link knows."""
    known: dict[str, object] = {
        "number": link.number,
        "party": link.party_id,
        "currency": link.currency,
        "net": link.net,
        "tax": link.tax,
        "gross": link.gross,
    }
    if link.revision == link.document.revision:
        known["date"] = link.document.date
    return _texts(known) | dict(link.agreed)


def changes(link: DocumentLink, row: RemoteDocument) -> Values:
    """What they have otherwise than agreed: their values, by name. A payment changes
    none of it; of what is void some platforms show zeros."""
    if row.status in NOT_EDITED:
        return {}
    before = agreed(link)
    return {
        name: value
        for name, value in theirs(row).items()
        if name in before and before[name] != value
    }


def as_fields(
    changed: Mapping[str, str], before: Mapping[str, str], own: Mapping[str, str]
) -> list[Values]:
    """As `RemoteEdit.fields` keeps them, in the order of the labels."""
    return [
        {
            "name": name,
            "agreed": before.get(name, ""),
            "ours": own.get(name, ""),
            "theirs": changed[name],
        }
        for name in LABELS
        if name in changed
    ]


def _of_record(record: Record) -> Values:
    told: dict[str, object] = {
        "number": record.number,
        "party": record.party_id,
        "date": record.date,
        "due_date": record.due_date,
        "currency": record.currency,
        "net": record.net,
        "tax": record.tax,
        "gross": record.gross,
        "lines": "\n".join(_line(line) for line in record.lines),
    }
    return _texts(told)


def _line(line: Line | RemoteLine) -> str:
    """Text and net, and where it is booked."""
    parts = [" ".join(line.text.split()), text(line.net)]
    if line.account_id or line.item_id:
        parts.append(f"account {line.account_id or line.item_id}")
    if line.tax_code_id:
        parts.append(f"tax {line.tax_code_id}")
    return "; ".join(parts)


def _texts(told: Mapping[str, object]) -> Values:
    return {
        name: text(value) for name, value in told.items() if value not in (None, "")
    }


def text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)
