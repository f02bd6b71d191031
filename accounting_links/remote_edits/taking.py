"""What of an edit over there can be taken over, and how. Changes nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounting_links import building, gateway
from accounting_links.models import ContactLink, RemoteEdit
from accounting_links.remote_edits.comparing import AMOUNTS, LABELS
from accounting_links.remote_edits.lines import Lines, NotMapped
from connectors.records import RemoteDocument
from invoicing.models import Document, DocumentKind
from invoicing.services.drafts import LineDraft
from invoicing.services.totals import LineFigures, work_out


@dataclass(slots=True, kw_only=True)
class Plan:
    """`fields` and `lines` are for `documents.change`, `date` for `documents.redate`.
    `taken` names what is settled by them; `left` says what a person must change."""

    fields: dict[str, Any] = field(default_factory=dict)
    lines: list[LineDraft] | None = None
    date: dt.date | None = None
    taken: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)


def plan(edit: RemoteEdit, remote: RemoteDocument, changed: set[str]) -> Plan:
    made = Plan()
    if "date" in changed:
        made.date = remote.date
        made.taken.add("date")
    if "due_date" in changed:
        made.fields["due_date"] = remote.due_date
        made.taken.add("due_date")
    if "party" in changed:
        _party(made, edit, remote)
    if "number" in changed:
        _number(made, edit, remote)
    if "currency" in changed:
        made.left.append(_by_hand("currency", remote.currency))
    if changed & AMOUNTS:
        _amounts(made, edit, remote, changed & AMOUNTS)
    return made


def _by_hand(name: str, value: str) -> str:
    return f"Change by hand: {LABELS[name].lower()} is {value} there."


def _party(made: Plan, edit: RemoteEdit, remote: RemoteDocument) -> None:
    document = edit.document
    found = ContactLink.objects.filter(
        connection=edit.connection,
        role=building.role_of(document),
        external_id=remote.party_id,
        ended_at=None,
    ).select_related("contact")
    contacts = [link.contact for link in found[:2]]
    if len(contacts) != 1:
        who = remote.party_name or remote.party_id
        made.left.append(
            f"Change by hand: it is billed to {who} there, whom no contact here is"
            " linked with."
        )
        return
    care_of = gateway.capabilities(edit.connection).care_of
    billed = "care_of" if care_of and document.care_of_id else "contact"
    made.fields[billed] = contacts[0]
    made.taken.add("party")


def _number(made: Plan, edit: RemoteEdit, remote: RemoteDocument) -> None:
    """Ours number what we sell; of a bill the supplier's number holds."""
    if edit.document.kind != DocumentKind.SUPPLIER_INVOICE:
        made.left.append(_by_hand("number", remote.number))
        return
    made.fields["number"] = remote.number
    made.taken.add("number")


def _amounts(
    made: Plan, edit: RemoteEdit, remote: RemoteDocument, names: set[str]
) -> None:
    label = gateway.connector_class(edit.connection).label
    if not remote.lines:
        total = _by_hand("gross", f"{remote.gross:.2f}")
        made.left.append(f"{label} does not tell its lines. {total}")
        return
    try:
        lines = Lines.of(edit.connection, edit.document).drafts(remote.lines)
        override = _override(edit.document, lines, remote)
    except NotMapped as error:
        made.left.append(f"Change the lines by hand: {error}")
        return
    made.lines = lines
    # As the books tell amounts: net, and after every discount.
    made.fields |= {
        "prices_include_tax": False,
        "discount_percent": Decimal(0),
        "tax_override": override,
    }
    made.taken |= names


def _override(
    document: Document, lines: Sequence[LineDraft], remote: RemoteDocument
) -> Decimal | None:
    """The tax that the document needs for its total to be theirs. Raises `NotMapped`
    where the lines do not come to their net."""
    totals = work_out(
        [
            LineFigures(
                quantity=line.quantity,
                unit_price=line.unit_price,
                tax_percent=line.tax_rate.rate if line.tax_rate else Decimal(0),
            )
            for line in lines
        ],
        currency=document.currency,
    )
    tax = remote.gross - totals.net if remote.tax is None else remote.tax
    if totals.net + tax != remote.gross:
        raise NotMapped(
            f"they come to a net of {totals.net:.2f}, and the total there is"
            f" {remote.gross:.2f}."
        )
    return None if tax == totals.tax else tax
