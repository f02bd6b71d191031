"""Which of our payments wait to be sent: those whose documents are all over there."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounting_links import gateway
from accounting_links.models import (
    OPEN_STATES,
    Connection,
    DocumentLink,
    ItemState,
    Operation,
    PaymentLink,
    SyncItem,
)
from accounting_links.moved_payments import allocated, moved
from invoicing.models import (
    Direction,
    DocumentKind,
    Origin,
    Payment,
    PaymentAllocation,
)

HALF_A_CENT = Decimal("0.005")
GOING = (
    *(ItemState.WAITING, ItemState.CHECKING, ItemState.SENDING),
    *(ItemState.EXPORTED, ItemState.IN_DOUBT),
)


def mark_payments(
    connection: Connection, *, document_ids: Iterable[int] | None = None
) -> int:
    """Safe to repeat. Payments that were seen in the books never travel back; what the
    platform cannot take is left, and said (`waiting_payments`)."""
    if not connection.send_payments or not gateway.capabilities(connection).payments:
        return 0
    found = ready(connection)
    if document_ids is not None:
        found = found.filter(allocations__document__in=list(document_ids)).distinct()
    with transaction.atomic():
        items = [
            _item(connection, payment)
            for payment in found.prefetch_related("allocations")
        ]
        if document_ids is None:
            items += [_on_account(connection, each) for each in unallocated(connection)]
        items += [_anew(link, "payment cancelled") for link in _cancelled(connection)]
        if gateway.capabilities(connection).move_payments:
            items += [
                _anew(link, "payment settles something else")
                for link in moved(connection, document_ids=document_ids)
            ]
        SyncItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)


def _cancelled(connection: Connection) -> QuerySet[PaymentLink]:
    """Cancelled here after they were sent, and standing over there still."""
    items = SyncItem.objects.filter(
        Q(state__in=OPEN_STATES) | Q(state=ItemState.CANCELLED),
        connection=connection,
        payment=OuterRef("payment"),
    )
    return PaymentLink.objects.filter(
        ~Exists(items),
        connection=connection,
        ended_at=None,
        payment__origin=Origin.OURS,
        payment__cancelled_at__isnull=False,
    )


def _used_up(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Those of which nothing is left over. SQLite adds up as floats."""
    least = F("amount") - HALF_A_CENT
    return payments.annotate(used=allocated("pk")).filter(used__gt=least)


def _anew(link: PaymentLink, why: str) -> SyncItem:
    sent = SyncItem.objects.filter(
        connection=link.connection_id, payment=link.payment_id
    ).latest("pk")
    return SyncItem(
        connection_id=link.connection_id,
        document_id=sent.document_id,
        payment_id=link.payment_id,
        operation=Operation.PAYMENT,
        marked_why=why,
    )


def ready(connection: Connection) -> QuerySet[Payment]:
    """Those whose documents are all over there."""
    missing = _settling().filter(~Exists(_there(connection)))
    return _takeable(connection).filter(~Exists(missing)).order_by("date", "pk")


def on_their_way(connection: Connection) -> QuerySet[Payment]:
    """Those, and others whose documents are about to go: they follow by themselves."""
    going = SyncItem.objects.filter(
        connection=connection,
        document=OuterRef("document"),
        operation=Operation.CREATE,
        state__in=GOING,
    )
    missing = _settling().filter(~Exists(_there(connection)), ~Exists(going))
    return _takeable(connection).filter(~Exists(missing))


def unallocated(connection: Connection) -> QuerySet[Payment]:
    """Money received on account, of contacts with a document there, whose item it
    shares: an item has one. Only where it can follow what it is laid on later."""
    able = gateway.capabilities(connection)
    if not (able.on_account and able.move_payments):
        return Payment.objects.none()
    links = DocumentLink.objects.filter(
        Q(document__contact=OuterRef("contact"), document__care_of=None)
        | Q(document__care_of=OuterRef("contact")),
        connection=connection,
        ended_at=None,
    ).exclude(kind=DocumentKind.SUPPLIER_INVOICE)
    carrier = Subquery(links.order_by("-pk").values("document")[:1])
    found = _takeable(connection, settling=False).annotate(carrier=carrier)
    return found.filter(direction=Direction.RECEIVED, carrier__isnull=False).order_by(
        "date", "pk"
    )


def _on_account(connection: Connection, payment: Payment) -> SyncItem:
    return SyncItem(
        connection=connection,
        document_id=payment.carrier,  # type: ignore[attr-defined]  # annotated
        payment=payment,
        operation=Operation.PAYMENT,
        marked_why="payment on account",
    )


def _settling() -> QuerySet[PaymentAllocation]:
    return PaymentAllocation.objects.filter(payment=OuterRef("pk"))


def _there(connection: Connection) -> QuerySet[DocumentLink]:
    return DocumentLink.objects.filter(
        connection=connection,
        document=OuterRef("document"),
        ended_at=None,
        missing_since=None,
    )


def _takeable(connection: Connection, *, settling: bool = True) -> QuerySet[Payment]:
    """What was never sent, nobody took off the list, and the platform can be told."""
    links = PaymentLink.objects.filter(
        connection=connection, payment=OuterRef("pk"), ended_at=None
    )
    items = SyncItem.objects.filter(
        Q(state__in=OPEN_STATES) | Q(state=ItemState.CANCELLED),
        connection=connection,
        payment=OuterRef("pk"),
    )
    able = gateway.capabilities(connection)
    found = Payment.objects.filter(
        Exists(_settling()) if settling else ~Exists(_settling()),
        ~Exists(links),
        ~Exists(items),
        origin=Origin.OURS,
        cancelled_at=None,
        direction__in=[each.value for each in able.payments],
    )
    if connection.go_live is not None:
        found = found.filter(date__gte=connection.go_live)
    if not (able.refunds or able.files):
        credits = _settling().filter(document__kind=DocumentKind.CREDIT_NOTE)
        found = found.filter(~Exists(credits))
    return found if able.on_account or able.files else _used_up(found)


def _item(connection: Connection, payment: Payment) -> SyncItem:
    """One item for a payment, on the first of its documents, whoever marks it."""
    first = min(each.document_id for each in payment.allocations.all())
    return SyncItem(
        connection=connection,
        document_id=first,
        payment=payment,
        operation=Operation.PAYMENT,
        marked_why="payment",
    )
