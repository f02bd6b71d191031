"""The documents' own pages, with what concerns the books: they take the place of those
that invoicing registers, and build on them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from accounting_links.admin import document_actions as actions
from accounting_links.models import Connection, DocumentLink, SyncItem
from accounting_links.views import document_panel, sync_list, timeline
from accounting_links.views.list_query import ListQuery
from connectors import registry
from invoicing.admin import documents as own
from invoicing.models import (
    Document,
    Event,
    SalesCreditNote,
    SalesInvoice,
    SalesOrder,
    SupplierInvoice,
)


class InBooks:
    """A mixin over invoicing's `DocumentAdmin`."""

    kind: str
    change_form_outer_before_template = "accounting_links/document_head.html"

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns: list[Any] = [*super().get_list_display(request)]  # type: ignore[misc]  # a mixin
        connection = asked_once(request, self.kind)
        if connection is not None and connection.show_sent_column:
            columns.append(sent_column(registry.label(connection.platform)))
        return columns

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # a mixin
        links = DocumentLink.objects.filter(document=OuterRef("pk"), ended_at=None)
        items = SyncItem.objects.open().filter(document=OuterRef("pk"))
        annotated: QuerySet[Any] = found.annotate(
            books_id=Subquery(links.values("external_id")[:1]),
            is_marked=Exists(items),
        )
        return annotated

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        document = self.get_object(request, object_id)  # type: ignore[attr-defined]  # a mixin
        extra = document_panel.context(request, document) | (extra_context or {})
        answer: HttpResponse = super().change_view(  # type: ignore[misc]  # a mixin
            request, object_id, form_url, extra
        )
        return answer

    def timeline(self, object_id: str) -> list[Event]:
        """Attempts to send it too, whatever record they are about."""
        document = Document.objects.filter(pk=object_id).first()
        return timeline.of_document(document) if document else []

    def has_sync_documents_permission(self, request: HttpRequest) -> bool:
        return actions.may_sync(request)

    def has_link_parties_permission(self, request: HttpRequest) -> bool:
        return actions.may_link(request)


def asked_once(request: HttpRequest, kind: str) -> Connection | None:
    """The admin asks for its columns several times a page."""
    if not hasattr(request, "finsync_serving"):
        request.finsync_serving = sync_list.serving(kind)  # type: ignore[attr-defined]  # kept with it
    found: Connection | None = request.finsync_serving  # type: ignore[attr-defined]  # as above
    return found


def sent_column(label: str) -> Callable[[Any], str]:
    """Named after the platform that takes the kind now."""

    def in_books(document: Any) -> str:
        if document.books_id:
            return format_html(
                '<span title="Its id there">&#10003; {}</span>', document.books_id
            )
        if document.is_marked:
            url = ListQuery(kind=document.kind, search=document.number).url()
            return format_html('<a class="underline" href="{}">Go to Sync</a>', url)
        return ""

    in_books.short_description = f"Sent to {label}"  # type: ignore[attr-defined]  # Django's way
    return in_books


def register(model: type[Document], base: type[Any]) -> None:
    body = {"actions": (*(base.actions or ()), *actions.LISTED)}
    linked = type(f"Linked{base.__name__}", (InBooks, base), body)
    admin.site.unregister(model)
    admin.site.register(model, linked)


register(SalesInvoice, own.SalesInvoiceAdmin)
register(SalesCreditNote, own.SalesCreditNoteAdmin)
register(SupplierInvoice, own.SupplierInvoiceAdmin)
register(SalesOrder, own.SalesOrderAdmin)
