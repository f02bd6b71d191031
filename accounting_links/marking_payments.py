"""Which of our payments wait to be sent: those whose documents are all over there."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

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
from invoicing.models import Origin, Payment, PaymentAllocation


def mark_payments(
    connection: Connection, *, document_ids: Iterable[int] | None = None
) -> int:
    """Safe to repeat. Payments that were seen in the books never travel back."""
    if not connection.send_payments or not gateway.capabilities(connection).payments:
        return 0
    found = _ready(connection)
    if document_ids is not None:
        found = found.filter(allocations__document__in=list(document_ids)).distinct()
    with transaction.atomic():
        items = [
            _item(connection, payment)
            for payment in found.prefetch_related("allocations")
        ]
        items += [_void_item(link) for link in _cancelled(connection)]
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


def _void_item(link: PaymentLink) -> SyncItem:
    sent = SyncItem.objects.filter(
        connection=link.connection_id, payment=link.payment_id
    ).latest("pk")
    return SyncItem(
        connection_id=link.connection_id,
        document_id=sent.document_id,
        payment_id=link.payment_id,
        operation=Operation.PAYMENT,
        marked_why="payment cancelled",
    )


def _ready(connection: Connection) -> QuerySet[Payment]:
    links = PaymentLink.objects.filter(
        connection=connection, payment=OuterRef("pk"), ended_at=None
    )
    items = SyncItem.objects.filter(
        Q(state__in=OPEN_STATES) | Q(state=ItemState.CANCELLED),
        connection=connection,
        payment=OuterRef("pk"),
    )
    there = DocumentLink.objects.filter(
        connection=connection,
        document=OuterRef("document"),
        ended_at=None,
        missing_since=None,
    )
    allocations = PaymentAllocation.objects.filter(payment=OuterRef("pk"))
    directions = [each.value for each in gateway.capabilities(connection).payments]
    found = Payment.objects.filter(
        Exists(allocations),
        ~Exists(allocations.filter(~Exists(there))),
        ~Exists(links),
        ~Exists(items),
        origin=Origin.OURS,
        cancelled_at=None,
        direction__in=directions,
    )
    if connection.go_live is not None:
        found = found.filter(date__gte=connection.go_live)
    return found.order_by("date", "pk")


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
