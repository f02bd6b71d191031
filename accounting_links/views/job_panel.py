"""From a repair job to what the books hold of it: invoices, credit notes, payments, and
what is over there. A number of statements that does not grow with the documents."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse

from accounting_links.models import DocumentLink, PaymentLink, SyncItem
from accounting_links.views.reconciliation_page import PAGES
from connectors import registry
from invoicing.models import Document, DocumentKind, Job, PaymentAllocation


@dataclass(slots=True)
class Paid:
    """`there` are the ids of the payment over there."""

    words: str
    amount: Decimal
    there: list[str]


@dataclass(slots=True)
class Step:
    document: Document
    address: str
    link: DocumentLink | None
    platform: str
    waits: SyncItem | None
    paid: list[Paid] = field(default_factory=list)


def steps(job: Job) -> list[Step]:
    """Documents of the job, credit notes on them too, in the order of their dates."""
    documents = list(
        Document.objects.filter(Q(job=job) | Q(credits__job=job))
        .distinct()
        .order_by("date", "pk")
    )
    ids = [each.pk for each in documents]
    links = {
        link.document_id: link
        for link in DocumentLink.objects.filter(
            document__in=ids, ended_at=None
        ).select_related("connection")
    }
    items = {
        item.document_id: item
        for item in SyncItem.objects.open().filter(document__in=ids, payment=None)
    }
    paid = _paid(ids)
    return [
        _step(each, links.get(each.pk), items.get(each.pk), paid[each.pk])
        for each in documents
    ]


def _step(
    document: Document,
    link: DocumentLink | None,
    item: SyncItem | None,
    paid: list[Paid],
) -> Step:
    page = PAGES[DocumentKind(document.kind)]
    return Step(
        document=document,
        address=reverse(f"admin:invoicing_{page}_change", args=(document.pk,)),
        link=link,
        platform=registry.label(link.connection.platform) if link else "",
        waits=item,
        paid=paid,
    )


def _paid(ids: list[int]) -> dict[int, list[Paid]]:
    allocations = PaymentAllocation.objects.filter(document__in=ids).select_related(
        "payment__method", "credit_note"
    )
    links: dict[int, list[str]] = defaultdict(list)
    live = PaymentLink.objects.filter(
        payment__allocations__document__in=ids, ended_at=None
    ).distinct()
    for payment, external_id in live.values_list("payment_id", "external_id"):
        links[payment].append(external_id)
    paid: dict[int, list[Paid]] = defaultdict(list)
    for each in allocations:
        there = links[each.payment_id] if each.payment_id else []
        paid[each.document_id].append(Paid(_words(each), each.amount, there))
    return paid


def _words(allocation: PaymentAllocation) -> str:
    payment = allocation.payment
    if payment is None:
        return f"Set off by {allocation.credit_note}"
    method = f" by {payment.method}" if payment.method else ""
    cancelled = ", cancelled" if payment.cancelled_at else ""
    return f"Paid{method} on {payment.date:%d %b %Y}{cancelled}"
