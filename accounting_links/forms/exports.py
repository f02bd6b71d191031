from typing import Any

from django import forms
from django.contrib.auth.models import User

from accounting_links.exports import mailing


class MailForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Colleague",
        help_text="Staff with an e-mail address.",
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = mailing.colleagues().order_by("username")


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=500,
        help_text="Only for what was not imported: the next export writes it again.",
    )
