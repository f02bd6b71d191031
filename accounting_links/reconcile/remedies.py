"""What settles a row, as far as a person can do it from here."""

from dataclasses import dataclass, field

from accounting_links import gateway
from accounting_links import permissions as may
from accounting_links.actions import void_there
from accounting_links.models import (
    SETTLED_VERDICTS,
    DocumentLink,
    DocumentLinkHow,
    ReconciliationRow,
    SyncItem,
    Verdict,
)
from invoicing.models import Document, DocumentKind, Lifecycle

VOID_DOCUMENT = "invoicing.void_document"
ENDED = (Lifecycle.VOID, Lifecycle.LOST)
UPDATED = {"currency", "amount", "tax", "customer", "date", "number"}
PROGRESS = {"open": 0, "part_paid": 1, "paid": 2}
NOT_THERE = (Verdict.MISSING_IN_BOOKS, Verdict.ENDED_ON_ONE_SIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """`verb` names the action in addresses. `says` is what pressing it does.
    `needs_reason`: a person says why."""

    verb: str
    button: str
    says: str
    permissions: tuple[str, ...]
    needs_reason: bool = False


SEND = Remedy(
    verb="send",
    button="Send",
    says="Our document goes to the books now.",
    permissions=(may.SYNC,),
)
SEND_CHANGE = Remedy(
    verb="send-change",
    button="Make theirs the same",
    says="The document there is made the same as ours, whatever was edited there.",
    permissions=(may.SYNC,),
)
SEND_VOID = Remedy(
    verb="send-void",
    button="Void it there",
    says="It is void here; the one there is voided too.",
    permissions=(may.SYNC,),
)
SEND_ANEW = Remedy(
    verb="send-anew",
    button="Gone over there: send anew",
    says="The books are asked once more whether it is gone; then it is sent again.",
    permissions=(may.SYNC, may.ADOPT),
    needs_reason=True,
)
ADOPT = Remedy(
    verb="adopt",
    button="Adopt",
    says="The document there becomes ours. Nothing is sent.",
    permissions=(may.ADOPT,),
)
LINK = Remedy(
    verb="link",
    button="Link the two",
    says="FinSync sent it; the link that was lost is made again.",
    permissions=(may.ADOPT,),
)
UNLINK = Remedy(
    verb="unlink",
    button="Unlink",
    says="They are not the same document. Nothing changes over there.",
    permissions=(may.ADOPT,),
    needs_reason=True,
)
SEND_PAYMENTS = Remedy(
    verb="send-payments",
    button="Send our payments",
    says="Payments that the books do not have yet go there now.",
    permissions=(may.SYNC,),
)
FETCH = Remedy(
    verb="fetch",
    button="Fetch from the books",
    says="Payments and changes over there are read now, and laid on ours.",
    permissions=(may.SYNC,),
)
VOID_THERE = Remedy(
    verb="void-there",
    button="Void this one there",
    says="FinSync sent it and it stands for nothing of ours. It ends over there.",
    permissions=(may.SYNC, may.ADOPT),
    needs_reason=True,
)
VOID_HERE = Remedy(
    verb="void-here",
    button="Void it here",
    says="Ours is voided, as theirs is.",
    permissions=(VOID_DOCUMENT,),
    needs_reason=True,
)
REDATE = Remedy(
    verb="redate",
    button="Take their date",
    says="Ours is dated as theirs. The first date stays on record.",
    permissions=(may.CHANGE_DOCUMENT,),
)
ACCEPT = Remedy(
    verb="accept",
    button="Accept",
    says="It stays as it is, here and in later runs, until a figure changes.",
    permissions=(may.SIGN,),
    needs_reason=True,
)
TAKE_BACK = Remedy(
    verb="take-back",
    button="Take the acceptance back",
    says="The difference is open again.",
    permissions=(may.SIGN,),
)
ALL = {
    each.verb: each
    for each in (
        *(SEND, SEND_CHANGE, SEND_VOID, SEND_ANEW, ADOPT, LINK, UNLINK),
        *(SEND_PAYMENTS, FETCH, VOID_THERE, VOID_HERE, REDATE, ACCEPT, TAKE_BACK),
    )
}
# What may be done for many rows at once: nothing that needs both documents seen.
FOR_MANY = {
    each.verb: each for each in (SEND, SEND_CHANGE, SEND_VOID, FETCH, REDATE, ACCEPT)
}


@dataclass(slots=True)
class Standing:
    """How things are now: the row tells how they were when it was compared. `namesake`
    is ours with the number of a document that was posted outside."""

    row: ReconciliationRow
    link: DocumentLink | None = None
    their_link: DocumentLink | None = None
    namesake: Document | None = None
    waits: bool = False
    differs: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, row: ReconciliationRow) -> "Standing":
        links = DocumentLink.objects.filter(
            connection=row.reconciliation.connection, ended_at=None
        ).select_related("document", "connection")
        there = row.external_id and links.filter(
            kind=row.kind, external_id=row.external_id
        )
        return cls(
            row=row,
            link=links.filter(document=row.document).first() if row.document else None,
            their_link=there.first() if there else None,
            namesake=_namesake(row),
            waits=_waits(row),
            differs=set(row.differs.split()),
        )


def remedies(standing: Standing) -> list[Remedy]:
    """The likeliest first."""
    row = standing.row
    if row.accepted is not None:
        return [TAKE_BACK]
    found = [*_of_ours(standing), *_of_theirs(standing), *_of_pair(standing)]
    if row.verdict not in (*SETTLED_VERDICTS, Verdict.IN_DOUBT):
        found.append(ACCEPT)
    return found


def _of_ours(standing: Standing) -> list[Remedy]:
    """Ours alone."""
    row, document = standing.row, standing.row.document
    if document is None or row.theirs is not None or standing.waits:
        return []
    if row.verdict not in NOT_THERE or document.lifecycle in ENDED:
        return []
    return [SEND_ANEW if standing.link else SEND]


def _of_theirs(standing: Standing) -> list[Remedy]:
    """Theirs alone: with the number of one of ours, or of a sending of FinSync."""
    row = standing.row
    if row.document_id is not None or row.theirs is None or standing.their_link:
        return []
    if row.verdict in void_there.OURS_TO_VOID:
        able = gateway.capabilities(row.reconciliation.connection)
        return [VOID_THERE] if able.void or able.delete else []
    return [ADOPT] if standing.namesake is not None else []


def _of_pair(standing: Standing) -> list[Remedy]:
    row, document = standing.row, standing.row.document
    if document is None or row.theirs is None or row.verdict == Verdict.IN_DOUBT:
        return []
    if standing.link is None:
        return [LINK] if standing.their_link is None else []
    found = []
    their_void, our_void = row.their_status == "void", document.lifecycle in ENDED
    if their_void and not our_void:
        found.append(VOID_HERE)
    able = gateway.capabilities(row.reconciliation.connection)
    if our_void and not their_void and able.void and not standing.waits:
        found.append(SEND_VOID)
    if "date" in standing.differs and row.their_date and not our_void:
        found.append(REDATE)
    if able.update and not standing.waits and _can_be_same(standing, our_void):
        found.append(SEND_CHANGE)
    found += _of_payments(standing)
    if standing.link.how != DocumentLinkHow.SENT and standing.differs:
        found.append(UNLINK)
    return found


def _can_be_same(standing: Standing, our_void: bool) -> bool:
    """What an update of ours settles: figures and names, or a change of ours."""
    row, document, link = standing.row, standing.row.document, standing.link
    if document is None or link is None or our_void or row.their_status == "void":
        return False
    return document.revision > link.revision or bool(standing.differs & UPDATED)


def _of_payments(standing: Standing) -> list[Remedy]:
    """Who knows of more money tells the other."""
    if "paid" not in standing.differs:
        return []
    row = standing.row
    if row.reconciliation.connection.by_files:
        return []
    ahead = PROGRESS.get(row.our_status, 0) - PROGRESS.get(row.their_status, 0)
    return [SEND_PAYMENTS] if ahead > 0 else [FETCH]


def _namesake(row: ReconciliationRow) -> Document | None:
    """Suppliers number as they like: theirs is taken for ours only with the party."""
    if row.document_id is not None or not row.remote_number:
        return None
    found = Document.objects.filter(kind=row.kind, number=row.remote_number)
    if row.kind == DocumentKind.SUPPLIER_INVOICE:
        found = found.filter(contact__name__iexact=row.their_party)
    live = DocumentLink.objects.filter(
        connection=row.reconciliation.connection, ended_at=None
    )
    return found.exclude(pk__in=live.values("document")).first()


def _waits(row: ReconciliationRow) -> bool:
    open_items = SyncItem.objects.open().filter(
        connection=row.reconciliation.connection, document=row.document_id, payment=None
    )
    return row.document_id is not None and open_items.exists()
