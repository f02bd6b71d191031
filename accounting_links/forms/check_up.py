"""What the one document of a check-up is made of, chosen from what was read."""

from decimal import Decimal
from typing import Any

from django import forms

from accounting_links.check_up.draft import Wanted, kind_of
from accounting_links.models import Connection, RecordType, RemoteRecord
from connectors.capabilities import Capabilities
from connectors.records import AccountType, PartyRole, party_role

LISTED = "check-up-parties"
SHOWN = 200


class DraftForm(forms.Form):
    """The party's id may be typed in: lists of customers are long, or not readable."""

    party = forms.CharField(max_length=100, label="Account ID")
    account = forms.ChoiceField(label="Account")
    tax = forms.ChoiceField(label="Tax", required=False)

    def __init__(
        self, connection: Connection, able: Capabilities, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.connection = connection
        role = party_role(kind_of(able))
        self.parties = self._known(RecordType(role.value))
        self.by_item = able.items_carry_accounts
        attrs = {"list": LISTED, "autocomplete": "off", "class": "fs-input"}
        self.fields["party"] = forms.CharField(
            max_length=100,
            label=f"{role.value.capitalize()}, by account ID",
            widget=forms.TextInput(attrs=attrs),
        )
        self.fields["account"] = _chosen(
            "Item" if self.by_item else "Account", self._accounts(role)
        )
        taxes = self._known(RecordType.TAX_CODE)
        self.fields["tax"] = _chosen("Tax", taxes, nothing="No tax")

    def _accounts(self, role: PartyRole) -> list[RemoteRecord]:
        if self.by_item:
            return self._known(RecordType.ITEM)
        income = role is PartyRole.CUSTOMER
        type = AccountType.INCOME if income else AccountType.EXPENSE
        known = self._known(RecordType.ACCOUNT)
        return [each for each in known if each.data.get("type") == type.value] or known

    def _known(self, type: RecordType) -> list[RemoteRecord]:
        found = self.connection.remote_records.filter(type=type, active=True)
        return list(found.order_by("code", "name")[:SHOWN])

    def wanted(self, currency: str) -> Wanted:
        """Of a form that is valid."""
        given = self.cleaned_data
        names = {each.external_id: each.name for each in self.parties}
        taxes = self._known(RecordType.TAX_CODE)
        rates = {each.external_id: each.data.get("rate") for each in taxes}
        return Wanted(
            party_id=given["party"].strip(),
            party_name=names.get(given["party"].strip(), ""),
            account_id="" if self.by_item else given["account"],
            item_id=given["account"] if self.by_item else "",
            tax_id=given["tax"],
            tax_rate=Decimal(rates.get(given["tax"]) or 0),
            currency=currency,
        )


def _chosen(
    label: str, records: list[RemoteRecord], *, nothing: str = ""
) -> forms.ChoiceField:
    choices = [(each.external_id, str(each)) for each in records]
    if nothing:
        choices = [("", nothing), *choices]
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=not nothing,
        widget=forms.Select(attrs={"class": "fs-input"}),
    )
