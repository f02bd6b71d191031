"""When a month's pack is run, and to whom it is mailed."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
)

from accounting_links.models import MonthEnd

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[MonthEnd]
else:
    ModelForm = forms.ModelForm

NOBODY = "Nobody has an e-mail address here yet: an administrator adds it under Staff."


class MonthEndForm(ModelForm):
    day = forms.IntegerField(
        min_value=1,
        max_value=28,
        initial=1,
        help_text="From this day of each month on: 1 to 28.",
        widget=UnfoldAdminIntegerFieldWidget,
    )
    recipients = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        help_text="Staff with an e-mail address here.",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = MonthEnd
        fields = ("connection", "day", "recipients", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "recipients" not in self.fields:
            return  # to look at alone
        field = self.fields["recipients"]
        mailed = User.objects.filter(is_staff=True, is_active=True).exclude(email="")
        field.queryset = mailed.order_by("username")  # type: ignore[attr-defined]  # a ModelMultipleChoiceField
        if not mailed.exists():
            field.help_text = NOBODY
