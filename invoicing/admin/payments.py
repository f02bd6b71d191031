from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from invoicing.admin.base import WithTimeline, user_of
from invoicing.admin.decorators import display
from invoicing.admin.document_verbs import ReasonForm
from invoicing.admin.verbs import FittingButtons, StaffVerb, with_verbs
from invoicing.models import Origin, Payment, PaymentAllocation
from invoicing.services import payments, settling

CANCEL = StaffVerb(
    name="cancel",
    label="Cancel payment",
    permission="invoicing.change_payment",
    question="This cannot be undone. What it settled is open again.",
    done="cancelled",
    icon="block",
    form_class=ReasonForm,
    run=lambda payment, data, user: payments.cancel_payment(
        payment, actor=user, reason=data["reason"]
    ),
    fits=lambda payment: payment.cancelled_at is None,
    in_lists=False,
)


class AllocationInline(TabularInline):  # type: ignore[misc]  # untyped base
    model = PaymentAllocation
    fk_name = "payment"
    fields = ("document", "amount")
    autocomplete_fields = ("document",)
    extra = 1
    hide_title = True
    verbose_name_plural = "settles"

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Taken off and allocated anew, so that the history says both."""
        return False

    def has_add_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        open_one = obj is None or getattr(obj, "cancelled_at", None) is None
        return open_one and request.user.has_perm("invoicing.add_payment")

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return self.has_add_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentAllocation]:
        found: QuerySet[PaymentAllocation] = super().get_queryset(request)
        return found.select_related("document")


@admin.register(Payment)
@with_verbs(CANCEL)
class PaymentAdmin(FittingButtons, WithTimeline):
    """What was recorded stays as it is: a wrong payment is cancelled."""

    inlines = (AllocationInline,)
    list_display: tuple[str, ...] = (
        *("date", "contact", "amount_shown", "direction", "method", "reference"),
        *("origin_shown", "state_shown"),
    )
    list_filter: tuple[Any, ...] = (
        ("direction", ChoicesDropdownFilter),
        ("origin", ChoicesDropdownFilter),
        ("date", RangeDateFilter),
    )
    list_select_related = ("contact", "method")
    search_fields = ("reference", "contact__name")
    autocomplete_fields = ("contact",)
    fields = (
        ("direction", "contact"),
        ("date", "amount", "currency"),
        ("method", "reference"),
    )
    recorded = (("direction", "contact"), ("date", "amount_shown"), fields[2])

    @display(description="Amount", ordering="amount")
    def amount_shown(self, payment: Payment) -> str:
        return f"{payment.amount:,.2f} {payment.currency}"

    @display(
        description="Origin",
        ordering="origin",
        label={"Ours": "success", "Seen in the books": "info"},
    )
    def origin_shown(self, payment: Payment) -> str:
        return Origin(payment.origin).label

    @display(description="State", label={"Cancelled": "danger"})
    def state_shown(self, payment: Payment) -> str | None:
        return "Cancelled" if payment.cancelled_at else None

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("direction", "contact", "date", "amount_shown", "method")

    def get_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[tuple[str, ...], ...]:
        return self.fields if obj is None else self.recorded

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "date": timezone.localdate(),
            "currency": settings.FINSYNC_HOME_CURRENCY,
            **super().get_changeform_initial_data(request),
        }

    def save_model(
        self, request: HttpRequest, obj: Payment, form: Any, change: bool
    ) -> None:
        obj.currency = obj.currency.upper()
        super().save_model(request, obj, form, change)
        if not change:
            payments.recorded(obj, actor=user_of(request))

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        user = user_of(request)
        allocations = formset.save(commit=False)
        for gone in formset.deleted_objects:
            settling.take_off(gone, actor=user)
        for each in allocations:
            settling.allocate(form.instance, each.document, each.amount, actor=user)
