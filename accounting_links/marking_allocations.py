"""Which credit notes wait to be set against invoices over there, or to be taken off
them again: one item for each pair, once both documents are there."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounting_links import gateway
from accounting_links.models import (
    OPEN_STATES,
    Connection,
    CreditLink,
    DocumentLink,
    ItemState,
    Operation,
    SyncItem,
)
from invoicing.models import PaymentAllocation

Pair = tuple[int, int]


def mark_allocations(
    connection: Connection, *, document_ids: Iterable[int] | None = None
) -> int:
    """Safe to repeat. `document_ids`: only what touches these, on either end."""
    if not connection.send_payments:
        return 0
    able = gateway.capabilities(connection)
    if not able.allocate_credit:
        return 0
    ids = None if document_ids is None else list(document_ids)
    with transaction.atomic():
        end_stale(connection)
        found = dict.fromkeys(_pairs(set_here(connection), ids), "credit set against")
        if able.release_credit:
            taken_back = _pairs(changed_here(connection), ids)
            found |= dict.fromkeys(taken_back, "credit taken back")
        else:
            standing = set(_pairs(changed_here(connection), ids))
            found = {pair: why for pair, why in found.items() if pair not in standing}
        SyncItem.objects.bulk_create(
            [_item(connection, pair, why) for pair, why in found.items()],
            ignore_conflicts=True,
        )
    return len(found)


def end_stale(connection: Connection) -> int:
    """An allocation goes with its documents: one of them was deleted over there, and
    stands there as another by now, or not at all."""
    links = DocumentLink.objects.filter(connection=connection, ended_at=None)
    credit = links.filter(
        document=OuterRef("credit_note"), external_id=OuterRef("credit_external_id")
    )
    invoice = links.filter(
        document=OuterRef("document"), external_id=OuterRef("document_external_id")
    )
    stale = CreditLink.objects.filter(
        ~Exists(credit) | ~Exists(invoice), connection=connection, ended_at=None
    )
    return stale.update(ended_at=timezone.now())


def set_here(connection: Connection) -> QuerySet[PaymentAllocation]:
    """Allocations of credit notes that do not stand over there as they do here."""
    same = CreditLink.objects.filter(
        connection=connection,
        credit_note=OuterRef("credit_note"),
        document=OuterRef("document"),
        amount=OuterRef("amount"),
        ended_at=None,
    )
    return PaymentAllocation.objects.filter(
        _is_there(connection, "credit_note"),
        _is_there(connection, "document"),
        ~Exists(same),
        ~Exists(_items(connection, "created_at")),
        credit_note__isnull=False,
    ).order_by("pk")


def changed_here(connection: Connection) -> QuerySet[CreditLink]:
    """What stands over there and was taken back here, or has another amount."""
    same = PaymentAllocation.objects.filter(
        credit_note=OuterRef("credit_note"),
        document=OuterRef("document"),
        amount=OuterRef("amount"),
    )
    return CreditLink.objects.filter(
        _is_there(connection, "credit_note"),
        _is_there(connection, "document"),
        ~Exists(same),
        ~Exists(_items(connection, "linked_at")),
        connection=connection,
        ended_at=None,
    ).order_by("pk")


def _is_there(connection: Connection, name: str) -> Exists:
    return Exists(
        DocumentLink.objects.filter(
            connection=connection,
            document=OuterRef(name),
            ended_at=None,
            missing_since=None,
        )
    )


def _items(connection: Connection, since: str) -> QuerySet[SyncItem]:
    """Those that wait, and those that a person took off the list since."""
    taken_off = Q(state=ItemState.CANCELLED, finished_at__gte=OuterRef(since))
    return SyncItem.objects.filter(
        Q(state__in=OPEN_STATES) | taken_off,
        connection=connection,
        document=OuterRef("credit_note"),
        settles=OuterRef("document"),
    )


def _pairs(
    found: QuerySet[PaymentAllocation] | QuerySet[CreditLink], ids: list[int] | None
) -> Iterator[Pair]:
    if ids is not None:
        found = found.filter(Q(credit_note__in=ids) | Q(document__in=ids))
    yield from found.values_list("credit_note_id", "document_id")


def _item(connection: Connection, pair: Pair, why: str) -> SyncItem:
    credit_note, document = pair
    return SyncItem(
        connection=connection,
        document_id=credit_note,
        settles_id=document,
        operation=Operation.ALLOCATE,
        marked_why=why,
    )
