"""Form fields from what a platform declares that it must be told."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from connectors.settings import Setting, SettingKind

PREFIX = "setting_"
KEPT = "Stored. Leave empty to keep it."
LONGEST = 4000


def name_of(setting: Setting) -> str:
    return f"{PREFIX}{setting.name}"


def fields(
    settings: Iterable[Setting], stored: Mapping[str, str]
) -> dict[str, forms.Field]:
    """By field name. A secret is never shown again: a stored one may be left empty."""
    return {name_of(each): field(each, stored.get(each.name, "")) for each in settings}


def field(setting: Setting, stored: str) -> forms.Field:
    common: dict[str, Any] = {
        "label": setting.label,
        "help_text": " ".join(filter(None, (setting.help, setting.find_it))),
        "required": setting.required and not (setting.secret and stored),
    }
    if setting.secret:
        return secret_field(common, is_stored=bool(stored))
    common["initial"] = stored or setting.default
    if setting.kind is SettingKind.SWITCH:
        common |= {"required": False, "initial": common["initial"] == "true"}
        return forms.BooleanField(widget=UnfoldBooleanSwitchWidget, **common)
    if setting.kind is SettingKind.CHOICE:
        choices = setting.choices
        return forms.ChoiceField(
            choices=choices, widget=UnfoldAdminSelectWidget, **common
        )
    return text_field(setting.kind, common)


def secret_field(common: dict[str, Any], *, is_stored: bool) -> forms.Field:
    attrs = {"autocomplete": "new-password"}
    if is_stored:
        attrs["placeholder"] = KEPT
    widget = UnfoldAdminPasswordWidget(attrs=attrs, render_value=False)
    return forms.CharField(max_length=LONGEST, widget=widget, **common)


def text_field(kind: SettingKind, common: dict[str, Any]) -> forms.Field:
    widget = UnfoldAdminTextInputWidget
    if kind is SettingKind.URL:
        return forms.URLField(
            max_length=500, assume_scheme="https", widget=widget, **common
        )
    if kind is SettingKind.NUMBER:
        return forms.RegexField(
            r"^-?\d+(\.\d+)?$",
            widget=widget,
            error_messages={"invalid": "Enter a number."},
            **common,
        )
    if kind is SettingKind.LONG_TEXT:
        widget = UnfoldAdminTextareaWidget
    return forms.CharField(max_length=LONGEST, widget=widget, **common)


def given(
    settings: Iterable[Setting], cleaned: Mapping[str, Any], stored: Mapping[str, str]
) -> dict[str, str]:
    """The values to store: an empty secret is the stored one."""
    values = {}
    for setting in settings:
        value = cleaned.get(name_of(setting), "")
        if isinstance(value, bool):
            value = "true" if value else "false"
        if setting.secret and not value:
            value = stored.get(setting.name, "")
        values[setting.name] = str(value)
    return values
