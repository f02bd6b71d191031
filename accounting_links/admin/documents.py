"""The documents' own pages, with what concerns the books: they take the place of those
that invoicing registers, and build on them."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy
from django.utils.html import format_html

from accounting_links.admin import document_actions as actions
from accounting_links.models import DocumentLink, SyncItem
from accounting_links.views import document_panel, sync_list, timeline
from accounting_links.views.list_query import ListQuery
from connectors import registry
from invoicing.admin import documents as own
from invoicing.models import (
    Document,
    DocumentKind,
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

    def get_list_display(self, request: HttpRequest) -> list[str]:
        columns = [*super().get_list_display(request)]  # type: ignore[misc]  # a mixin
        connection = sync_list.serving(self.kind)
        if connection is not None and connection.show_sent_column:
            columns.append("in_books")
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

    def in_books(self, document: Any) -> str:
        if document.books_id:
            return format_html(
                '<span title="Its id there">&#10003; {}</span>', document.books_id
            )
        if document.is_marked:
            url = ListQuery(kind=document.kind, search=document.number).url()
            return format_html('<a class="underline" href="{}">Go to Sync</a>', url)
        return ""

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


def title_for(kind: str) -> str:
    connection = sync_list.serving(kind)
    label = registry.label(connection.platform) if connection else "the books"
    return f"Sent to {label}"


def register(model: type[Document], base: type[Any], kind: DocumentKind) -> None:
    in_books = InBooks.in_books

    def column(self: Any, document: Any) -> str:
        return in_books(self, document)

    # Named when it is shown: which platform takes the kind can change at any time.
    column.short_description = lazy(title_for, str)(kind.value)  # type: ignore[attr-defined]  # Django's way
    body = {
        "in_books": column,
        "actions": (*(base.actions or ()), *actions.LISTED),
    }
    linked = type(f"Linked{base.__name__}", (InBooks, base), body)
    admin.site.unregister(model)
    admin.site.register(model, linked)


register(SalesInvoice, own.SalesInvoiceAdmin, DocumentKind.SALES_INVOICE)
register(SalesCreditNote, own.SalesCreditNoteAdmin, DocumentKind.CREDIT_NOTE)
register(SupplierInvoice, own.SupplierInvoiceAdmin, DocumentKind.SUPPLIER_INVOICE)
register(SalesOrder, own.SalesOrderAdmin, DocumentKind.SALES_ORDER)
