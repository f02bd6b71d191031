"""The pages of documents, one per kind. They are built on by whoever adds columns or
buttons: subclass, and register the subclass in their place."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from invoicing.admin import document_verbs as verbs
from invoicing.admin.base import RefusalForm, WithTimeline, user_of
from invoicing.admin.decorators import action, display
from invoicing.admin.document_filters import SentFilter, SettlementFilter
from invoicing.admin.document_lines import LineInline
from invoicing.admin.document_words import (
    LIFECYCLE_LABELS,
    SETTLEMENT_LABELS,
    settlement_words,
    state_of,
    together,
)
from invoicing.admin.verbs import FittingButtons, with_verbs
from invoicing.models import (
    Document,
    DocumentKind,
    DocumentLine,
    Lifecycle,
    Product,
    SalesCreditNote,
    SalesInvoice,
    SalesOrder,
    SupplierInvoice,
)
from invoicing.services import documents
from invoicing.services.books_view import view
from invoicing.services.drafts import due_date_of

FROZEN = (Lifecycle.VOID, Lifecycle.LOST)


class DocumentForm(RefusalForm):
    kind: ClassVar[str] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kind:
            # The constraints that are checked depend on it.
            self.instance.kind = self.kind

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if not (len(currency) == 3 and currency.isalpha()):
            self.add_error("currency", "Use a currency code such as GBP.")
        return currency

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if not number and self.instance.lifecycle != Lifecycle.DRAFT:
            self.add_error("number", "Only a draft can be without a number.")
        return number


class DocumentAdmin(FittingButtons, WithTimeline):
    """Of every kind. A void or lost document is shown and not changed."""

    kind: str = ""
    form = DocumentForm
    change_form_template = "admin/invoicing/document_change_form.html"
    inlines = (LineInline,)
    list_display: tuple[str, ...] = (
        *("number_shown", "contact_shown", "date_shown", "due_shown", "gross_shown"),
        *("lifecycle_shown", "sent_shown", "settlement_shown"),
    )
    list_filter: tuple[Any, ...] = (
        ("lifecycle", ChoicesDropdownFilter),
        SentFilter,
        SettlementFilter,
        ("date", RangeDateFilter),
    )
    list_select_related = ("contact", "care_of")
    search_fields = ("search_text__contains",)
    search_help_text = "Number, or name or code of the contact"
    autocomplete_fields = ("contact", "care_of", "order", "credits", "job")
    actions_list: tuple[str, ...] = ("import_button",)
    fieldsets: Any = (
        (
            None,
            {
                "fields": (
                    ("number", "contact", "care_of"),
                    ("date", "due_date", "currency"),
                )
            },
        ),
        (
            "Terms and links",
            {
                "classes": ("collapse",),
                "fields": (
                    ("prices_include_tax", "discount_percent", "tax_override"),
                    ("rate", "order", "job"),
                    "note",
                ),
            },
        ),
    )

    @display(description="Number", ordering="number")
    def number_shown(self, document: Document) -> str:
        return together(document.number or "(draft)")

    @display(description="Contact", ordering="contact__name")
    def contact_shown(self, document: Document) -> str:
        if document.care_of:
            return f"{document.contact.name} (c/o {document.care_of.name})"
        return document.contact.name

    @display(description="Gross", ordering="gross")
    def gross_shown(self, document: Document) -> str:
        return together(f"{document.gross:,.2f} {document.currency}")

    @display(description="Date", ordering="date")
    def date_shown(self, document: Document) -> str:
        return together(date_format(document.date))

    @display(description="Due", ordering="due_date")
    def due_shown(self, document: Document) -> str:
        return together(date_format(document.due_date)) if document.due_date else ""

    @display(description="State", ordering="lifecycle", label=LIFECYCLE_LABELS)
    def lifecycle_shown(self, document: Document) -> str:
        return document.get_lifecycle_display()

    @display(description="Sent", ordering="sent_at", label=True)
    def sent_shown(self, document: Document) -> str | None:
        return document.get_sent_how_display() if document.sent_at else None

    @display(description="Settled", ordering="settlement", label=SETTLEMENT_LABELS)
    def settlement_shown(self, document: Document) -> str | None:
        return settlement_words(document)

    @action(
        description="Import documents",
        url_path="import",
        permissions=["import_document"],
        icon="upload_file",
    )
    def import_button(self, request: HttpRequest) -> HttpResponse:
        """Only leads to the page."""
        return redirect("admin:invoicing_importrun_add")

    def has_import_document_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("invoicing.import_document")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, search_term.upper()
        )
        return found

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        if isinstance(obj, Document) and obj.lifecycle in FROZEN:
            return False
        return bool(super().has_change_permission(request, obj))

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[RefusalForm]:
        form = super().get_form(request, obj, change, **kwargs)
        form.kind = self.kind  # type: ignore[attr-defined]  # DocumentForm's
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "date": today,
            "due_date": due_date_of(self.kind, today),
            "currency": settings.FINSYNC_HOME_CURRENCY,
            **super().get_changeform_initial_data(request),
        }

    def save_model(
        self, request: HttpRequest, obj: Document, form: Any, change: bool
    ) -> None:
        if change:
            locked = Document.objects.select_for_update().get(pk=obj.pk)
            documents.refuse_frozen(locked)
            form.view_before = view(locked)
        documents.refuse_taken_number(obj)
        super().save_model(request, obj, form, change)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: Any, change: bool
    ) -> None:
        if formset.model is not DocumentLine:
            super().save_formset(request, form, formset, change)
            return
        lines = formset.save(commit=False)
        for gone in formset.deleted_objects:
            gone.delete()
        last = form.instance.lines.order_by("position").last()
        position = last.position if last else 0
        products = Product.objects.in_bulk(
            [line.product_code for line in lines], field_name="code"
        )
        for line in lines:
            if line.pk is None:
                position += 1
                line.position = position
            line.product = products.get(line.product_code)
            line.save()

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        document, user = form.instance, user_of(request)
        if change:
            documents.finish_change(document, form.view_before, actor=user)
        else:
            documents.finish_creation(document, actor=user)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        document = self.get_object(request, object_id)
        context = {"state": state_of(document), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


@admin.register(SalesInvoice)
@with_verbs(
    *(verbs.APPROVE, verbs.MARK_SENT, verbs.PAY, verbs.CREDIT),
    *(verbs.UNMARK_SENT, verbs.VOID, verbs.DISCARD),
)
class SalesInvoiceAdmin(DocumentAdmin):
    kind = DocumentKind.SALES_INVOICE


@admin.register(SalesCreditNote)
@with_verbs(
    *(verbs.APPROVE, verbs.MARK_SENT, verbs.UNMARK_SENT, verbs.PAY),
    *(verbs.VOID, verbs.DISCARD),
)
class SalesCreditNoteAdmin(DocumentAdmin):
    kind = DocumentKind.CREDIT_NOTE
    list_display = tuple(
        name for name in DocumentAdmin.list_display if name != "due_shown"
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "contact", "care_of"),
                    ("date", "credits", "currency"),
                )
            },
        ),
        (
            "Terms and links",
            {
                "classes": ("collapse",),
                "fields": (
                    ("prices_include_tax", "discount_percent", "tax_override"),
                    ("rate", "job"),
                    "note",
                ),
            },
        ),
    )


@admin.register(SupplierInvoice)
@with_verbs(verbs.APPROVE, verbs.PAY, verbs.VOID, verbs.DISCARD)
class SupplierInvoiceAdmin(DocumentAdmin):
    kind = DocumentKind.SUPPLIER_INVOICE
    list_display = tuple(
        name for name in DocumentAdmin.list_display if name != "sent_shown"
    )
    list_filter = tuple(
        each for each in DocumentAdmin.list_filter if each is not SentFilter
    )


@admin.register(SalesOrder)
@with_verbs(
    *(verbs.WIN, verbs.LOSE, verbs.INVOICE, verbs.MARK_SENT, verbs.UNMARK_SENT),
    *(verbs.VOID, verbs.DISCARD),
)
class SalesOrderAdmin(DocumentAdmin):
    kind = DocumentKind.SALES_ORDER
    list_display = tuple(
        name
        for name in DocumentAdmin.list_display
        if name not in ("due_shown", "settlement_shown")
    )
    list_filter = tuple(
        each for each in DocumentAdmin.list_filter if each is not SettlementFilter
    )


@admin.register(Document)
class AnyDocumentAdmin(DocumentAdmin):
    """For looking documents up from other pages; each kind has its own page."""

    list_display = ("number_shown", "kind", *DocumentAdmin.list_display[1:])
    actions_list = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        return False
