"""Third parties' pages in the house's style, and with the house's caution."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.http import HttpRequest
from django_q.admin import FailAdmin, QueueAdmin, ScheduleAdmin, TaskAdmin
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

for model in (User, Group, Schedule, Success, Failure, OrmQ):
    # OrmQ is registered only while the broker is the database.
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # untyped base, generic in stubs alone
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    list_per_page = 25


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]  # untyped base
    pass


class ReadOnly(ModelAdmin):  # type: ignore[misc]  # untyped base
    """To look at alone: whoever could edit a task's function could run any code."""

    actions = None
    actions_detail_hide_default = True  # nobody edits, so it has no history of edits
    list_per_page = 25
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}


@admin.register(Schedule)
class ReadOnlyScheduleAdmin(ReadOnly, ScheduleAdmin):  # type: ignore[misc]  # untyped base
    pass


@admin.register(Success)
class ReadOnlySuccessAdmin(ReadOnly, TaskAdmin):  # type: ignore[misc]  # untyped base
    pass


@admin.register(Failure)
class ReadOnlyFailureAdmin(ReadOnly, FailAdmin):  # type: ignore[misc]  # untyped base
    pass


@admin.register(OrmQ)
class ReadOnlyQueueAdmin(ReadOnly, QueueAdmin):  # type: ignore[misc]  # untyped base
    def get_queryset(self, request: HttpRequest) -> Any:
        # With Redis as the broker the table is there, and empty.
        return OrmQ.objects.all()
