"""Master data as files, by django-import-export: with a dry run, and with events."""

from typing import Any

from import_export import fields, resources
from import_export.widgets import ForeignKeyWidget

from invoicing.models import (
    Contact,
    Customer,
    NominalCode,
    Product,
    Supplier,
    TaxRate,
)
from invoicing.services import events, search
from invoicing.verbs import Verb


class RecordResource(resources.ModelResource):  # type: ignore[misc]  # untyped base
    """Rows are known by their code. Each one that is saved leaves its event."""

    created: Verb = Verb.RECORD_CREATED
    changed: Verb = Verb.RECORD_CHANGED

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if kwargs.get("dry_run"):
            return
        is_new = kwargs.get("is_create") or instance._state.adding
        events.record(
            self.created if is_new else self.changed,
            instance,
            f"{instance} was imported from a file",
            actor=kwargs.get("user"),
        )


class ContactResource(RecordResource):
    created, changed = Verb.CONTACT_CREATED, Verb.CONTACT_CHANGED
    parent = fields.Field("parent", "parent", ForeignKeyWidget(Contact, "code"))

    class Meta:
        model = Contact
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        fields = (
            *("code", "name", "is_customer", "is_supplier", "email", "phone"),
            *("tax_number", "company_number", "street", "city", "region"),
            *("postcode", "country", "currency", "parent", "active"),
        )

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        super().after_save_instance(instance, row, **kwargs)
        search.refresh_contact(instance)


class CustomerResource(ContactResource):
    class Meta(ContactResource.Meta):
        model = Customer


class SupplierResource(ContactResource):
    class Meta(ContactResource.Meta):
        model = Supplier


class NominalResource(RecordResource):
    class Meta:
        model = NominalCode
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        fields = ("code", "name", "active")


class TaxRateResource(RecordResource):
    class Meta:
        model = TaxRate
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        fields = ("code", "name", "rate", "active")


class ProductResource(RecordResource):
    nominal = fields.Field("nominal", "nominal", ForeignKeyWidget(NominalCode, "code"))
    tax_rate = fields.Field("tax_rate", "tax_rate", ForeignKeyWidget(TaxRate, "code"))

    class Meta:
        model = Product
        import_id_fields = ("code",)
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        fields = (
            *("code", "name", "unit", "unit_price", "nominal", "tax_rate"),
            *("stocked", "active"),
        )
