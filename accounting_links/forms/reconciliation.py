import calendar
import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from accounting_links.models import Connection, ConnectionState
from invoicing.models import DocumentKind

PICKER = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StartForm(forms.Form):
    """The month before this one, unless told otherwise: what one closes."""

    connection = forms.ModelChoiceField(
        Connection.objects.none(), empty_label=None, label="Books"
    )
    start = forms.DateField(label="From", required=False, widget=PICKER)
    end = forms.DateField(
        label="To",
        required=False,
        widget=PICKER,
        help_text="Both days included. Left empty: without end.",
    )
    kinds = forms.MultipleChoiceField(
        label="Kinds of document",
        choices=DocumentKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all that the books are sent.",
    )

    balances = forms.BooleanField(
        label="Ageing and control accounts",
        required=False,
        initial=True,
        help_text="Reads all that is open, of any date: more requests.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        start, end = last_month(timezone.localdate())
        kwargs["initial"] = {"start": start, "end": end} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        field = self.fields["connection"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = Connection.objects.exclude(state=ConnectionState.NEW)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start"), values.get("end")
        if start and end and start > end:
            self.add_error("end", "This lies before the first day.")
        return values


def last_month(today: dt.date) -> tuple[dt.date, dt.date]:
    end = today.replace(day=1) - dt.timedelta(days=1)
    last = calendar.monthrange(end.year, end.month)[1]
    return end.replace(day=1), end.replace(day=last)
