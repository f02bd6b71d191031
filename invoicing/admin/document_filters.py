from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from invoicing.models import Lifecycle, Settlement

Choices = list[tuple[str, str]]


class SentFilter(DropdownFilter):  # type: ignore[misc]  # untyped base
    title = "sent"
    parameter_name = "sent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("yes", "Sent"), ("no", "Not sent yet")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> QuerySet[Any] | None:
        if self.value() not in ("yes", "no"):
            return None
        return queryset.filter(sent_at__isnull=self.value() == "no")


class SettlementFilter(DropdownFilter):  # type: ignore[misc]  # untyped base
    title = "settlement"
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [*Settlement.choices, ("open", "Open"), ("overdue", "Overdue")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> QuerySet[Any] | None:
        value = self.value()
        if value == "overdue":
            return _open(queryset).filter(due_date__lt=timezone.localdate())
        if value == "open":
            return _open(queryset)
        if value in Settlement.values:
            return queryset.filter(settlement=value)
        return None


def _open(queryset: QuerySet[Any]) -> QuerySet[Any]:
    approved = queryset.filter(lifecycle=Lifecycle.APPROVED)
    return approved.exclude(settlement=Settlement.PAID)
