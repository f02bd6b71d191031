"""How much of a document is settled follows from what is allocated to it."""

from decimal import Decimal
from typing import Unpack

from django.db import transaction
from django.db.models import Q, Sum

from invoicing.errors import Refused
from invoicing.models import (
    Document,
    DocumentKind,
    Lifecycle,
    Payment,
    PaymentAllocation,
    Settlement,
)
from invoicing.services import events
from invoicing.services.locks import lock, lock_in_order, lock_payment
from invoicing.services.who import Who
from invoicing.verbs import Verb

ZERO = Decimal(0)
COUNTS = Q(payment__isnull=True) | Q(payment__cancelled_at__isnull=True)


def settled_amount(document: Document) -> Decimal:
    """By payments and by credit notes; a credit note, also by what it has settled."""
    touching = Q(document=document) | Q(credit_note=document)
    rows = PaymentAllocation.objects.filter(touching & COUNTS)
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def unallocated(payment: Payment) -> Decimal:
    used = payment.allocations.aggregate(total=Sum("amount"))["total"] or ZERO
    return payment.amount - used


def settlement_of(document: Document) -> Settlement:
    """Nothing is owed on an approved document of zero: that is paid."""
    if document.settled >= document.gross and document.lifecycle != Lifecycle.DRAFT:
        return Settlement.PAID
    return Settlement.PART_PAID if document.settled > 0 else Settlement.UNPAID


def refresh_settlement(document: Document, **who: Unpack[Who]) -> None:
    """Locked by the caller."""
    before = document.settlement
    document.settled = settled_amount(document)
    document.settlement = settlement_of(document)
    document.save(update_fields=("settled", "settlement", "updated_at"))
    if document.settlement == before:
        return
    state = document.get_settlement_display().lower()
    events.record(
        Verb.SETTLEMENT_CHANGED,
        document,
        f"{document} is {state} now",
        before={"settlement": before},
        after={"settlement": document.settlement, "settled": str(document.settled)},
        **who,
    )


@transaction.atomic
def allocate(
    payment: Payment, document: Document, amount: Decimal, **who: Unpack[Who]
) -> PaymentAllocation:
    """Once more on the same document raises what is allocated to it."""
    lock(document)
    lock_payment(payment)
    _refuse_mismatch(payment, document)
    _refuse_amount(amount, free=unallocated(payment), document=document)
    allocation, created = PaymentAllocation.objects.get_or_create(
        payment=payment, document=document, defaults={"amount": amount}
    )
    if not created:
        allocation.amount += amount
        allocation.save(update_fields=("amount",))
    events.record(
        Verb.PAYMENT_ALLOCATED,
        payment,
        f"{amount:.2f} {payment.currency} was allocated to {document}",
        document=document,
        contact=payment.contact,
        after={"amount": str(amount), "allocation": allocation.pk},
        **who,
    )
    refresh_settlement(document, **who)
    return allocation


@transaction.atomic
def apply_credit(
    credit_note: Document, document: Document, amount: Decimal, **who: Unpack[Who]
) -> PaymentAllocation:
    lock_in_order(credit_note, document)
    _refuse_credit(credit_note, document)
    _refuse_amount(amount, free=credit_note.outstanding, document=document)
    allocation, created = PaymentAllocation.objects.get_or_create(
        credit_note=credit_note, document=document, defaults={"amount": amount}
    )
    if not created:
        allocation.amount += amount
        allocation.save(update_fields=("amount",))
    events.record(
        Verb.CREDIT_APPLIED,
        credit_note,
        f"{amount:.2f} {document.currency} of {credit_note} was set against {document}",
        after={"amount": str(amount), "settles": events.name_of(document)},
        **who,
    )
    refresh_settlement(credit_note, **who)
    refresh_settlement(document, **who)
    return allocation


@transaction.atomic
def take_off(allocation: PaymentAllocation, **who: Unpack[Who]) -> None:
    """The document opens again."""
    document, credit_note = allocation.document, allocation.credit_note
    touched = [document, credit_note] if credit_note else [document]
    lock_in_order(*touched)
    subject = allocation.payment or credit_note or document
    verb = Verb.CREDIT_UNAPPLIED if credit_note else Verb.PAYMENT_UNALLOCATED
    events.record(
        verb,
        subject,
        f"{allocation.amount:.2f} {document.currency} was taken off {document}",
        document=document,
        before={"amount": str(allocation.amount)},
        **who,
    )
    allocation.delete()
    for each in touched:
        refresh_settlement(each, **who)


def _refuse_amount(amount: Decimal, *, free: Decimal, document: Document) -> None:
    if amount <= 0:
        raise Refused("Give an amount above zero.", field="amount")
    most = min(free, document.outstanding)
    if amount > most:
        raise Refused(
            f"{amount:.2f} is more than can be allocated to {document}: it has"
            f" {document.outstanding:.2f} {document.currency} open, and {free:.2f} is"
            f" left to allocate. Give {most:.2f} or less.",
            field="amount",
        )


def _refuse_mismatch(payment: Payment, document: Document) -> None:
    if payment.cancelled_at is not None:
        raise Refused("The payment is cancelled and cannot settle anything.")
    _refuse_open(document)
    if payment.direction != document.settled_by_direction:
        raise Refused(
            f"{document} is not settled by money that is"
            f" {payment.get_direction_display().lower()}.",
            field="document",
        )
    _refuse_currency(payment.currency, document)
    if not document.concerns(payment.contact):
        raise Refused(
            f"The payment is of {payment.contact}, but {document} is for"
            f" {document.bill_to}. Choose a document of the same contact.",
            field="document",
        )


def _refuse_credit(credit_note: Document, document: Document) -> None:
    if credit_note.kind != DocumentKind.CREDIT_NOTE:
        raise Refused(f"{credit_note} is no credit note.")
    if document.kind != DocumentKind.SALES_INVOICE:
        raise Refused(f"A credit note settles sales invoices, and {document} is none.")
    _refuse_open(credit_note)
    _refuse_open(document)
    _refuse_currency(credit_note.currency, document)
    if not document.concerns(credit_note.bill_to):
        raise Refused(
            f"{credit_note} is for {credit_note.bill_to}, but {document} is for"
            f" {document.bill_to}.",
            field="document",
        )


def _refuse_open(document: Document) -> None:
    if document.lifecycle != Lifecycle.APPROVED:
        state = document.get_lifecycle_display().lower()
        raise Refused(f"{document} is {state}; only approved documents are settled.")


def _refuse_currency(currency: str, document: Document) -> None:
    if currency != document.currency:
        raise Refused(
            f"{document} is in {document.currency}, not in {currency}. Record the"
            f" amount in {document.currency}.",
            field="currency",
        )
