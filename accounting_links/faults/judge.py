"""What the books of the practice ledger say after a round, read behind every face."""

from dataclasses import dataclass, field
from decimal import Decimal

from accounting_links.faults.cases import Act
from accounting_links.faults.office import Office, Scene, ledger_ids
from accounting_links.models import (
    CreditLink,
    DocumentLink,
    ItemState,
    PaymentLink,
    WebhookDelivery,
)
from connectors.practice import edits
from connectors.practice.books import State
from connectors.records import DocumentKind as RecordKind
from connectors.records import signed
from invoicing.models import Document, Origin, Payment


@dataclass(slots=True, kw_only=True)
class Verdict:
    """Sentences; all three lists empty: once, and only once."""

    duplicates: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.duplicates or self.losses or self.stuck)


# Acts that look at what happened over there.
LOOKS = (Act.POLL, Act.MESSAGE)


def judge(office: Office, scene: Scene) -> Verdict:
    verdict = Verdict(stuck=_stuck(office))
    if scene.act not in LOOKS or not verdict.stuck:
        verdict.losses += _document_losses(office, scene)
    verdict.losses += _payment_losses(office, scene)
    verdict.losses += _credit_losses(office, scene)
    verdict.duplicates += _documents_without_link(office)
    verdict.duplicates += _payments_without_link(office)
    return verdict


def settled(office: Office, scene: Scene) -> bool:
    """Nothing is left to be done for this round."""
    if office.open_items() or office.open_messages():
        return False
    if scene.act in LOOKS:
        return not _document_losses(office, scene)
    return not (_payment_losses(office, scene) or _credit_losses(office, scene))


def _stuck(office: Office) -> list[str]:
    rows = [
        f"{item}: {item.state} {item.status_code} {item.message}".strip()
        for item in office.open_items()
    ]
    rows += [
        f"message {each.pk}: {each.state} {each.sentence}".strip()
        for each in office.open_messages()
    ]
    office.connection.refresh_from_db()
    if not office.connection.is_connected:
        rows.append(f"The connection is gone: {office.connection.state_reason}")
    return rows


def _document_losses(office: Office, scene: Scene) -> list[str]:
    links = {
        link.document_id: link
        for link in DocumentLink.objects.filter(
            connection=office.connection,
            document__in=[each.pk for each in scene.documents],
            ended_at=None,
        )
    }
    found = []
    for each in scene.documents:
        link = links.get(each.pk)
        row = office.row_of(link)
        if said := _against(office, scene.act, each, link, row):
            found.append(f"{each.number}: {said}")
    return found


def _against(
    office: Office,
    act: Act,
    document: Document,
    link: DocumentLink | None,
    row: dict[str, str] | None,
) -> str:
    if link is None:
        return "no link to the books"
    if act is Act.VOID:
        gone = row is None or row["status"] == "void"
        return "" if gone else "not voided in the books"
    if row is None:
        return f"not in the books (id {link.external_id})"
    if row["status"] == "draft":
        return "a draft in the books still"
    if act in LOOKS:
        return "" if link.status == "paid" else "paid in the books, and not here"
    ours = signed(RecordKind(document.kind), document.gross)
    if row["gross"] != f"{ours:.2f}":
        return f"{row['gross']} in the books, {ours:.2f} here"
    return "" if link.revision == document.revision else "the change is not noted"


def _payment_losses(office: Office, scene: Scene) -> list[str]:
    found = []
    wanted = 0 if scene.act is Act.PAYMENT_VOID else 1
    for payment in scene.payments:
        links = PaymentLink.objects.filter(
            connection=office.connection, payment=payment, ended_at=None
        )
        if links.count() != wanted:
            found.append(f"{payment}: {links.count()} links to the books")
    if scene.act in (Act.PAYMENT, Act.PAYMENT_VOID):
        found += [_amiss(office, scene, each) for each in scene.documents]
    return [said for said in found if said]


def _amiss(office: Office, scene: Scene, document: Document) -> str:
    """More in the books than was paid is as wrong as less."""
    row = office.row_of(document.ledger_links.filter(ended_at=None).first())
    if row is None:
        return f"{document.number}: not in the books"
    settlements = office.ledger.settlements
    laid = [each for each in settlements.of_document(row["id"]) if each.payment]
    there = sum((each.amount for each in laid), Decimal(0))
    live = (each for each in scene.payments if each.cancelled_at is None)
    here = sum((each.amount for each in live), Decimal(0))
    if there == here:
        return ""
    return f"{document.number}: {here:.2f} were paid here, {there:.2f} in the books"


def _credit_losses(office: Office, scene: Scene) -> list[str]:
    """More than ours over there is as wrong as less."""
    if scene.act is not Act.ALLOCATE:
        return []
    note, invoice = (
        office.row_of(each.ledger_links.filter(ended_at=None).first())
        for each in scene.documents
    )
    laid = sum(
        (
            row.amount
            for row in office.ledger.settlements.of_credit(note["id"] if note else "")
            if invoice is not None and row.document == invoice["id"]
        ),
        Decimal(0),
    )
    links = CreditLink.objects.filter(
        connection=office.connection, credit_note=scene.documents[0], ended_at=None
    )
    if laid == scene.credited and links.count() == 1:
        return []
    return [
        f"{scene.credited} of {scene.documents[0].number} here, {laid} in the books,"
        f" {links.count()} links"
    ]


def _documents_without_link(office: Office) -> list[str]:
    """Documents there that stand for none of ours: each is blamed once."""
    links = DocumentLink.objects.filter(connection=office.connection)
    linked = {
        name
        for external_id in links.values_list("external_id", flat=True)
        for name in ledger_ids(external_id)
    }
    found = []
    for row in edits.entries(office.ledger):
        name = f"document {row['id']}"
        if row["id"] in linked or name in office.blamed:
            continue
        if _may_come_yet(office):
            continue
        office.blamed.add(name)
        found.append(f"{row['kind']} {row['number']} is there as id {row['id']} too")
    return found


def _payments_without_link(office: Office) -> list[str]:
    """By count, since platforms name payments in their own ways. What somebody paid
    over there comes with a poll, where the platform tells of payments at all."""
    rows = [
        row
        for row in office.ledger.settlements.payments
        if row.state is not State.VOID
        and row.memo != edits.BY_HAND
        # Some platforms set credits against invoices by a payment of nothing.
        and row.amount
    ]
    ours = PaymentLink.objects.filter(
        connection=office.connection, ended_at=None
    ).exclude(payment__origin=Origin.BOOKS)
    known = ours.count()
    blamed = sum(name.startswith("payment") for name in office.blamed)
    extra = len(rows) - known - blamed
    if extra <= 0 or _may_come_yet(office):
        return []
    office.blamed |= {f"payment {row.id}" for row in rows[-extra:]}
    return [f"payment {row.id} is there too" for row in rows[-extra:]]


def _may_come_yet(office: Office) -> bool:
    """Stuck in doubt is no duplicate: nothing was sent twice so far."""
    return any(item.state == ItemState.IN_DOUBT for item in office.open_items())


def twice_here(scene: Scene) -> list[str]:
    """Payments of the books that were taken in more than once, and messages that were
    kept more than once."""
    found = []
    if scene.told is not None:
        kept = WebhookDelivery.objects.filter(body=scene.told.body).count()
        if kept != 1:
            found.append(f"One message was kept {kept} times")
    for document in scene.documents:
        count = Payment.objects.filter(
            allocations__document=document, cancelled_at=None
        ).count()
        if count > 1:
            found.append(f"{document.number}: {count} payments here")
    return found
