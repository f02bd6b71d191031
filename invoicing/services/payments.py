"""Money received and made."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Unpack

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from invoicing.errors import Refused
from invoicing.models import Contact, Document, Origin, Payment, PaymentMethod
from invoicing.services import events, settling
from invoicing.services.locks import lock_in_order, lock_payment
from invoicing.services.who import Who
from invoicing.verbs import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDraft:
    direction: str
    contact: Contact
    date: dt.date
    amount: Decimal
    currency: str = field(default_factory=lambda: str(settings.FINSYNC_HOME_CURRENCY))
    rate: Decimal = Decimal(1)
    method: PaymentMethod | None = None
    reference: str = ""
    origin: str = Origin.OURS
    source: str = ""
    source_reference: str = ""


@transaction.atomic
def record_payment(
    draft: PaymentDraft,
    allocations: Iterable[tuple[Document, Decimal]] = (),
    **who: Unpack[Who],
) -> Payment:
    """Raises `Refused` when an allocation does not fit, and then records nothing."""
    if draft.amount <= 0:
        raise Refused("A payment is above zero.", field="amount")
    values = {name: getattr(draft, name) for name in PaymentDraft.__slots__}
    payment = Payment.objects.create(**values)
    recorded(payment, **who)
    for document, amount in allocations:
        settling.allocate(payment, document, amount, **who)
    return payment


def recorded(payment: Payment, **who: Unpack[Who]) -> None:
    """For whoever has saved one itself (a form), in the same transaction."""
    events.record(
        Verb.PAYMENT_RECORDED,
        payment,
        f"{payment} ({payment.contact}) was recorded",
        contact=payment.contact,
        after={"amount": str(payment.amount), "origin": payment.origin},
        **who,
    )


@transaction.atomic
def cancel_payment(payment: Payment, **who: Unpack[Who]) -> bool:
    """What it settled opens again; its allocations stay on it as a record."""
    settled = [each.document for each in payment.allocations.select_related("document")]
    lock_in_order(*settled)
    lock_payment(payment)
    if payment.cancelled_at is not None:
        return False
    payment.cancelled_at = timezone.now()
    payment.save(update_fields=("cancelled_at",))
    events.record(
        Verb.PAYMENT_CANCELLED,
        payment,
        f"{payment} ({payment.contact}) was cancelled",
        contact=payment.contact,
        **who,
    )
    for document in settled:
        settling.refresh_settlement(document, **who)
    return True
