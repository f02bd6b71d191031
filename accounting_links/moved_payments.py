"""Our payments that settle something else here than what they were told to settle over
there."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

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

from accounting_links.models import (
    OPEN_STATES,
    Connection,
    DocumentLink,
    ItemState,
    PaymentLink,
    SyncItem,
)
from invoicing.models import Origin, PaymentAllocation

ZERO = Decimal(0)


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
    return PaymentLink.objects.annotate(here=allocated("payment")).filter(
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


def allocated(payment: str) -> Coalesce:
    """How much of the payment of that name is laid on documents."""
    rows = PaymentAllocation.objects.filter(payment=OuterRef(payment)).order_by()
    sums = rows.values("payment").annotate(total=Sum("amount")).values("total")
    amount: DecimalField[Decimal, Decimal] = DecimalField(
        max_digits=18, decimal_places=4
    )
    return Coalesce(Subquery(sums), Value(ZERO), output_field=amount)
