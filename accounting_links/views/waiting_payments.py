"""The list of payments and set-offs that do not go by themselves."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from accounting_links import waiting_payments
from accounting_links.models import Connection
from accounting_links.views import wording
from connectors import registry


def listed(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=connection_id)
    found = waiting_payments.waiting(connection)
    context = admin.site.each_context(request) | {
        "title": f"Payments that wait for {connection}",
        "connection": connection,
        "platform": registry.label(connection.platform),
        "rows": [(each, _url(each)) for each in found],
        "most": waiting_payments.SHOWN,
    }
    return TemplateResponse(request, "accounting_links/waiting_payments.html", context)


def _url(each: waiting_payments.Waiting) -> str:
    if each.payment is not None:
        return reverse("admin:invoicing_payment_change", args=(each.payment.pk,))
    return wording.document_url(each.document) if each.document else ""
