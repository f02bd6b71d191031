"""Verbs of staff on records: each with its own permission, confirmed, and done by POST
alone. One `StaffVerb` gives the button on a record (a dialog) and the action of a list
(a page that shows what will be done)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.forms import BaseDialogForm

from invoicing.admin.base import user_of
from invoicing.admin.decorators import action
from invoicing.errors import Refused

CONFIRMED = "_confirmed"
MOST_AT_ONCE = 500
SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class StaffVerb:
    """`run` gets the record, the form's data and the user; it may raise `Refused`, and
    may answer another record to go to. `fits` says whether the button is shown."""

    name: str
    label: str
    permission: str
    question: str
    done: str
    run: Callable[[Any, Mapping[str, Any], Any], Model | object]
    fits: Callable[[Any], bool]
    icon: str = ""
    form_class: type[BaseDialogForm] = BaseDialogForm
    in_lists: bool = True


def button(verb: StaffVerb) -> Any:
    """For `actions_detail`. A GET only shows the dialog."""

    def press(
        model_admin: Any, request: HttpRequest, form: Any, object_id: str
    ) -> HttpResponse:
        record = model_admin.get_object(request, object_id)
        if record is None:
            raise PermissionDenied
        target = _run_one(verb, request, record, form.cleaned_data)
        return _leave_dialog(request, target or record)

    press.__name__ = f"{verb.name}_button"
    return action(
        description=verb.label,
        url_path=verb.name.replace("_", "-"),
        permissions=[verb.name],
        icon=verb.icon or None,
        dialog={
            "title": verb.label,
            "description": verb.question,
            "form_class": verb.form_class,
            "form_submit_text": verb.label,
        },
    )(press)


def list_action(verb: StaffVerb) -> Any:
    """For `actions`. The first POST shows the page, the second one does it."""

    def perform(
        model_admin: Any, request: HttpRequest, records: QuerySet[Any]
    ) -> HttpResponse | None:
        if not request.user.has_perm(verb.permission):
            raise PermissionDenied
        confirmed = CONFIRMED in request.POST
        data = request.POST if confirmed else None
        form = verb.form_class(data=data, request=request)
        if not confirmed or not form.is_valid():
            return _confirm_page(model_admin, request, records, verb=verb, form=form)
        _run_all(verb, request, records, form.cleaned_data)
        return None

    perform.__name__ = verb.name
    perform.short_description = verb.label  # type: ignore[attr-defined]  # Django's way
    perform.allowed_permissions = (verb.name,)  # type: ignore[attr-defined]  # Django's way
    return perform


def permission_check(verb: StaffVerb) -> Any:
    """Django and Unfold ask `has_<name>_permission` before an action."""

    def has_permission(
        model_admin: Any, request: HttpRequest, object_id: Any = None
    ) -> bool:
        return request.user.has_perm(verb.permission)

    return has_permission


def with_verbs(*verbs: StaffVerb) -> Callable[[type[Any]], type[Any]]:
    """Gives a ModelAdmin the buttons and the actions of these verbs, after its own."""

    def decorate(admin_class: type[Any]) -> type[Any]:
        buttons = [f"{verb.name}_button" for verb in verbs]
        for verb in verbs:
            setattr(admin_class, f"{verb.name}_button", button(verb))
            setattr(admin_class, f"has_{verb.name}_permission", permission_check(verb))
        listed = [list_action(verb) for verb in verbs if verb.in_lists]
        admin_class.actions_detail = (*admin_class.actions_detail, *buttons)
        admin_class.actions = (*(admin_class.actions or ()), *listed)
        admin_class.verbs = (*getattr(admin_class, "verbs", ()), *verbs)
        return admin_class

    return decorate


class FittingButtons:
    """Shows only the buttons whose verb fits the record as it is."""

    verbs: Sequence[StaffVerb] = ()

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        allowed: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]  # a mixin
        record = self.get_object(request, str(object_id))  # type: ignore[attr-defined]  # a mixin
        hidden = {
            f"{verb.name}_button"
            for verb in self.verbs
            if record is None or not verb.fits(record)
        }
        return [
            each
            for each in allowed
            if getattr(each.method, "original_function_name", "") not in hidden
        ]


def address_of(record: Model) -> str:
    options = record._meta
    return reverse(
        f"admin:{options.app_label}_{options.model_name}_change", args=(record.pk,)
    )


def _run_one(
    verb: StaffVerb, request: HttpRequest, record: Model, data: Mapping[str, Any]
) -> Model | None:
    try:
        target = verb.run(record, data, user_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return None
    messages.success(request, f"{record} {verb.done}.")
    return target if isinstance(target, Model) else None


def _run_all(
    verb: StaffVerb,
    request: HttpRequest,
    records: QuerySet[Any],
    data: Mapping[str, Any],
) -> None:
    """One that is refused does not hold up the others."""
    done = 0
    refused: list[str] = []
    for record in records.order_by("pk")[:MOST_AT_ONCE]:
        try:
            verb.run(record, data, user_of(request))
            done += 1
        except Refused as refusal:
            refused.append(refusal.message)
    if done:
        messages.success(request, f"{done} {verb.done}.")
    for message in refused[:SHOWN]:
        messages.error(request, message)
    if len(refused) > SHOWN:
        messages.error(request, f"{len(refused) - SHOWN} more could not be done.")


def _confirm_page(
    model_admin: Any,
    request: HttpRequest,
    records: QuerySet[Any],
    *,
    verb: StaffVerb,
    form: BaseDialogForm,
) -> HttpResponse:
    chosen = records.order_by("pk")
    count = chosen.count()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": verb.label,
        "opts": model_admin.model._meta,
        "verb": verb,
        "form": form,
        "records": [(record, verb.fits(record)) for record in chosen[:MOST_AT_ONCE]],
        "count": count,
        "too_many": count > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "confirmed": CONFIRMED,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/invoicing/confirm_verb.html", context)


def _leave_dialog(request: HttpRequest, record: Model) -> HttpResponse:
    """htmx would follow a plain redirect and put the page into the dialog."""
    address = address_of(record)
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": address})
    answer: HttpResponseRedirect = redirect(address)
    return answer
