"""Payments, and credit notes set against invoices, that do not go to the books, with
why and what to do: said before anybody wonders, and no error."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from accounting_links import (
    gateway,
    marking_allocations,
    marking_payments,
    moved_payments,
)
from accounting_links.models import (
    Connection,
    ConnectionKind,
    DocumentLink,
    ItemState,
    Operation,
    PaymentLink,
    SyncItem,
)
from connectors import registry
from connectors.capabilities import Capabilities
from invoicing.models import (
    Contact,
    Direction,
    Document,
    DocumentKind,
    Origin,
    Payment,
)

SHOWN = 200
ROLES = {
    Direction.RECEIVED: DocumentKind.SALES_INVOICE,
    Direction.MADE: DocumentKind.SUPPLIER_INVOICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`why` and `todo` are sentences. `document` is the one to look at, if any."""

    what: str
    contact: Contact
    amount: Decimal
    currency: str
    why: str
    todo: str
    payment: Payment | None = None
    document: Document | None = None


def waiting(connection: Connection, *, most: int = SHOWN) -> list[Waiting]:
    """Oldest first. The number of statements does not grow with them."""
    if not connection.send_payments:
        return []
    return [
        *_unsent(connection, most),
        *_settled_otherwise(connection, most),
        *_credits(connection, most),
    ][:most]


def count(connection: Connection) -> int:
    """One statement, or two."""
    if not connection.send_payments:
        return 0
    found = unsent(connection).count()
    if gateway.capabilities(connection).allocate_credit:
        return found
    return found + marking_allocations.set_here(connection).count()


def unsent(connection: Connection) -> QuerySet[Payment]:
    """Our payments that stand nowhere there, and that do not go by themselves."""
    links = PaymentLink.objects.filter(
        connection=connection, payment=OuterRef("pk"), ended_at=None
    )
    items = SyncItem.objects.open().filter(
        connection=connection, payment=OuterRef("pk")
    )
    found = Payment.objects.filter(
        ~Exists(links),
        ~Exists(items),
        origin=Origin.OURS,
        cancelled_at=None,
        direction__in=_directions(connection),
    )
    going = marking_payments.on_their_way(connection).values("pk")
    later = marking_payments.unallocated(connection).values("pk")
    found = found.exclude(pk__in=going).exclude(pk__in=later)
    return found.order_by("date", "pk")


def _directions(connection: Connection) -> list[str]:
    kinds = ConnectionKind.objects.filter(connection=connection, active=True)
    served = set(kinds.values_list("kind", flat=True))
    return [way.value for way, kind in ROLES.items() if kind.value in served]


def _unsent(connection: Connection, most: int) -> Iterator[Waiting]:
    payments = list(
        unsent(connection)
        .select_related("contact")
        .prefetch_related("allocations__document__contact")[:most]
    )
    reasons = _Reasons.of(connection, payments)
    for payment in payments:
        why, todo, document = reasons.of_payment(payment)
        yield Waiting(
            what=str(payment),
            contact=payment.contact,
            amount=payment.amount,
            currency=payment.currency,
            why=why,
            todo=todo,
            payment=payment,
            document=document,
        )


@dataclass(frozen=True, slots=True)
class _Reasons:
    connection: Connection
    able: Capabilities
    there: Mapping[int, DocumentLink]
    items: Mapping[int, SyncItem]
    taken_off: frozenset[int]

    @classmethod
    def of(cls, connection: Connection, payments: Sequence[Payment]) -> "_Reasons":
        """Three statements."""
        documents = {a.document_id for p in payments for a in p.allocations.all()}
        links = DocumentLink.objects.filter(
            connection=connection, document__in=documents, ended_at=None
        )
        items = SyncItem.objects.filter(
            connection=connection, document__in=documents, operation=Operation.CREATE
        ).order_by("pk")
        off = SyncItem.objects.filter(
            connection=connection,
            payment__in=payments,
            state=ItemState.CANCELLED,
        )
        return cls(
            connection,
            gateway.capabilities(connection),
            {link.document_id: link for link in links},
            {item.document_id: item for item in items},
            frozenset(pk for pk in off.values_list("payment", flat=True) if pk),
        )

    def of_payment(self, payment: Payment) -> tuple[str, str, Document | None]:
        label = registry.label(self.connection.platform)
        by_hand = f"Enter it in {label} by hand."
        if said := self._unable(payment, label):
            return said, by_hand, None
        if payment.pk in self.taken_off:
            return "It was taken off the list, or deleted in the books.", by_hand, None
        documents = [each.document for each in payment.allocations.all()]
        if not documents:
            return (
                "It is on account: it is laid on no document.",
                f"Allocate it here, or enter it in {label} by hand.",
                None,
            )
        for document in documents:
            if said := self._missing(document):
                return f"{document} {said}", "It goes by itself after that.", document
        if not self.connection.offers(payment.date):
            return "It is dated before the go-live date.", by_hand, None
        return "It goes with the next Sync.", "", documents[0]

    def _unable(self, payment: Payment, label: str) -> str:
        told = self.able.reasons
        ways = {way.value for way in self.able.payments}
        if payment.direction not in ways:
            flag = f"payments_{payment.direction}"
            why = told.get(flag) or told.get("payments") or told.get("record_payments")
            return why or f"FinSync sends no such payments to {label}."
        if self.able.files:
            return ""
        rows = payment.allocations.all()
        if not self.able.refunds and any(_is_refund(row.document) for row in rows):
            why = told.get("refunds")
            return why or f"FinSync sends no refunds to {label}."
        left = payment.amount - sum((row.amount for row in rows), Decimal(0))
        if rows and left and not self.able.on_account:
            why = told.get("on_account")
            return why or f"{label} keeps nothing on account, and {left:.2f} are left."
        return ""

    def _missing(self, document: Document) -> str:
        """What follows the document's name."""
        link, item = self.there.get(document.pk), self.items.get(document.pk)
        if link is not None:
            gone = link.missing_since is not None
            return "is no longer in the books: send it anew." if gone else ""
        if not self.connection.offers(document.date):
            return "is dated before the go-live date, and stays here."
        if item is None:
            return "was not sent yet."
        if item.state == ItemState.CANCELLED:
            return "was taken off the list."
        if item.state in (ItemState.BLOCKED, ItemState.FAILED):
            return f"cannot go yet: {item.message}"
        return "was not sent yet."


def _is_refund(document: Document) -> bool:
    return document.kind == DocumentKind.CREDIT_NOTE


def beforehand(document: Document, connection: Connection) -> list[str]:
    """What staff should know of a credit note before they use it here: sentences."""
    if document.kind != DocumentKind.CREDIT_NOTE or not connection.send_payments:
        return []
    able, label = gateway.capabilities(connection), registry.label(connection.platform)
    told = []
    if not able.allocate_credit:
        why = able.reasons.get("allocate_credit", "")
        told.append(
            f"Set it against an invoice here, and it has to be set against it in"
            f" {label} by hand. {why}".strip()
        )
    if not (able.refunds or able.files):
        told.append(f"Paid back, the refund has to be entered in {label} by hand.")
    return told


def _settled_otherwise(connection: Connection, most: int) -> Iterator[Waiting]:
    """Laid on something else since they were sent, where the platform cannot follow."""
    if gateway.capabilities(connection).move_payments or connection.by_files:
        return
    label = registry.label(connection.platform)
    for link in moved_payments.moved(connection)[:most]:
        payment = link.payment
        yield Waiting(
            what=str(payment),
            contact=payment.contact,
            amount=payment.amount,
            currency=payment.currency,
            why="What it settles changed here after it was sent.",
            todo=f"Lay it on the same documents in {label} (id {link.external_id}).",
            payment=payment,
        )


def _credits(connection: Connection, most: int) -> Iterator[Waiting]:
    able = gateway.capabilities(connection)
    label = registry.label(connection.platform)
    if not able.allocate_credit:
        why = able.reasons.get("allocate_credit", f"{label} is not told of it.")
        rows = marking_allocations.set_here(connection)
        for row in rows.select_related("credit_note__contact", "document")[:most]:
            if row.credit_note is not None:
                todo = f"Set it against {row.document} in {label} by hand."
                yield _credit(row.credit_note, row.amount, why, todo)
    elif not able.release_credit:
        links = marking_allocations.changed_here(connection)
        for link in links.select_related("credit_note__contact", "document")[:most]:
            why = f"It is set against {link.document} there, and not so here any more."
            todo = f"Change that in {label} by hand."
            yield _credit(link.credit_note, link.amount, why, todo)


def _credit(note: Document, amount: Decimal, why: str, todo: str) -> Waiting:
    return Waiting(
        what=str(note),
        contact=note.contact,
        amount=amount,
        currency=note.currency,
        why=why,
        todo=todo,
        document=note,
    )
