"""Payments that were made in the books: taken in with the origin "books", so that they
never travel back. The same payment again changes what is different, and no more."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounting_links.books_documents import POLLER
from accounting_links.models import (
    SHARES,
    Connection,
    CreditLink,
    DocumentLink,
    ItemState,
    MethodLink,
    Operation,
    PaymentLink,
    SyncItem,
)
from accounting_links.verbs import Verb
from connectors.records import RemotePayment
from invoicing.errors import Refused
from invoicing.models import (
    Direction,
    Document,
    Origin,
    Payment,
    PaymentAllocation,
    PaymentMethod,
)
from invoicing.services import events, payments, settling

Share = tuple[Document, Decimal]


def take_in(connection: Connection, rows: Sequence[RemotePayment]) -> int:
    """Answers how many were taken in, changed or removed. Payments that settle none of
    our documents are no business of ours."""
    rows = _without_credits(connection, rows)
    links = _links(connection, rows)
    documents = _documents(connection, rows)
    return sum(
        _take_in(connection, row, links.get(row.id), _shares(row, documents))
        for row in rows
    )


def _without_credits(
    connection: Connection, rows: Sequence[RemotePayment]
) -> list[RemotePayment]:
    """Some platforms list a credit note that we set against an invoice as a payment.
    Others number the two apart, so that the id alone does not tell."""
    ours = CreditLink.objects.filter(
        connection=connection, external_id__in=[row.id for row in rows]
    ).exclude(external_id="")
    known = set(ours.values_list("external_id", "document_external_id", "amount"))
    return [
        row
        for row in rows
        if not any(
            (row.id, each.document_id, each.amount) in known for each in row.allocations
        )
    ]


def _links(
    connection: Connection, rows: Sequence[RemotePayment]
) -> dict[str, PaymentLink]:
    found = PaymentLink.objects.filter(
        connection=connection, external_id__in=[row.id for row in rows], ended_at=None
    ).select_related("payment", "payment__contact")
    return {link.external_id: link for link in found}


def _documents(
    connection: Connection, rows: Sequence[RemotePayment]
) -> dict[tuple[str, str], Document]:
    ids = {each.document_id for row in rows for each in row.allocations}
    found = DocumentLink.objects.filter(
        connection=connection, external_id__in=ids, ended_at=None
    ).select_related("document", "document__contact", "document__care_of")
    return {(link.kind, link.external_id): link.document for link in found}


def _shares(
    row: RemotePayment, documents: dict[tuple[str, str], Document]
) -> list[Share]:
    shares: dict[int, Share] = {}
    for each in row.allocations:
        document = documents.get((each.kind.value, each.document_id))
        if document is None or each.amount <= 0:
            continue
        so_far = shares.get(document.pk, (document, Decimal(0)))[1]
        shares[document.pk] = (document, so_far + each.amount)
    return list(shares.values())


def _take_in(
    connection: Connection,
    row: RemotePayment,
    link: PaymentLink | None,
    shares: list[Share],
) -> bool:
    if link is None:
        return _add(connection, row, shares)
    if link.payment.origin == Origin.OURS:
        return _ours_seen(connection, row, link)
    if row.deleted or not shares:
        return _remove(connection, link)
    return _change(connection, row, link, shares)


def _add(connection: Connection, row: RemotePayment, shares: list[Share]) -> bool:
    if row.deleted or not shares or row.amount <= 0:
        return False
    if _is_on_its_way(connection, row, shares):
        return False
    with transaction.atomic():
        if PaymentLink.objects.filter(
            connection=connection, external_id=row.id, ended_at=None
        ).exists():
            return False
        payment = _record(connection, row, shares)
        PaymentLink.objects.create(
            connection=connection,
            payment=payment,
            external_id=row.id,
            version=row.version[:60],
            changed_at=row.changed_at,
            amount=row.amount,
        )
        _tell(connection, payment, Verb.PAYMENT_SEEN, "was seen in the books")
        _allocate(connection, payment, shares)
    return True


def _is_on_its_way(
    connection: Connection, row: RemotePayment, shares: list[Share]
) -> bool:
    """One of ours whose answer is not recorded yet: its own send settles it."""
    return (
        SyncItem.objects.open()
        .filter(
            connection=connection,
            operation=Operation.PAYMENT,
            state__in=(ItemState.SENDING, ItemState.IN_DOUBT),
            payment__amount=row.amount,
            payment__allocations__document__in=[each.pk for each, _ in shares],
        )
        .exists()
    )


def _record(connection: Connection, row: RemotePayment, shares: list[Share]) -> Payment:
    first = shares[0][0]
    draft = payments.PaymentDraft(
        direction=Direction(row.direction.value),
        contact=first.bill_to,
        date=row.date or timezone.localdate(),
        amount=row.amount,
        currency=row.currency or first.currency,
        method=_method(connection, row),
        reference=row.reference[:100],
        origin=Origin.BOOKS,
        source=f"books:{connection.pk}",
        source_reference=_source_reference(connection, row),
    )
    return payments.record_payment(draft, actor_name=POLLER)


def _source_reference(connection: Connection, row: RemotePayment) -> str:
    """Removed and made again under the same id, it is another payment."""
    taken = Payment.objects.filter(
        Q(source_reference=row.id) | Q(source_reference__startswith=f"{row.id}#"),
        source=f"books:{connection.pk}",
    ).count()
    return f"{row.id}#{taken}" if taken else row.id


def _method(connection: Connection, row: RemotePayment) -> PaymentMethod | None:
    if not row.bank_account_id:
        return None
    links = MethodLink.objects.filter(
        connection=connection, account_id=row.bank_account_id, method__isnull=False
    )
    link = links.select_related("method").first()
    return link.method if link else None


def _allocate(connection: Connection, payment: Payment, shares: list[Share]) -> None:
    """As the books have it. What does not fit ours (we have it settled already, say) is
    told and left for a person; the payment itself stays on record."""
    for document, amount in shares:
        try:
            with transaction.atomic():
                settling.allocate(payment, document, amount, actor_name=POLLER)
        except Refused as refusal:
            _tell(
                connection,
                payment,
                Verb.PAYMENT_SEEN,
                f"settles {amount:.2f} of {document} in the books, but not here",
                document=document,
                reason=str(refusal),
            )


def _ours_seen(connection: Connection, row: RemotePayment, link: PaymentLink) -> bool:
    if not row.deleted:
        _keep_up(connection, row, link)
        return False
    with transaction.atomic():
        link.ended_at = timezone.now()
        link.save(update_fields=("ended_at",))
        # Left alone it would be ready to be sent anew, and nobody asked for that.
        SyncItem.objects.create(
            connection=connection,
            document=_first_document(link.payment),
            payment=link.payment,
            operation=Operation.PAYMENT,
            state=ItemState.CANCELLED,
            marked_why="deleted in the books",
            finished_at=timezone.now(),
        )
        _tell(
            connection,
            link.payment,
            Verb.PAYMENT_REMOVAL_SEEN,
            "was deleted in the books. What it settled is open again, and it is not"
            " sent again",
        )
        payments.cancel_payment(link.payment, actor_name=POLLER)
    return True


def _keep_up(connection: Connection, row: RemotePayment, link: PaymentLink) -> None:
    """What of it settles what, where the platform tells; many tell no more than that it
    is there. What somebody moved there is told, and not moved back."""
    fields: list[str] = []
    if (link.version, link.changed_at) != (row.version, row.changed_at):
        link.version, link.changed_at = row.version[:60], row.changed_at
        fields += ["version", "changed_at"]
    if row.allocations and link.saw(row.allocations):
        fields += SHARES
        words = "settles other documents or amounts in the books than were told"
        _tell(connection, link.payment, Verb.PAYMENT_SEEN, words)
    if fields:
        link.save(update_fields=fields)


def _first_document(payment: Payment) -> Document:
    allocation = payment.allocations.order_by("document_id").first()
    if allocation is None:
        item = SyncItem.objects.filter(payment=payment).latest("pk")
        return item.document
    return allocation.document


def _remove(connection: Connection, link: PaymentLink) -> bool:
    with transaction.atomic():
        payments.cancel_payment(link.payment, actor_name=POLLER)
        link.ended_at = timezone.now()
        link.save(update_fields=("ended_at",))
        words = "was removed in the books"
        _tell(connection, link.payment, Verb.PAYMENT_REMOVAL_SEEN, words)
    return True


def _change(
    connection: Connection,
    row: RemotePayment,
    link: PaymentLink,
    shares: list[Share],
) -> bool:
    """Its allocations become those of the books. Taken off first, so that what moved
    from one document to another fits."""
    payment = link.payment
    wanted = {document.pk: (document, amount) for document, amount in shares}
    rows = payment.allocations.select_related("document")
    current = {each.document_id: each for each in rows}
    same_amount = payment.amount == row.amount
    if same_amount and {pk: a.amount for pk, a in current.items()} == {
        pk: amount for pk, (_, amount) in wanted.items()
    }:
        return False
    if link.version and link.version == row.version:
        # Seen before, and what differs did not fit ours then.
        return False
    with transaction.atomic():
        for pk, allocation in current.items():
            if pk not in wanted or wanted[pk][1] != allocation.amount:
                settling.take_off(allocation, actor_name=POLLER)
        payment.amount, payment.date = row.amount, row.date or payment.date
        payment.save(update_fields=("amount", "date"))
        left = PaymentAllocation.objects.filter(payment=payment)
        kept = set(left.values_list("document", flat=True))
        _allocate(
            connection,
            payment,
            [share for pk, share in wanted.items() if pk not in kept],
        )
        link.amount, link.version = row.amount, row.version[:60]
        link.changed_at = row.changed_at
        link.save(update_fields=("amount", "version", "changed_at"))
        _tell(connection, payment, Verb.PAYMENT_SEEN, "was changed in the books")
    return True


def _tell(
    connection: Connection,
    payment: Payment,
    verb: Verb,
    words: str,
    *,
    document: Document | None = None,
    reason: str = "",
) -> None:
    events.record(
        verb,
        payment,
        f"{payment} {words}",
        document=document,
        contact=payment.contact,
        connection_id=connection.pk,
        actor_name=POLLER,
        reason=reason,
    )
