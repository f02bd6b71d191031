"""What staff can do with a document."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from invoicing.admin.verbs import StaffVerb
from invoicing.models import (
    Document,
    DocumentKind,
    Lifecycle,
    PaymentMethod,
    SalesCreditNote,
    SalesInvoice,
    SentHow,
    Settlement,
)
from invoicing.services import billing, documents, lifecycle, payments, sending
from invoicing.services.payments import PaymentDraft

Data = Mapping[str, Any]
# Sent by the platform is not for people to say.
HOW = [(how.value, how.label) for how in SentHow if how != SentHow.PLATFORM]


class HowForm(BaseDialogForm):  # type: ignore[misc]  # untyped base
    how = forms.ChoiceField(choices=HOW, widget=UnfoldAdminSelectWidget)


class ReasonForm(BaseDialogForm):  # type: ignore[misc]  # untyped base
    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget)


class PaymentForm(BaseDialogForm):  # type: ignore[misc]  # untyped base
    amount = forms.DecimalField(
        max_digits=18,
        decimal_places=4,
        required=False,
        help_text="Left empty: all that is open.",
        widget=UnfoldAdminDecimalFieldWidget,
    )
    date = forms.DateField(initial=timezone.localdate, widget=UnfoldAdminDateWidget)
    method = forms.ModelChoiceField(
        PaymentMethod.objects.filter(active=True),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    reference = forms.CharField(
        max_length=100, required=False, widget=UnfoldAdminTextInputWidget
    )


def _is_draft(document: Document) -> bool:
    return document.lifecycle == Lifecycle.DRAFT


def _is_approved(document: Document) -> bool:
    return document.lifecycle == Lifecycle.APPROVED


def _can_be_sent(document: Document) -> bool:
    return document.sent_at is None and document.lifecycle in (
        Lifecycle.APPROVED,
        Lifecycle.WON,
    )


def _is_open(document: Document) -> bool:
    return _is_approved(document) and document.settlement != Settlement.PAID


def _pay(document: Document, data: Data, user: User) -> None:
    amount = data["amount"] or document.outstanding
    draft = PaymentDraft(
        direction=document.settled_by_direction,
        contact=document.bill_to,
        date=data["date"],
        amount=amount,
        currency=document.currency,
        rate=document.rate,
        method=data["method"],
        reference=data["reference"],
    )
    payments.record_payment(draft, [(document, amount)], actor=user)


def _credit(document: Document, data: Data, user: User) -> SalesCreditNote:
    note = billing.credit_invoice(document, timezone.localdate(), actor=user)
    return SalesCreditNote.objects.get(pk=note.pk)


def _invoice(order: Document, data: Data, user: User) -> SalesInvoice:
    invoice = billing.invoice_order(order, timezone.localdate(), actor=user)
    return SalesInvoice.objects.get(pk=invoice.pk)


APPROVE = StaffVerb(
    name="approve",
    label="Approve",
    permission="invoicing.approve_document",
    question="It gets its number, if it has none, and counts from then on.",
    done="approved",
    icon="check",
    run=lambda document, data, user: lifecycle.approve(document, actor=user),
    fits=_is_draft,
)
MARK_SENT = StaffVerb(
    name="mark_sent",
    label="Mark as sent",
    permission="invoicing.mark_document_sent",
    question="Say how it has reached the customer. Printing it does not count.",
    done="marked as sent",
    icon="send",
    form_class=HowForm,
    run=lambda document, data, user: sending.mark_sent(
        document, data["how"], actor=user
    ),
    fits=_can_be_sent,
)
UNMARK_SENT = StaffVerb(
    name="unmark_sent",
    label="Mark as not sent",
    permission="invoicing.mark_document_sent",
    question="It has not reached the customer after all.",
    done="marked as not sent",
    icon="undo",
    run=lambda document, data, user: sending.unmark_sent(document, actor=user),
    fits=lambda document: document.sent_at is not None,
    in_lists=False,
)
PAY = StaffVerb(
    name="pay",
    label="Record payment",
    permission="invoicing.add_payment",
    question="The payment settles this document.",
    done="has a payment",
    icon="payments",
    form_class=PaymentForm,
    run=_pay,
    fits=_is_open,
    in_lists=False,
)
VOID = StaffVerb(
    name="void",
    label="Void",
    permission="invoicing.void_document",
    question="This cannot be undone. The number stays taken, and the books are told.",
    done="voided",
    icon="block",
    form_class=ReasonForm,
    run=lambda document, data, user: lifecycle.void(
        document, actor=user, reason=data["reason"]
    ),
    fits=lambda document: (
        document.lifecycle in (Lifecycle.APPROVED, Lifecycle.WON)
        and not document.settled
    ),
)
DISCARD = StaffVerb(
    name="discard",
    label="Delete draft",
    permission="invoicing.void_document",
    question="This cannot be undone.",
    done="deleted",
    icon="delete",
    run=lambda document, data, user: documents.discard(document, actor=user),
    fits=lambda document: _is_draft(document) and not document.number,
)
CREDIT = StaffVerb(
    name="credit",
    label="Credit this invoice",
    permission="invoicing.add_salescreditnote",
    question="Makes a draft credit note over the whole invoice.",
    done="has a draft credit note",
    icon="assignment_return",
    run=_credit,
    fits=lambda document: (
        _is_approved(document) and document.kind == DocumentKind.SALES_INVOICE
    ),
    in_lists=False,
)
WIN = StaffVerb(
    name="win",
    label="Mark as won",
    permission="invoicing.approve_document",
    question="The customer has accepted it. It gets its number, if it has none.",
    done="won",
    icon="thumb_up",
    run=lambda order, data, user: lifecycle.win(order, actor=user),
    fits=_is_draft,
)
LOSE = StaffVerb(
    name="lose",
    label="Mark as lost",
    permission="invoicing.approve_document",
    question="The customer has declined it. It can no longer be changed.",
    done="lost",
    icon="thumb_down",
    run=lambda order, data, user: lifecycle.lose(order, actor=user),
    fits=_is_draft,
)
INVOICE = StaffVerb(
    name="invoice",
    label="Make invoice",
    permission="invoicing.add_salesinvoice",
    question="Makes a draft invoice with the order's lines.",
    done="has a draft invoice",
    icon="receipt_long",
    run=_invoice,
    fits=lambda order: order.lifecycle == Lifecycle.WON,
    in_lists=False,
)
