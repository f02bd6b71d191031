"""What the buttons on a file's page do."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounting_links.actions.base import NotAllowed
from accounting_links.counted import counted
from accounting_links.exports import deciding, mailing, reporting
from accounting_links.forms.exports import CancelForm, MailForm
from accounting_links.models import ExportBatch
from accounting_links.views.guard import person
from connectors.errors import Unreadable
from invoicing.errors import Refused


def found(batch_id: int) -> ExportBatch:
    return get_object_or_404(
        ExportBatch.objects.select_related("connection"), pk=batch_id
    )


def back(batch: ExportBatch) -> HttpResponse:
    name = "admin:accounting_links_exportbatch_change"
    return HttpResponseRedirect(reverse(name, args=(batch.pk,)))


def download(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Byte for byte as it was made, and never shown in the page: it is customers'
    data, and markup."""
    batch = found(batch_id)
    response = HttpResponse(bytes(batch.content), content_type=batch.media_type)
    name = content_disposition_header(as_attachment=True, filename=batch.file_name)
    response["Content-Disposition"] = name or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def report(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = found(batch_id)
    upload = request.FILES.get("report")
    if upload is None:
        messages.error(request, "Choose the report that the import has written.")
        return back(batch)
    try:
        if (upload.size or 0) > reporting.LARGEST:
            raise Refused("That is larger than any report: is it the right file?")
        taken = reporting.take(batch, upload.read(), actor=person(request))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Refused, Unreadable) as refusal:
        messages.error(request, str(refusal))
        return back(batch)
    tell(request, taken)
    return back(batch)


def tell(request: HttpRequest, taken: reporting.Taken) -> None:
    if taken.confirmed:
        messages.success(request, f"{taken.confirmed} confirmed by the report.")
    if taken.refused:
        words = f"{taken.refused} were refused: they wait on the Sync page."
        messages.warning(request, words)
    if not taken.confirmed and not taken.refused:
        messages.info(request, "The report says nothing new of this file.")
    if taken.foreign:
        foreign = counted(taken.foreign, "entry", "entries")
        words = f"Not of this file: {foreign} of the report."
        messages.warning(request, words)


def confirm(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Those that are ticked, or all that are open with the button for all."""
    batch = found(batch_id)
    chosen = {} if "all" in request.POST else ticked(request)
    if "all" not in request.POST and not any(chosen.values()):
        messages.error(request, "Tick what you have seen in the program.")
        return back(batch)
    try:
        count = deciding.confirm(
            batch, **chosen, numbers=numbers(request), actor=person(request)
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, f"{count} confirmed.")
    return back(batch)


def ticked(request: HttpRequest) -> dict[str, list[int]]:
    return {
        name: [int(each) for each in request.POST.getlist(field) if each.isdecimal()]
        for name, field in (("item_ids", "items"), ("contact_ids", "contacts"))
    }


def numbers(request: HttpRequest) -> dict[int, str]:
    """Those that people typed, as the program has them."""
    return {
        int(name.removeprefix("number_")): value[:60]
        for name, value in request.POST.items()
        if name.removeprefix("number_").isdecimal() and isinstance(value, str)
    }


def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Asks for the reason until it is given, then does it."""
    batch = found(batch_id)
    is_told = "reason" in request.POST
    form = CancelForm(request.POST if is_told else None)
    if not form.is_valid():
        return ask(
            request,
            batch,
            "accounting_links/export_cancel.html",
            title=f"Take back from {batch}",
            form=form,
            chosen=batch.items.filter(pk__in=ticked(request)["item_ids"]),
            people=batch.contacts.filter(pk__in=ticked(request)["contact_ids"]),
        )
    try:
        count = deciding.cancel(
            batch,
            reason=form.cleaned_data["reason"],
            **ticked(request),
            actor=person(request),
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    messages.success(request, f"{count} were taken back, and wait again.")
    return back(batch)


def mail(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = found(batch_id)
    form = MailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        template = "accounting_links/export_mail.html"
        return ask(request, batch, template, title=f"Mail {batch}", form=form)
    to = form.cleaned_data["to"]
    try:
        note = form.cleaned_data["note"]
        mailing.mail(batch, to=to, note=note, actor=person(request))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{batch} was mailed to {to.email}.")
    return back(batch)


def ask(
    request: HttpRequest, batch: ExportBatch, template: str, **context: Any
) -> HttpResponse:
    around = admin.site.each_context(request) | {"batch": batch} | context
    return TemplateResponse(request, template, around)
