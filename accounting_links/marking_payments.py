"""Which of our payments wait to be sent: those whose documents are all over there."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import (
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

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
from invoicing.models import DocumentKind, Origin, Payment, PaymentAllocation

ZERO = Decimal(0)
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
    return payments.annotate(used=_allocated("pk")).filter(used__gt=least)


def _allocated(payment: str) -> Coalesce:
    rows = PaymentAllocation.objects.filter(payment=OuterRef(payment)).order_by()
    sums = rows.values("payment").annotate(total=Sum("amount")).values("total")
    amount: DecimalField[Decimal, Decimal] = DecimalField(
        max_digits=18, decimal_places=4
    )
    return Coalesce(Subquery(sums), Value(ZERO), output_field=amount)


def moved(
    connection: Connection, *, document_ids: Iterable[int] | None = None
) -> list[PaymentLink]:
    """Of our payments that are over there, those that settle something else here by
    now: laid on another document since, on more, or on one that was sent anew."""
    found = _may_have_moved(connection)
    if document_ids is not None:
        found = found.filter(
            payment__allocations__document__in=list(document_ids)
        ).distinct()
    links = list(found.select_related("payment__contact"))
    targets = _targets(connection, links)
    return [
        link
        for link in links
        if (target := targets[link.payment_id]) is not None
        and target != link.settles_there
    ]


def _may_have_moved(connection: Connection) -> QuerySet[PaymentLink]:
    """What is younger than what we know of them there, or adds up to something else.
    Those that were looked at and are the same come again: that costs no more."""
    allocations = PaymentAllocation.objects.filter(payment=OuterRef("payment"))
    anew = DocumentLink.objects.filter(
        connection=connection,
        ended_at=None,
        linked_at__gt=OuterRef("shares_at"),
        document__settled_by__payment=OuterRef("payment"),
    )
    items = SyncItem.objects.filter(
        Q(state__in=OPEN_STATES)
        | Q(state=ItemState.CANCELLED, finished_at__gte=OuterRef("shares_at")),
        connection=connection,
        payment=OuterRef("payment"),
    )
    return PaymentLink.objects.annotate(here=_allocated("payment")).filter(
        Exists(allocations.filter(created_at__gt=OuterRef("shares_at")))
        | Exists(anew)
        | ~Q(here=F("settled")),
        ~Exists(items),
        connection=connection,
        ended_at=None,
        payment__origin=Origin.OURS,
        payment__cancelled_at=None,
    )


def _targets(
    connection: Connection, links: Sequence[PaymentLink]
) -> dict[int, dict[tuple[str, str], Decimal] | None]:
    """What each is to settle there, by payment; None where a document is missing."""
    ids = [link.payment_id for link in links]
    rows = PaymentAllocation.objects.filter(payment__in=ids)
    there = {
        link.document_id: (link.kind, link.external_id)
        for link in DocumentLink.objects.filter(
            connection=connection,
            document__in=rows.values("document"),
            ended_at=None,
            missing_since=None,
        )
    }
    found: dict[int, dict[tuple[str, str], Decimal] | None] = {pk: {} for pk in ids}
    for row in rows:
        shares = found[row.payment_id or 0]
        if row.document_id not in there:
            found[row.payment_id or 0] = None
        elif shares is not None:
            shares[there[row.document_id]] = row.amount
    return found


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


def _settling() -> QuerySet[PaymentAllocation]:
    return PaymentAllocation.objects.filter(payment=OuterRef("pk"))


def _there(connection: Connection) -> QuerySet[DocumentLink]:
    return DocumentLink.objects.filter(
        connection=connection,
        document=OuterRef("document"),
        ended_at=None,
        missing_since=None,
    )


def _takeable(connection: Connection) -> QuerySet[Payment]:
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
        Exists(_settling()),
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
