"""What a connection to Patriot is told: words that Patriot has for what ours mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.files import REMINDER
from connectors.settings import (
    BadPairs,
    ConnectionConfig,
    Setting,
    SettingKind,
    pairs,
)
from connectors.transport.tables import heading_key

HOLD, LEAVE_OUT = "hold", "leave_out"

SETTINGS = (
    Setting(
        name="company_name",
        label="Name of the company",
        help="For the screens here.",
        required=False,
    ),
    Setting(
        name="account_names",
        label="Accounts by nominal code",
        help="A line each, like 4000=Service Income: the account's name in Patriot,"
        " for whoever keys a document in. Others show our nominal code.",
        find_it="Patriot: the chart of accounts, under Accounting.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="method_names",
        label="Methods of payment",
        help="A line each, like Card=Credit Card: Patriot's word for ours (Cash, Check,"
        " Credit Card, Other). Others show ours.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    Setting(
        name="deposit_account",
        label="Account for payments",
        help="Its name in Patriot, for whoever keys payments in.",
        default="Bank account",
        required=False,
    ),
    Setting(
        name="foreign_addresses",
        label="Addresses outside the United States",
        help="Patriot imports customers and vendors with addresses in the United States"
        " alone.",
        kind=SettingKind.CHOICE,
        choices=(
            (HOLD, "Hold their documents back"),
            (LEAVE_OUT, "Write the name without the address"),
        ),
        default=HOLD,
        required=False,
    ),
    Setting(
        name="columns",
        label="Columns of Patriot's lists",
        help="A line each, like Invoice Number=Inv Ref, where a list that you export"
        " has another word than FinSync knows: Invoice Number, Bill Number, Customer,"
        " Vendor, Date, Total, Balance, Status, Type, Memo, Amount.",
        kind=SettingKind.LONG_TEXT,
        required=False,
    ),
    REMINDER,
)
DEFAULTS = {each.name: each.default for each in SETTINGS}
LABELS = {each.name: each.label for each in SETTINGS}


class BadSetting(ValueError):
    """A value that cannot be used; the message names the setting."""


@dataclass(frozen=True, slots=True)
class Words:
    """The settings, read once for a file. `columns` are keys of headings in a list, by
    those that FinSync knows."""

    accounts: Mapping[str, str]
    methods: Mapping[str, str]
    columns: Mapping[str, str]
    deposit_account: str
    leaves_addresses_out: bool

    @classmethod
    def of(cls, config: ConnectionConfig) -> "Words":
        """Raises `BadSetting`."""
        foreign = config.value("foreign_addresses")
        deposit = config.value("deposit_account").strip()
        columns = _pairs(config, "columns", like="Invoice Number=Inv Ref")
        return cls(
            accounts=_pairs(config, "account_names", like="4000=Service Income"),
            methods=_pairs(config, "method_names", like="Card=Credit Card"),
            columns={heading_key(k): heading_key(v) for k, v in columns.items()},
            deposit_account=deposit or DEFAULTS["deposit_account"],
            leaves_addresses_out=foreign == LEAVE_OUT,
        )

    def account(self, nominal_code: str) -> str:
        return self.accounts.get(nominal_code, nominal_code)

    def method(self, name: str) -> str:
        return self.methods.get(name, name)


def _pairs(config: ConnectionConfig, name: str, *, like: str) -> dict[str, str]:
    try:
        return pairs(config.value(name), like=like)
    except BadPairs as error:
        raise BadSetting(f"{LABELS[name]}: {error}") from error
