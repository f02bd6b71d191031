"""A connection's form: what every connection has, and what its platform declares."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings as site
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)

from accounting_links import outbox
from accounting_links.forms import setting_fields
from accounting_links.models import (
    Connection,
    ConnectionKind,
    Environment,
    PlatformApp,
    RecordType,
    SyncItem,
)
from connectors import registry
from connectors.errors import ConnectorError
from connectors.settings import ConnectionConfig, Setting
from invoicing.models import DocumentKind

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Connection]
else:
    ModelForm = forms.ModelForm


class ConnectionForm(ModelForm):
    """Subclassed per platform by `form_for`, which sets `platform` and adds fields."""

    platform = ""
    own_settings: tuple[Setting, ...] = ()
    app_settings: tuple[Setting, ...] = ()

    kinds = forms.MultipleChoiceField(
        label="Serves",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        required=False,
        help_text="Each kind of document goes to one connection at most.",
    )

    class Meta:
        model = Connection
        exclude = ("credentials",)
        labels = {
            "go_live": "Go-live date",
            "practice_url": "Practice ledger's address",
            "purchase_account_id": "Purchase account",
            "window_minutes": "Auto Sync window, in minutes",
        }
        help_texts = {
            "trigger": "What puts a document on the list of the Sync page.",
            "sent_policy": "Of sales invoices that nobody marked as sent.",
            "adopt_policy": "Of numbers that are in the books already.",
            "zero_policy": "Of documents that come to nothing.",
            "edit_policy": "Of documents that were edited over there.",
            "period_policy": "Of dates in a period that is locked there.",
            "rounding_policy": "Of totals that the platform rounds otherwise.",
            "batch_size": "Documents at a time.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kinds" in self.fields:
            self._offer_kinds()
        if "environment" in self.fields:
            self._offer_environments()
        if "purchase_account_id" in self.fields and self.instance.pk:
            self._offer_accounts()

    def _offer_kinds(self) -> None:
        offered = registry.connector_class(self.platform).capabilities.kinds
        field = self.fields["kinds"]
        field.choices = [  # type: ignore[attr-defined]  # a MultipleChoiceField
            choice for choice in DocumentKind.choices if choice[0] in offered
        ]
        if self.instance.pk:
            served = self.instance.served_kinds.filter(active=True)
            field.initial = list(served.values_list("kind", flat=True))

    def _offer_environments(self) -> None:
        practice = Environment.PRACTICE
        fitting = [
            choice
            for choice in Environment.choices
            if (choice[0] == practice) == site.FINSYNC_PRACTICE
        ]
        self.fields["environment"].choices = fitting  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["environment"].initial = fitting[0][0]
        if "practice_url" in self.fields and not self.instance.pk:
            address = site.FINSYNC_PRACTICE_LEDGERS.get(self.platform, "")
            self.fields["practice_url"].initial = address

    def _offer_accounts(self) -> None:
        """By name, once the platform's accounts are known."""
        known = self.instance.remote_records.filter(type=RecordType.ACCOUNT)
        accounts = [(each.external_id, str(each)) for each in known.filter(active=True)]
        chosen = self.instance.purchase_account_id
        if chosen and chosen not in dict(accounts):
            accounts.append((chosen, f"{chosen} (no longer there)"))
        if accounts:
            field = self.fields["purchase_account_id"]
            self.fields["purchase_account_id"] = forms.ChoiceField(
                label="Purchase account",
                help_text=field.help_text,
                required=False,
                choices=[("", "None"), *accounts],
                widget=UnfoldAdminSelectWidget,
            )

    def clean_kinds(self) -> list[str]:
        kinds: list[str] = self.cleaned_data["kinds"]
        others = ConnectionKind.objects.filter(active=True, kind__in=kinds)
        taken = others.exclude(connection=self.instance.pk).select_related("connection")
        if taken:
            said = "; ".join(
                f"{each.get_kind_display()}s go to {each.connection.name}"
                for each in taken
            )
            raise ValidationError(f"{said}. Take them off there first.")
        return kinds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        practice = cleaned.get("environment") == Environment.PRACTICE
        url = cleaned.get("practice_url", "")
        if practice and "practice_url" in self.fields and not url:
            self.add_error("practice_url", "Give the practice ledger's address.")
        if url and not url.startswith(("http://127.0.0.1:", "http://localhost:")):
            message = "A practice ledger runs on this machine: http://127.0.0.1:PORT"
            self.add_error("practice_url", message)
        self._refuse_corrections(cleaned)
        return cleaned

    def _refuse_corrections(self, cleaned: dict[str, Any]) -> None:
        """A connector reads its corrections when it is made, and calls nobody then."""
        if self.errors or not any(each.advanced for each in self.own_settings):
            return
        values = setting_fields.given(self.own_settings, cleaned, {})
        config = ConnectionConfig(platform=self.platform, values=values)
        try:
            registry.connector_class(self.platform)(config).close()
        except ConnectorError as error:
            self.add_error(None, str(error))

    def save(self, commit: bool = True) -> Connection:
        self.instance.platform = self.platform
        self._keep_values()
        return super().save(commit)

    def _keep_values(self) -> None:
        secrets = dict(self.instance.credentials.get("values", {}))
        plain = dict(self.instance.values)
        given = setting_fields.given(self.own_settings, self.cleaned_data, secrets)
        for setting in self.own_settings:
            if setting_fields.name_of(setting) in self.fields:
                kept = secrets if setting.secret else plain
                kept[setting.name] = given[setting.name]
        self.instance.values = plain
        if secrets:
            self.instance.credentials = self.instance.credentials | {"values": secrets}

    def save_kinds(self, *, actor: User | None = None) -> None:
        """After the connection itself. Kinds are switched off, never removed; what
        waits of them, and never left, is taken off its list."""
        kinds = self.cleaned_data.get("kinds")
        if kinds is None:
            return
        served = self.instance.served_kinds
        served.exclude(kind__in=kinds).update(active=False)
        waiting = SyncItem.objects.open().filter(connection=self.instance)
        outbox.unmark(waiting.exclude(document__kind__in=kinds), actor=actor)
        for kind in kinds:
            served.update_or_create(kind=kind, defaults={"active": True})

    def save_app(self) -> None:
        """FinSync's own registration with the vendor, shared by connections."""
        if not self.app_settings:
            return
        app, _ = PlatformApp.objects.get_or_create(
            platform=self.platform, environment=self.instance.environment
        )
        app.values = setting_fields.given(
            self.app_settings, self.cleaned_data, app.values
        )
        app.save(update_fields=("values",))


def form_for(
    platform: str, connection: Connection | None, *, with_app: bool
) -> type[ConnectionForm]:
    declared = registry.connector_class(platform).settings
    own = tuple(each for each in declared if not each.app)
    app = tuple(each for each in declared if each.app) if with_app else ()
    stored = stored_values(connection)
    fields = setting_fields.fields(own, stored)
    fields |= setting_fields.fields(app, app_values(platform, connection))
    body = {"platform": platform, "own_settings": own, "app_settings": app}
    return type("PlatformConnectionForm", (ConnectionForm,), {**fields, **body})


def stored_values(connection: Connection | None) -> dict[str, str]:
    if connection is None:
        return {}
    return {**connection.values, **connection.credentials.get("values", {})}


def app_values(platform: str, connection: Connection | None) -> dict[str, str]:
    apps = PlatformApp.objects.filter(platform=platform)
    if connection is not None:
        apps = apps.filter(environment=connection.environment)
    app = apps.first()
    return dict(app.values) if app else {}
