"""What all admin pages of the business's own records share."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from invoicing.errors import Refused
from invoicing.models import Event
from invoicing.services import events

SHOWN_EVENTS = 30
PER_PAGE = 25


class RefusalForm(ModelForm):  # type: ignore[type-arg]  # any model's
    """Shows what a service refused as an error of the form, with the input kept."""

    refusal: Refused | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            known = self.refusal.field in self.fields
            self.add_error(self.refusal.field if known else None, self.refusal.message)
        return cleaned


class RecordAdmin(ModelAdmin):  # type: ignore[misc]  # untyped base
    """Saves through services: a `Refused` rolls back and comes back as an error."""

    form = RefusalForm
    list_per_page = PER_PAGE
    show_full_result_count = False
    list_filter_submit = True
    warn_unsaved_form = True
    compressed_fields = False
    # Django's own history, which is empty: the timeline is below the form.
    actions_detail_hide_default = True

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[RefusalForm]:
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        made: type[RefusalForm] = type(form.__name__, (form,), {"refusal": refusal})
        return made

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse
        try:
            with transaction.atomic():
                response = super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # for get_form
            response = super().changeform_view(request, *args, **kwargs)
        return response

    def log_addition(self, *args: Any) -> None:
        """Events are the one history; Django's log would be a second one."""

    log_change = log_addition

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Nothing that has a history is deleted."""
        return False


class WithTimeline(RecordAdmin):
    """Shows the events of the record below its form."""

    change_form_template = "admin/invoicing/record_change_form.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"timeline": self.timeline(object_id), **(extra_context or {})}
        response: HttpResponse = super().change_view(
            request, object_id, form_url, context
        )
        return response

    def timeline(self, object_id: str) -> list[Event]:
        """The newest first."""
        model = self.model._meta.concrete_model
        subject = f"{model._meta.model_name}:{object_id}"
        found = Event.objects.filter(subject=subject).select_related("actor")
        return list(found[:SHOWN_EVENTS])


def user_of(request: HttpRequest) -> User:
    """Only staff get as far as an admin page."""
    if not isinstance(request.user, User):
        raise TypeError("Nobody is logged in.")
    return request.user


def changed_values(form: Any) -> tuple[dict[str, str], dict[str, str]]:
    """What the form changes: before and after, as text for an event."""
    before = {name: _text(form.initial.get(name)) for name in form.changed_data}
    after = {name: _text(form.cleaned_data.get(name)) for name in form.changed_data}
    return before, after


def record_save(
    request: HttpRequest, obj: Model, form: Any, *, verb: str, change: bool
) -> None:
    """The event of a record that a form has saved."""
    before, after = changed_values(form)
    if change and not after:
        return
    name = obj._meta.verbose_name
    what = f"was changed: {events.names_in_words(after)}" if change else "was created"
    events.record(
        verb,
        obj,
        f"{str(name).capitalize()} {obj} {what}",
        actor=user_of(request),
        before=before if change else {},
        after=after,
    )


def _text(value: object) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    return "" if value is None else str(value)
